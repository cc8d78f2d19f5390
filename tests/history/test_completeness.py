"""What a capture says when it could not see everything."""

from dataclasses import replace
from datetime import timedelta

import pytest

from apps.core import clock
from apps.core.errors import Conflict, NotAllowed, Stale, Unavailable
from apps.entra.catalogue import KINDS
from apps.entra.errors import (
    Denied,
    EntraError,
    NeedsConsent,
    NotLicensed,
    NotOffered,
    PageTokenExpired,
    ResyncRequired,
    Throttled,
)
from apps.entra.reading import AuditEvent
from apps.history import selectors, services
from apps.history.models import CollectionCursor, Snapshot, SnapshotCollection
from apps.history.verification import verify
from apps.jobs.models import Job
from apps.tenants.models import Tenant
from tests.factories import actor_of, make_user
from tests.history.conftest import Capture
from tests.history.sources import MemorySource

FAILURES = [
    (Denied("no permission"), "denied"),
    (NotLicensed("no licence"), "unlicensed"),
    (NotOffered("not in this cloud"), "unsupported"),
    (Throttled("busy"), "partial"),
]


def status_of(snapshot: Snapshot | None, collection: str) -> SnapshotCollection:
    assert snapshot is not None
    return snapshot.collections.get(collection=collection)


def present(tenant: Tenant, kind: str) -> int:
    latest = selectors.latest_snapshot(tenant)
    assert latest is not None
    states = selectors.state_at(tenant, latest.seq, kinds=[kind])
    return sum(1 for item in states if item.state == "present")


@pytest.mark.parametrize(("error", "status"), FAILURES)
def test_a_collection_that_fails_keeps_its_state_and_leaves_the_others_usable(
    tenant: Tenant, source: MemorySource, capture: Capture, error: EntraError, status: str
) -> None:
    for number in range(6):
        source.put("user", f"u{number}", displayName=f"User {number}")
    capture()
    source.put("user", "u0", displayName="Changed")
    source.put("group", "g1", displayName="New")
    source.failures["user"] = error

    result = capture()

    row = status_of(result.snapshot, "user")
    assert (row.status, row.count, row.detail) == (status, 6, error.message)
    assert result.counts == {"created": 1}
    assert result.snapshot is not None
    assert result.snapshot.complete == (status in ("unlicensed", "unsupported"))
    assert selectors.body_at(tenant, "user", "u0", 2) == {"id": "u0", "displayName": "User 0"}


def test_a_failed_collection_keeps_its_cursor_and_goes_on_from_there(
    tenant: Tenant, source: MemorySource, capture: Capture
) -> None:
    source.put("user", "u1", displayName="Ada")
    capture()
    before = bytes(CollectionCursor.objects.get(collection="user").cursor)
    source.put("user", "u1", displayName="Ada Lovelace")
    source.failures["user"] = Throttled("busy")
    capture("delta")
    assert bytes(CollectionCursor.objects.get(collection="user").cursor) == before
    del source.failures["user"]

    result = capture("delta")

    assert result.counts == {"updated": 1}
    assert status_of(result.snapshot, "user").status == "complete"


def test_a_status_that_stays_bad_is_not_news(
    tenant: Tenant, source: MemorySource, capture: Capture
) -> None:
    source.failures["conditionalAccessPolicy"] = Denied("no permission")
    capture()

    assert capture("delta").snapshot is None


def test_an_expired_cursor_leads_to_a_full_read_of_that_collection(
    tenant: Tenant, source: MemorySource, capture: Capture
) -> None:
    source.put("user", "u1", displayName="Ada")
    capture()
    source.put("user", "u1", displayName="Ada Lovelace")
    source.expired_cursors.add("user")

    result = capture("delta")

    assert result.counts == {"updated": 1}
    assert [cursor for kind, cursor in source.calls if kind == "user"][-1] is None


def test_a_cursor_older_than_six_days_is_not_used(
    tenant: Tenant, source: MemorySource, capture: Capture
) -> None:
    with clock.frozen(clock.now() - timedelta(days=7)):
        source.put("user", "u1", displayName="Ada")
        capture()

    capture("delta")

    assert [cursor for kind, cursor in source.calls if kind == "user"] == [None, None]


