"""Taking a snapshot out: what the files hold, and who could tell if they were changed."""

import csv
import io
import json

import pytest

from apps.history.exporting.services import hand_out, wanted_of
from apps.history.models import Export
from apps.tenants.models import Tenant
from tests.factories import actor_of, make_user
from tests.history.conftest import Capture
from tests.history.exports import exported, files_of, lines_of
from tests.history.sources import MemorySource, small_directory


@pytest.fixture
def source() -> MemorySource:
    source = small_directory()
    source.put("user", "u9", displayName="Leaver")
    source.soft_delete("user", "u9")
    return source


def test_a_zip_holds_a_file_for_each_object_the_bin_and_the_links(
    tenant: Tenant, capture: Capture
) -> None:
    snapshot = capture().snapshot

    files = files_of(exported(tenant, snapshot))

    assert json.loads(files["objects/user/u1.json"]) == {"id": "u1", "displayName": "User 1"}
    assert json.loads(files["objects/group/g1.json"]) == {"id": "g1", "displayName": "Staff"}
    assert lines_of(files["bin/user.jsonl"]) == [{"id": "u9", "displayName": "Leaver"}]
    members = lines_of(files["links/group.members.jsonl"])
    assert {line["target"] for line in members} == {f"u{n}" for n in range(5)}
    assert {line["source"] for line in members} == {"g1"}


def test_a_zip_says_what_it_is_how_complete_and_who_took_it_out(
    tenant: Tenant, capture: Capture
) -> None:
    snapshot = capture().snapshot

    said = json.loads(files_of(exported(tenant, snapshot))["export.json"])

    assert said["tenant"]["name"] == tenant.name
    assert said["snapshot"]["root"] == bytes(snapshot.root).hex()
    assert {row["collection"]: row["status"] for row in said["snapshot"]["collections"]}[
        "user"
    ] == "complete"
    assert said["exported_by"].startswith("Admin")


def test_a_large_kind_comes_as_json_lines(
    tenant: Tenant, capture: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.history.exporting.layouts.FILE_EACH_UP_TO", 3)

    files = files_of(exported(tenant, capture().snapshot))

    assert len(lines_of(files["objects/user.jsonl"])) == 5
    assert "objects/group/g1.json" in files


def test_one_kind_brings_the_links_that_begin_there(tenant: Tenant, capture: Capture) -> None:
    files = files_of(exported(tenant, capture().snapshot, kind="group"))

    assert "objects/group/g1.json" in files
    assert "links/group.members.jsonl" in files
    assert not [name for name in files if "user" in name]


def test_one_object_brings_the_links_on_both_sides(tenant: Tenant, capture: Capture) -> None:
    told = exported(tenant, capture().snapshot, "json", kind="user", object_id="u1")

    said = json.loads(told)
    assert said["objects"] == {"user": [{"id": "u1", "displayName": "User 1"}]}
    assert said["links"]["group.members"] == [{"source": "g1", "target": "u1"}]


def test_tables_have_a_column_for_each_property(tenant: Tenant, capture: Capture) -> None:
    told = exported(tenant, capture().snapshot, "csv", kind="user").decode("utf-8-sig")

    rows = list(csv.DictReader(io.StringIO(told)))
    assert {row["displayName"]: row["object_state"] for row in rows} == {
        **{f"User {n}": "present" for n in range(5)},
        "Leaver": "soft-deleted",
    }
    assert "onPremisesExtensionAttributes" in rows[0]


def test_tables_of_everything_come_in_one_zip(tenant: Tenant, capture: Capture) -> None:
    files = files_of(exported(tenant, capture().snapshot, "csv"))

    assert {"user.csv", "group.csv", "links.csv", "manifest.json"} <= files.keys()
    assert "application.csv" not in files


def test_a_reader_takes_nothing_out(tenant: Tenant, capture: Capture) -> None:
    snapshot = capture().snapshot
    reader = make_user("Reader", tenant, "backup-reader")
    wanted = wanted_of(tenant, seq=snapshot.seq, form="zip")

    with pytest.raises(Exception, match="role does not allow"):
        hand_out(actor=actor_of(reader), tenant=tenant, wanted=wanted)

    assert not Export.objects.exists()
