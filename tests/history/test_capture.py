import pytest

from apps.entra.errors import Denied
from apps.history import selectors
from apps.history.choices import ObjectState
from apps.history.models import ObjectVersion
from apps.history.records import ChangedLink
from apps.tenants.models import Tenant
from tests.history.conftest import Capture
from tests.history.sources import MemorySource


def states(tenant: Tenant, seq: int) -> dict[tuple[str, str], str]:
    return {(s.kind, s.object_id): str(s.state) for s in selectors.state_at(tenant, seq)}


def links(tenant: Tenant, seq: int) -> set[tuple[str, str, str]]:
    return {(s.link, s.source_id, s.target_id) for s in selectors.links_at(tenant, seq)}


def test_first_capture_keeps_every_object_and_link(
    tenant: Tenant, source: MemorySource, capture: Capture
) -> None:
    source.put("user", "u1", displayName="Ada", department="Research")
    source.put("user", "u2", displayName="Grace")
    source.put("group", "g1", displayName="Staff")
    source.link("group.members", "g1", "u1")

    result = capture()

    assert result.snapshot is not None
    assert result.snapshot.seq == 1
    assert result.snapshot.complete
    assert result.counts == {"created": 3, "links_added": 1}
    assert selectors.body_at(tenant, "user", "u1", 1) == {
        "id": "u1",
        "displayName": "Ada",
        "department": "Research",
    }
    assert links(tenant, 1) == {("group.members", "g1", "u1")}


def test_second_full_capture_appends_only_what_changed(
    tenant: Tenant, source: MemorySource, capture: Capture
) -> None:
    for number in range(10):
        source.put("user", f"u{number}", displayName=f"User {number}")
    capture()
    source.put("user", "u3", department="Sales")

    result = capture()

    assert result.counts == {"updated": 1}
    changed = list(selectors.changed_between(tenant, 1, 2))
    assert [(c.kind, c.object_id, c.after.seq) for c in changed] == [("user", "u3", 2)]
    assert selectors.body_at(tenant, "user", "u3", 1) == {"id": "u3", "displayName": "User 3"}
    assert selectors.body_at(tenant, "user", "u3", 2) == {
        "id": "u3",
        "displayName": "User 3",
        "department": "Sales",
    }


def test_delta_answers_are_laid_over_the_body_before(
    tenant: Tenant, source: MemorySource, capture: Capture
) -> None:
    source.put("user", "u1", displayName="Ada", department="Research", jobTitle="Countess")
    capture()
    source.put("user", "u1", department="Sales", jobTitle=None)
    source.put("user", "u1", city="London")

    result = capture("delta")

    assert result.counts == {"updated": 1}
    assert selectors.body_at(tenant, "user", "u1", 2) == {
        "id": "u1",
        "displayName": "Ada",
        "department": "Sales",
        "city": "London",
    }


def test_delta_capture_that_finds_nothing_makes_no_snapshot(
    tenant: Tenant, source: MemorySource, capture: Capture
) -> None:
    source.put("user", "u1", displayName="Ada")
    capture()

    result = capture("delta")

    assert result.snapshot is None
    assert selectors.snapshots(tenant).count() == 1


def test_what_is_gone_is_soft_deleted_when_it_is_in_the_bin_and_hard_deleted_otherwise(
    tenant: Tenant, source: MemorySource, capture: Capture
) -> None:
    for name in ("u1", "u2", "u3"):
        source.put("user", name, displayName=name)
    source.put("group", "g1", displayName="Staff")
    for name in ("u1", "u2", "u3"):
        source.link("group.members", "g1", name)
    capture()
    source.soft_delete("user", "u1")
    source.hard_delete("user", "u2")

    result = capture()

    assert result.counts == {"soft_deleted": 1, "hard_deleted": 1, "links_removed": 2}
    assert states(tenant, 2) == {
        ("user", "u1"): ObjectState.SOFT_DELETED,
        ("user", "u3"): ObjectState.PRESENT,
        ("group", "g1"): ObjectState.PRESENT,
    }
    assert links(tenant, 2) == {("group.members", "g1", "u3")}
    assert selectors.body_at(tenant, "user", "u1", 2) == {"id": "u1", "displayName": "u1"}
    assert selectors.body_at(tenant, "user", "u2", 2) is None
    assert selectors.body_at(tenant, "user", "u2", 1) == {"id": "u2", "displayName": "u2"}


def test_delta_and_full_capture_tell_the_same_of_deletions(
    tenant: Tenant, source: MemorySource, capture: Capture
) -> None:
    for name in ("u1", "u2"):
        source.put("user", name, displayName=name)
    capture()
    source.soft_delete("user", "u1")
    source.hard_delete("user", "u2")

    by_delta = capture("delta")
    after_full = capture("full")

    assert by_delta.counts == {"soft_deleted": 1, "hard_deleted": 1}
    assert after_full.counts == {}


def test_an_emptied_bin_turns_soft_deleted_into_hard_deleted(
    tenant: Tenant, source: MemorySource, capture: Capture
) -> None:
    source.put("user", "u1", displayName="Ada")
    capture()
    source.soft_delete("user", "u1")
    capture()
    source.hard_delete("user", "u1")

    result = capture()

    assert result.counts == {"hard_deleted": 1}
    assert states(tenant, 3) == {}