def test_losing_the_place_in_a_list_starts_the_list_again(
    tenant: Tenant, source: MemorySource, capture: Capture
) -> None:
    for number in range(7):
        source.put("user", f"u{number}", displayName=f"User {number}")
    source.lost_places["user"] = 2

    result = capture()

    assert result.counts == {"created": 7}
    assert verify(tenant).is_intact


def test_nothing_readable_is_no_snapshot(
    tenant: Tenant, source: MemorySource, capture: Capture
) -> None:
    source.fail_all(Throttled("busy"))

    with pytest.raises(Unavailable):
        capture()

    assert not selectors.snapshots(tenant).exists()


def test_what_was_read_without_delta_is_worth_a_snapshot(
    source: MemorySource, capture: Capture
) -> None:
    source.put("user", "u1", displayName="Ada")
    source.put("namedLocation", "n1", displayName="Office")
    capture()
    source.put("namedLocation", "n1", displayName="Head office")
    source.failures = {kind.name: Throttled("busy") for kind in KINDS if kind.delta_path}

    result = capture("delta")

    assert result.counts == {"updated": 1}
    assert status_of(result.snapshot, "user").status == "partial"
    assert status_of(result.snapshot, "namedLocation").status == "complete"


def test_withdrawn_consent_ends_the_capture(
    tenant: Tenant, source: MemorySource, capture: Capture
) -> None:
    source.put("user", "u1", displayName="Ada")
    source.failures["group"] = NeedsConsent("withdrawn")

    with pytest.raises(NeedsConsent):
        capture()

    assert not selectors.snapshots(tenant).exists()


def test_an_unreadable_bin_makes_the_collection_partial_and_deletions_hard(
    tenant: Tenant, source: MemorySource, capture: Capture
) -> None:
    source.put("user", "u1", displayName="Ada")
    capture()
    source.soft_delete("user", "u1")
    source.failures["bin:user"] = Denied("no permission")
    first = capture()
    del source.failures["bin:user"]

    second = capture()

    assert status_of(first.snapshot, "user").status == "partial"
    assert first.counts == {"hard_deleted": 1}
    assert second.counts == {"soft_deleted": 1}


@pytest.fixture
def shrunk(tenant: Tenant, source: MemorySource, capture: Capture) -> Tenant:
    """A hundred grants, of which thirty are not named any more."""
    for number in range(100):
        source.put("appRoleAssignment", f"a{number}", principalId=f"p{number}")
    capture()
    for number in range(30):
        source.objects["appRoleAssignment"].pop(f"a{number}")
    return tenant


def test_a_collection_that_shrinks_is_held_and_loses_nothing(
    shrunk: Tenant, source: MemorySource, capture: Capture
) -> None:
    source.put("appRoleAssignment", "a200", principalId="p200")

    result = capture()

    row = status_of(result.snapshot, "appRoleAssignment")
    assert (row.status, row.count, row.missing) == ("held", 101, {"objects": 30})
    assert result.snapshot is not None
    assert not result.snapshot.complete
    assert result.counts == {"created": 1}
    assert capture("delta").snapshot is None


def test_a_held_collection_that_comes_back_is_complete_again(
    shrunk: Tenant, source: MemorySource, capture: Capture
) -> None:
    capture()
    for number in range(30):
        source.put("appRoleAssignment", f"a{number}", principalId=f"p{number}")

    result = capture("delta")

    assert result.counts == {}
    assert status_of(result.snapshot, "appRoleAssignment").status == "complete"


def test_a_person_confirms_that_what_is_missing_is_gone(
    shrunk: Tenant, source: MemorySource, capture: Capture
) -> None:
    held = capture().snapshot
    assert held is not None
    alice = actor_of(make_user("Alice", shrunk.msp, "tenant-manager"))
    services.confirm_shrink(actor=alice, snapshot=held, collection="appRoleAssignment")

    result = capture("delta")

    assert result.counts == {"hard_deleted": 30}
    assert status_of(result.snapshot, "appRoleAssignment").status == "complete"
    assert present(shrunk, "appRoleAssignment") == 70


