"""What comes after an import stays right: the next capture, the report, what a plan would send."""

from collections.abc import Callable
from pathlib import Path

import pytest

from apps.core.errors import Conflict
from apps.diffs.changes import Change
from apps.diffs.comparison import compare
from apps.entra import writing
from apps.entra.catalogue import kind, normalise
from apps.history.models import Snapshot
from apps.history.selectors import body_at
from apps.tenants.models import Tenant
from tests.history.conftest import Capture
from tests.history.imports import JUNE, MAY, Files, Import, bodies, guid, importer, links
from tests.history.sources import MemorySource

ANN, BEN, EVE, STAFF, CREW, ORG = map(guid, ("ann", "ben", "eve", "staff", "crew", "org"))

Differ = Callable[..., dict[tuple[str, ...], tuple[str, tuple[str, ...]]]]


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


@pytest.fixture
def bring_in(tenant: Tenant, tmp_path: Path) -> Import:
    return importer(tenant, tmp_path)


@pytest.fixture
def differ(tenant: Tenant) -> Differ:
    """The differences between two positions, by what they are about: the change, the attributes."""

    def run(low: int, high: int) -> dict[tuple[str, ...], tuple[str, tuple[str, ...]]]:
        base, target = (Snapshot.objects.get(seq=seq) for seq in (low, high))
        return {_about(one): (str(one.change), one.attributes) for one in _changes(base, target)}

    def _changes(base: Snapshot, target: Snapshot) -> list[Change]:
        return list(compare(tenant, base, target))

    return run


def _about(change: Change) -> tuple[str, ...]:
    parts = (change.kind, change.object_id, change.link, change.target_id)
    return tuple(part for part in parts if part)


def people_in_may(files: Files) -> None:
    files.put(
        "users.json",
        [
            {"id": ANN, "displayName": "Ann", "department": None},
            {"id": BEN, "displayName": "Ben"},
        ],
    )
    files.put("groups.json", [{"id": STAFF, "displayName": "Staff", "members": [{"id": ANN}]}])
    files.put(f"Groups/{CREW}/{CREW}.json", {"id": CREW, "displayName": "Crew"})
    files.put(f"Groups/{CREW}/Members/{BEN}/{BEN}.json", {"id": BEN, "displayName": "Ben"})


def people_now(source: MemorySource) -> None:
    """Ann has a department and a job since, Ben is gone, Eve is new."""
    source.put("user", ANN, displayName="Ann", department="Sales", jobTitle="Head")
    source.put("user", EVE, displayName="Eve")
    source.put("group", STAFF, displayName="Staff", mailNickname="staff")
    source.put("group", CREW, displayName="Crew")
    for group, member in ((STAFF, ANN), (STAFF, EVE), (CREW, EVE)):
        source.link("group.members", group, member)
        source.link("group.owners", group, member)


def test_the_next_capture_reads_everything_and_holds_nothing_back(
    tenant: Tenant, files: Files, bring_in: Import, source: MemorySource, capture: Capture
) -> None:
    files.put("users.json", [{"id": guid(str(n)), "displayName": "X"} for n in range(40)])
    bring_in(whole=["user"])
    source.put("user", ANN, displayName="Ann")

    taken = capture("delta").snapshot

    assert taken is not None
    assert (taken.mode, taken.complete) == ("full", True)
    assert bodies(tenant, taken.seq) == {ANN: {"id": ANN, "displayName": "Ann"}}
    assert {cursor for name, cursor in source.calls if name == "user"} == {None}


def test_nothing_follows_from_what_files_do_not_say(
    tenant: Tenant, files: Files, bring_in: Import, source: MemorySource, capture: Capture,
    differ: Differ,
) -> None:  # fmt: skip
    people_in_may(files)
    bring_in()
    people_now(source)
    capture()

    assert differ(1, 2) == {
        # That Ann had no department stands in the files; of her job they say nothing.
        ("user", ANN): ("updated", ("department",)),
        ("user", BEN): ("hard-deleted", ()),
        # The list of Staff's members is there, of Crew's one file is.
        ("group", STAFF, "group.members", EVE): ("link-added", ()),
        ("group", CREW, "group.members", BEN): ("link-removed", ()),
    }


def test_who_says_that_files_are_whole_is_told_what_is_new(
    tenant: Tenant, files: Files, bring_in: Import, source: MemorySource, capture: Capture,
    differ: Differ,
) -> None:  # fmt: skip
    people_in_may(files)
    bring_in(whole=["user", "group"])
    people_now(source)
    capture()

    found = differ(1, 2)
    assert found["user", EVE] == ("created", ())
    assert found["group", CREW, "group.members", EVE] == ("link-added", ())
    assert not [about for about in found if "group.owners" in about]


def test_a_plan_from_an_import_writes_only_what_the_files_said(
    tenant: Tenant, files: Files, bring_in: Import
) -> None:
    people_in_may(files)
    bring_in()
    wanted = body_at(tenant, "user", ANN, 1)
    assert wanted is not None
    now = {"id": ANN, "displayName": "Anna", "department": "Sales", "jobTitle": "Head"}
    current = normalise(kind("user"), now, version="v1.0")

    requests = writing.update_requests(kind("user"), ANN, current=current, wanted=wanted)

    assert [request.body for request in requests] == [{"displayName": "Ann", "department": None}]


def test_imports_follow_each_other_without_taking_silence_for_deletion(
    tenant: Tenant, files: Files, bring_in: Import, differ: Differ, tmp_path: Path
) -> None:
    people_in_may(files)
    bring_in(at=MAY)
    files.put("users.json", [{"id": ANN, "displayName": "Anna"}])

    bring_in(at=JUNE)

    assert set(bodies(tenant, 2, "user")) == {ANN, BEN}
    assert differ(1, 2) == {("user", ANN): ("updated", ("displayName",))}


def test_an_import_whose_kinds_are_whole_says_what_was_gone_by_then(
    tenant: Tenant, files: Files, bring_in: Import, differ: Differ
) -> None:
    people_in_may(files)
    bring_in(at=MAY)
    files.put("users.json", [{"id": ANN, "displayName": "Ann", "department": None}])

    bring_in(at=JUNE, whole=["user"])

    assert differ(1, 2)["user", BEN] == ("hard-deleted", ())
    assert ("group.members", CREW, BEN) not in links(tenant, 2)


def test_a_tenant_is_not_captured_after_imports_of_another_directory(
    tenant: Tenant, files: Files, bring_in: Import, source: MemorySource, capture: Capture
) -> None:
    connected_to, tenant.entra_id = tenant.entra_id, None
    files.put("organization.json", {"id": ORG, "displayName": "Other", "verifiedDomains": []})
    bring_in()
    tenant.entra_id = connected_to

    with pytest.raises(Conflict, match="another directory"):
        capture()

    assert source.calls == []
    assert Snapshot.objects.count() == 1