def test_an_undeleted_object_is_restored_and_its_links_are_read_again(
    tenant: Tenant, source: MemorySource, capture: Capture
) -> None:
    source.put("user", "u1", displayName="Ada")
    source.put("group", "g1", displayName="Staff")
    source.link("group.members", "g1", "u1")
    capture()
    source.soft_delete("user", "u1")
    capture("delta")
    source.restore("user", "u1")
    source.links["group.members"].add(("g1", "u1"))  # comes back, and delta does not say so

    result = capture("delta")

    assert result.counts == {"restored": 1, "links_added": 1}
    assert ("group", None) in source.calls[-len(source.calls) // 3 :]
    assert links(tenant, 3) == {("group.members", "g1", "u1")}


@pytest.mark.parametrize("mode", ["full", "delta"])
def test_what_was_changed_and_then_deleted_is_kept_as_it_would_come_back(
    tenant: Tenant, source: MemorySource, capture: Capture, mode: str
) -> None:
    source.put("user", "u1", displayName="Ada", department="Research")
    source.put("user", "u2", displayName="Grace")
    capture()
    source.put("user", "u1", department="Sales")
    source.soft_delete("user", "u1")
    source.soft_delete("user", "u2")

    result = capture(mode)

    assert result.counts == {"soft_deleted": 2}
    assert selectors.body_at(tenant, "user", "u1", 2) == {
        "id": "u1",
        "displayName": "Ada",
        "department": "Sales",
    }
    bodies = ObjectVersion.objects.filter(seq=2).values_list("object_id", "body")
    assert {object_id for object_id, body in bodies if body is not None} == {"u1"}
    assert capture("full").counts == {}


def test_what_a_bin_leaves_out_stays_as_it_was(
    tenant: Tenant, source: MemorySource, capture: Capture
) -> None:
    source.put("user", "u1", displayName="Ada", department="Research", city="London")
    capture()
    source.soft_delete("user", "u1")
    source.partial_bins["user"] = [{"id": "u1", "deletedDateTime": "2026-01-01", "city": None}]

    capture()
    source.restore("user", "u1", displayName="Ada")
    capture("delta")

    assert selectors.body_at(tenant, "user", "u1", 2) == {
        "id": "u1",
        "deletedDateTime": "2026-01-01",
        "displayName": "Ada",
        "department": "Research",
    }
    assert selectors.body_at(tenant, "user", "u1", 3) == {
        "id": "u1",
        "displayName": "Ada",
        "department": "Research",
    }


def test_a_delta_capture_reads_the_bin_only_when_something_came_into_it(
    tenant: Tenant, source: MemorySource, capture: Capture
) -> None:
    source.put("user", "u1", displayName="Ada")
    source.put("user", "u2", displayName="Grace")
    capture()
    source.failures["bin:user"] = Denied("no permission")
    source.put("user", "u1", displayName="Ada Lovelace")
    calm = capture("delta").snapshot
    source.soft_delete("user", "u2")

    result = capture("delta")

    assert calm is not None
    assert calm.collections.get(collection="user").status == "complete"
    assert result.snapshot is not None
    assert result.snapshot.collections.get(collection="user").status == "partial"
    assert result.counts == {"soft_deleted": 1}


def test_a_delta_capture_reads_kinds_whole_when_it_is_told_to(
    tenant: Tenant, source: MemorySource, capture: Capture
) -> None:
    source.put("user", "u1", displayName="Ada")
    capture()
    source.put("appRoleAssignment", "a1", principalId="p1")
    source.objects["user"]["u1"]["city"] = "London"  # and delta says nothing of it

    assert capture("delta").snapshot is None
    result = capture("delta", whole=["appRoleAssignment", "user"])

    assert result.counts == {"created": 1, "updated": 1}


def test_deleted_objects_found_at_the_first_capture_are_kept_with_the_body_of_the_bin(
    tenant: Tenant, source: MemorySource, capture: Capture
) -> None:
    source.binned["user"]["u1"] = {"id": "u1", "displayName": "Ada"}

    capture()

    assert states(tenant, 1) == {("user", "u1"): ObjectState.SOFT_DELETED}
    assert selectors.body_at(tenant, "user", "u1", 1) == {"id": "u1", "displayName": "Ada"}


def test_links_set_aside_are_those_that_came_since_and_went_with_their_end(
    tenant: Tenant, source: MemorySource, capture: Capture
) -> None:
    for name in ("u1", "u2", "u3"):
        source.put("user", name, displayName=name)
    for name in ("g1", "g2"):
        source.put("group", name, displayName=name)
    source.link("group.members", "g1", "u1")
    capture()
    for group, user in (("g2", "u1"), ("g2", "u2"), ("g2", "u3")):
        source.link("group.members", group, user)
    capture("delta")
    source.soft_delete("user", "u1")
    source.hard_delete("user", "u2")
    capture("delta")
    source.put("user", "u3", city="London")
    capture("delta")

    assert list(selectors.links_set_aside(tenant, 1, 4)) == [
        ChangedLink("group.members", "g2", "u1", before=False, after=True)
    ]
    assert list(selectors.links_set_aside(tenant, 2, 4)) == []
    assert list(selectors.links_set_aside(tenant, 3, 4)) == []
    assert list(selectors.links_set_aside(tenant, 1, 4, links=["group.owners"])) == []
    assert len(list(selectors.links_set_aside(tenant, 1, 4, object_ids=["g2"]))) == 1