def test_a_confirmation_covers_no_more_than_was_missing_then(
    shrunk: Tenant, source: MemorySource, capture: Capture
) -> None:
    held = capture().snapshot
    assert held is not None
    alice = actor_of(make_user("Alice", shrunk.msp, "tenant-manager"))
    services.confirm_shrink(actor=alice, snapshot=held, collection="appRoleAssignment")
    source.objects["appRoleAssignment"].clear()

    result = capture("delta")

    assert status_of(result.snapshot, "appRoleAssignment").missing == {"objects": 100}
    assert present(shrunk, "appRoleAssignment") == 100


def test_confirming_needs_a_tenant_manager_and_the_newest_snapshot(
    shrunk: Tenant, source: MemorySource, capture: Capture
) -> None:
    first = capture().snapshot
    assert first is not None
    bob = actor_of(make_user("Bob", shrunk.msp, "backup-administrator"))
    alice = actor_of(make_user("Alice", shrunk.msp, "tenant-manager"))
    with pytest.raises(NotAllowed):
        services.confirm_shrink(actor=bob, snapshot=first, collection="appRoleAssignment")
    with pytest.raises(Conflict, match="not held"):
        services.confirm_shrink(actor=alice, snapshot=first, collection="user")
    source.put("user", "u1", displayName="Ada")
    capture()

    with pytest.raises(Stale):
        services.confirm_shrink(actor=alice, snapshot=first, collection="appRoleAssignment")

    assert present(shrunk, "appRoleAssignment") == 100


def test_deletions_in_the_audit_log_explain_a_shrunken_collection(
    shrunk: Tenant, source: MemorySource, capture: Capture
) -> None:
    source.audit = [deletion(f"e{number}", f"a{number}") for number in range(30)]

    result = capture()

    assert result.counts == {"hard_deleted": 30}
    assert status_of(result.snapshot, "appRoleAssignment").status == "complete"


def test_mass_deletion_into_the_bin_is_seen_and_so_not_held(
    tenant: Tenant, source: MemorySource, capture: Capture
) -> None:
    for number in range(50):
        source.put("user", f"u{number}", displayName=f"User {number}")
    capture()
    for number in range(50):
        source.soft_delete("user", f"u{number}")

    assert capture().counts == {"soft_deleted": 50}


def test_links_that_vanish_in_large_numbers_are_held(
    tenant: Tenant, source: MemorySource, capture: Capture
) -> None:
    source.put("group", "g1", displayName="Staff")
    for number in range(40):
        source.link("group.members", "g1", f"u{number}")
    capture()
    source.links["group.members"].clear()

    result = capture()

    assert status_of(result.snapshot, "group").missing == {"group.members": 40}
    assert len(list(selectors.links_at(tenant, 2))) == 40


def removal(event_id: str, activity: str, *target_ids: str) -> AuditEvent:
    return replace(
        deletion(event_id, ""), activity=activity, operation="Update", target_ids=target_ids
    )


@pytest.fixture
def managed(tenant: Tenant, source: MemorySource, capture: Capture) -> Tenant:
    """Forty users with one manager."""
    for number in range(40):
        source.put("user", f"u{number}", displayName=f"User {number}")
        source.link("user.manager", f"u{number}", "boss")
    capture()
    return tenant


def test_managers_that_were_replaced_are_not_missing(
    managed: Tenant, source: MemorySource, capture: Capture
) -> None:
    source.links["user.manager"] = {(f"u{number}", "other") for number in range(40)}

    result = capture()

    assert status_of(result.snapshot, "user").status == "complete"
    assert result.counts == {"links_added": 40, "links_removed": 40}


@pytest.mark.parametrize("activity", ["Remove user manager", "Update user", "Set user manager"])
def test_entries_about_their_sources_explain_missing_links(
    managed: Tenant, source: MemorySource, capture: Capture, activity: str
) -> None:
    source.links["user.manager"].clear()
    source.audit = [removal(f"e{number}", activity, f"u{number}") for number in range(40)]

    result = capture()

    assert status_of(result.snapshot, "user").status == "complete"
    assert result.counts == {"links_removed": 40}


def test_one_entry_explains_one_missing_link_and_additions_none(
    managed: Tenant, source: MemorySource, capture: Capture
) -> None:
    source.links["user.manager"].clear()
    source.audit = [
        removal("e1", "Remove user manager", "u1"),
        *(removal(f"a{number}", "Add member to group", f"u{number}") for number in range(40)),
    ]

    result = capture()

    assert status_of(result.snapshot, "user").missing == {"user.manager": 40}


