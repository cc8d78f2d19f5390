"""Exports and imports at the console."""

import json
import stat
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from apps.core.actor import SYSTEM
from apps.core.scope import no_scope, tenant_scope
from apps.history import services
from apps.history.models import Snapshot
from apps.history.selectors import body_at
from apps.tenants.models import Tenant
from tests.factories import Cast, make_cast
from tests.history.exports import files_of
from tests.history.imports import Files, guid
from tests.history.sources import small_directory


@pytest.fixture
def cast(db: None) -> Cast:
    cast = make_cast()
    with tenant_scope(cast.contoso.pk):
        services.capture(
            actor=SYSTEM, tenant=cast.contoso, reason="nightly", source=small_directory()
        )
    return cast


def run(*arguments: str) -> tuple[Any, int]:
    """What a command answers, and its exit code."""
    out = StringIO()
    try:
        call_command(*arguments, "--json", stdout=out)
    except SystemExit as ended:
        return json.loads(out.getvalue()), int(ended.code or 0)
    return json.loads(out.getvalue()), 0


def test_export_writes_a_file_for_its_owner_alone(cast: Cast, tmp_path: Path) -> None:
    file = tmp_path / "out.zip"
    arguments = ("export", "contoso.example", "--output", str(file), "--as", cast.alice.email)

    said, code = run(*arguments)
    again, refused = run(*arguments)

    assert (code, said["objects"], said["bytes"]) == (0, 6, file.stat().st_size)
    assert "objects/user/u1.json" in files_of(file.read_bytes())
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert (refused, again["error"]["code"]) == (5, "file-exists")


def test_a_reader_exports_nothing_at_the_console_either(cast: Cast, tmp_path: Path) -> None:
    file = tmp_path / "out.zip"

    _, code = run("export", "contoso.example", "--output", str(file), "--as", cast.bob.email)

    assert code == 3
    assert not file.exists()


def test_import_snapshot_lists_what_it_did_not_understand(cast: Cast, tmp_path: Path) -> None:
    files = Files(tmp_path)
    files.put("users.json", [{"id": guid("a"), "displayName": "A"}])
    files.put("broken.json", b"{")

    said, code = run(
        "import_snapshot", str(tmp_path), "--tenant", "fabrikam.example",
        "--taken-at", "2026-05-01T06:00", "--as", cast.alice.email,
    )  # fmt: skip

    assert (code, said["seq"], said["objects"]) == (1, 1, {"user": 1})
    (odd,) = said["not_understood"]
    assert (odd["file"], odd["outcome"]) == ("broken.json", "refused")


def test_import_snapshot_makes_a_place_beside_a_captured_tenant(cast: Cast, tmp_path: Path) -> None:
    Files(tmp_path).put("users.json", [{"id": guid("a"), "displayName": "A"}])
    arguments = (
        "import_snapshot", str(tmp_path), "--tenant", "contoso.example",
        "--taken-at", "2026-05-01T06:00", "--as", cast.alice.email,
    )  # fmt: skip

    refused, conflict = run(*arguments)
    said, code = run(*arguments, "--beside")

    assert (conflict, refused["error"]["code"]) == (5, "history-not-empty")
    assert (code, said["seq"]) == (0, 1)
    with no_scope("a test looks at what was added"):
        assert Tenant.objects.get(pk=said["tenant_id"]).name == "Contoso (imported)"


def test_dated_exports_become_snapshots_in_the_order_of_their_dates(
    cast: Cast, tmp_path: Path
) -> None:
    for name, label in (("2026-05-02 export", "B"), ("2026-05-01T0600", "A"), ("notes", "C")):
        (tmp_path / name).mkdir()
        Files(tmp_path / name).put("users.json", [{"id": guid("a"), "displayName": label}])

    said, code = run(
        "import_snapshot", str(tmp_path), "--tenant", "fabrikam.example",
        "--dated", "--as", cast.alice.email,
    )  # fmt: skip
    _, neither = run(
        "import_snapshot", str(tmp_path), "--tenant", "fabrikam.example", "--as", cast.alice.email
    )

    assert code == 0
    assert [one["seq"] for one in said["imports"]] == [1, 2]
    assert neither != 0
    with tenant_scope(cast.fabrikam.pk):
        times = Snapshot.objects.filter(tenant=cast.fabrikam).order_by("seq")
        assert [f"{one.taken_at:%m-%d %H}" for one in times] == ["05-01 06", "05-02 00"]
        first = body_at(cast.fabrikam, "user", guid("a"), 1)
        assert first is not None
        assert first["displayName"] == "A"
