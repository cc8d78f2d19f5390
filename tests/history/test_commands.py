"""The operator's commands, over the same services as everywhere."""

import json
import os
from base64 import b64encode
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from apps.audit.models import AuditRecord
from apps.core.actor import SYSTEM
from apps.core.scope import no_scope, tenant_scope
from apps.history import services
from apps.jobs.models import Job
from apps.tenants import keys
from tests.factories import Cast, make_cast, make_msp, make_user
from tests.history.sources import small_directory
from tests.recovery.workshop import connect
from tests.support.sandboxes import Sandbox


@pytest.fixture
def cast(db: None) -> Cast:
    cast = make_cast()
    with tenant_scope(cast.contoso.pk):
        services.capture(
            actor=SYSTEM, tenant=cast.contoso, reason="nightly", source=small_directory()
        )
    return cast


def run(*arguments: str) -> Any:
    out = StringIO()
    call_command(*arguments, "--json", stdout=out)
    return json.loads(out.getvalue())


def records() -> list[str]:
    """The events of the audit trail, oldest first."""
    with no_scope("a test reads the trail"):
        return list(AuditRecord.objects.order_by("number").values_list("event", flat=True))


def test_snapshots_are_listed_with_their_completeness(cast: Cast) -> None:
    (listed,) = run("snapshots", "contoso.example", "--as", cast.bob.email)

    assert (listed["seq"], listed["reason"], listed["complete"]) == (1, "nightly", True)
    assert {"collection": "user", "status": "complete", "count": 5}.items() <= {
        row["collection"]: row for row in listed["collections"]
    }["user"].items()


def test_a_history_is_verified_from_the_console(cast: Cast) -> None:
    (said,) = run("verify", "--tenant", "contoso.example", "--as", cast.bob.email)

    assert {"intact": True, "snapshots": 1, "bodies": 6, "damage": []}.items() <= said.items()


def test_a_history_stays_intact_under_a_new_installation_key_alone(
    cast: Cast, settings: pytest.FixtureRequest
) -> None:
    new = b64encode(os.urandom(32)).decode()
    settings.HOLDFAST_KEYS = [new, *settings.HOLDFAST_KEYS]  # type: ignore[attr-defined]
    call_command("rotate_keys", stdout=StringIO())
    settings.HOLDFAST_KEYS = [new]  # type: ignore[attr-defined]
    keys.forget_cached()

    (said,) = run("verify", "--tenant", "contoso.example", "--as", cast.bob.email)

    assert said["intact"]


def test_tables_are_for_people(cast: Cast) -> None:
    out = StringIO()
    call_command("snapshots", "contoso.example", "--as", cast.bob.email, stdout=out)

    assert "nightly" in out.getvalue()


@pytest.mark.parametrize(
    ("who", "command", "code"),
    [("mallory", "snapshots", 4), ("mallory", "capture", 4), ("bob", "capture", 3)],
)
def test_whoever_may_not_gets_a_code_and_nothing_happens(
    cast: Cast, who: str, command: str, code: int
) -> None:
    before = records()

    with pytest.raises(SystemExit) as ended:
        run(command, "contoso.example", "--as", getattr(cast, who).email)

    assert ended.value.code == code
    with tenant_scope(cast.contoso.pk):
        assert not Job.objects.exists()
    assert records() == [*before, "access.refused"]


def test_a_tenant_is_captured_from_the_console(
    db: None, sandbox: Sandbox, settings: pytest.FixtureRequest
) -> None:
    settings.HOLDFAST_GRAPH_TIME_SCALE = 1000.0  # type: ignore[attr-defined]
    msp = make_msp()
    tenant = connect(sandbox, msp)
    alice = make_user("Alice", msp, "backup-administrator")

    first = run("capture", tenant.domain, "--full", "--as", alice.email)
    again = run("capture", tenant.domain, "--as", alice.email)

    assert (first["new"], first["snapshot"]["seq"], first["snapshot"]["complete"]) == (
        True,
        1,
        True,
    )
    assert (again["new"], again["snapshot"]["seq"]) == (False, 1)
    with no_scope("a test reads the trail"):
        sealed = AuditRecord.objects.get(event="snapshot.sealed")
    assert (sealed.actor_kind, sealed.actor_user_id) == ("console", alice.pk)