def test_a_held_collection_still_takes_changes_of_its_objects(
    managed: Tenant, source: MemorySource, capture: Capture
) -> None:
    source.links["user.manager"].clear()
    source.put("user", "u1", department="Sales")

    result = capture()

    assert status_of(result.snapshot, "user").status == "held"
    assert result.counts == {"updated": 1}


def test_links_that_delta_says_are_gone_are_never_held(
    managed: Tenant, source: MemorySource, capture: Capture
) -> None:
    for number in range(40):
        source.link("user.manager", f"u{number}", "boss", present=False)

    result = capture("delta")

    assert status_of(result.snapshot, "user").status == "complete"
    assert result.counts == {"links_removed": 40}


def test_objects_that_delta_says_are_gone_are_never_held(
    managed: Tenant, source: MemorySource, capture: Capture
) -> None:
    for number in range(40):
        source.hard_delete("user", f"u{number}")

    assert capture("delta").counts == {"hard_deleted": 40, "links_removed": 40}


def test_entries_that_arrive_late_explain_what_was_held(
    managed: Tenant, source: MemorySource, capture: Capture
) -> None:
    source.links["user.manager"].clear()
    happened = removal("", "Update user")
    held = capture().snapshot
    source.audit = [
        replace(happened, event_id=f"e{number}", target_ids=(f"u{number}",)) for number in range(40)
    ]
    with clock.frozen(clock.now() + timedelta(hours=20)):
        result = capture()

    assert status_of(held, "user").status == "held"
    assert status_of(result.snapshot, "user").status == "complete"


def test_the_copied_entries_are_counted(
    tenant: Tenant, source: MemorySource, capture: Capture
) -> None:
    source.put("user", "u1", displayName="Ada")
    source.audit = [deletion("e1", "x"), deletion("e2", "y")]

    assert status_of(capture().snapshot, "directoryAudit").count == 2


def test_the_audit_log_is_copied_and_read_back(
    tenant: Tenant, source: MemorySource, capture: Capture
) -> None:
    source.audit = [deletion("e1", "u1"), deletion("e2", "u2")]
    capture()
    source.audit.append(deletion("e3", "u1"))
    capture()
    day = timedelta(days=1)

    found = list(selectors.audit_events(tenant, ["u1"], clock.now() - day, clock.now() + day))

    assert [event.event_id for event in found] == ["e1", "e3"]
    assert found[0] == source.audit[0]


def test_without_the_audit_log_a_snapshot_is_complete_and_says_so(
    tenant: Tenant, source: MemorySource, capture: Capture
) -> None:
    source.put("user", "u1", displayName="Ada")
    source.failures["audit"] = Denied("no permission")

    snapshot = capture().snapshot

    assert snapshot is not None
    assert snapshot.complete
    assert status_of(snapshot, "directoryAudit").status == "denied"


def test_asking_for_a_snapshot_needs_more_than_reading(tenant: Tenant) -> None:
    bob = actor_of(make_user("Bob", tenant.msp, "backup-reader"))
    carol = actor_of(make_user("Carol", tenant.msp, "backup-administrator"))

    with pytest.raises(NotAllowed):
        services.snapshot_now(actor=bob, tenant=tenant)
    assert not Job.objects.exists()
    first = services.snapshot_now(actor=carol, tenant=tenant)

    assert services.snapshot_now(actor=carol, tenant=tenant) == first


def deletion(event_id: str, target_id: str) -> AuditEvent:
    return AuditEvent(
        event_id=event_id,
        at=clock.now(),
        activity="Delete",
        category="Test",
        operation="Delete",
        succeeded=True,
        actor_kind="user",
        actor_id="someone",
        actor_name="Someone",
        target_ids=(target_id,),
        body={"id": event_id},
    )


def test_a_resync_that_never_ends_is_partial(
    tenant: Tenant, source: MemorySource, capture: Capture
) -> None:
    source.put("group", "g1", displayName="Staff")
    source.failures["user"] = ResyncRequired("again")
    source.failures["application"] = PageTokenExpired("again")

    snapshot = capture().snapshot

    assert status_of(snapshot, "user").status == "partial"
    assert status_of(snapshot, "application").status == "partial"
    assert status_of(snapshot, "group").status == "complete"
