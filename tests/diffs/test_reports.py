"""Reports over a history that was captured from memory."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from apps.core import clock
from apps.core.actor import SYSTEM
from apps.core.errors import Invalid, NotAllowed
from apps.core.scope import tenant_scope
from apps.diffs import reporting, selectors, services
from apps.diffs.changes import EVERYTHING, Scope
from apps.diffs.choices import ChangedBy
from apps.diffs.comparison import compare
from apps.diffs.models import DifferenceReport
from apps.entra.reading import AuditEvent
from apps.history import services as history
from apps.history.models import Snapshot
from apps.history.selectors import latest_snapshot
from apps.tenants.models import Tenant
from tests.factories import actor_of, make_msp, make_tenant, make_user
from tests.history.sources import MemorySource


@pytest.fixture
def tenant(db: None) -> Iterator[Tenant]:
    tenant = make_tenant(make_msp())
    with tenant_scope(tenant.pk):
        yield tenant


@pytest.fixture
def source() -> MemorySource:
    source = MemorySource()
    source.put("user", "ann", displayName="Ann", department="Sales")
    source.put("user", "ben", displayName="Ben")
    source.put("group", "team", displayName="Team")
    source.link("group.members", "team", "ann")
    return source


def capture(tenant: Tenant, source: MemorySource) -> Snapshot:
    history.capture(actor=SYSTEM, tenant=tenant, mode="full", reason="test", source=source)
    newest = latest_snapshot(tenant)
    assert newest is not None
    return newest


def change_things(source: MemorySource) -> None:
    source.put("user", "ann", department="Nowhere")
    source.soft_delete("user", "ben")
    source.put("user", "eve", displayName="Eve")
    source.link("group.members", "team", "eve")


def filled(tenant: Tenant, base: Snapshot, target: Snapshot) -> DifferenceReport:
    report = DifferenceReport.objects.create(
        tenant=tenant, base=base, target=target, created_at=clock.now()
    )
    reporting.fill(report)
    return report


def test_a_report_tells_objects_first_and_then_links(tenant: Tenant, source: MemorySource) -> None:
    base = capture(tenant, source)
    change_things(source)
    report = filled(tenant, base, capture(tenant, source))

    rows = selectors.changes(report)

    assert [(row.change, row.object_id, row.target_id) for row in rows] == [
        ("updated", "ann", ""),
        ("soft-deleted", "ben", ""),
        ("created", "eve", ""),
        ("link-added", "team", "eve"),
    ]
    assert report.counts["objects"] == {"updated": 1, "soft-deleted": 1, "created": 1}


def test_values_are_read_from_the_history(tenant: Tenant, source: MemorySource) -> None:
    base = capture(tenant, source)
    change_things(source)
    report = filled(tenant, base, capture(tenant, source))

    (shown,) = selectors.view(selectors.changes(report).filter(object_id="ann"))

    (value,) = shown.values
    assert shown.label == "Ann"
    assert (value.name, value.before, value.after) == ("department", "Sales", "Nowhere")


def test_pages_follow_each_other_without_gaps(tenant: Tenant, source: MemorySource) -> None:
    base = capture(tenant, source)
    change_things(source)
    report = filled(tenant, base, capture(tenant, source))

    first = selectors.change_page(report, limit=3)
    second = selectors.change_page(report, after=first.after or 0, limit=3)

    assert [row.position for row in (*first.changes, *second.changes)] == [1, 2, 3, 4]
    assert second.after is None


def test_a_scope_narrows_to_kinds_and_ids(tenant: Tenant, source: MemorySource) -> None:
    base = capture(tenant, source)
    change_things(source)
    target = capture(tenant, source)

    def found(scope: Scope) -> list[str]:
        return [one.object_id for one in compare(tenant, base, target, scope=scope)]

    assert found(Scope(kinds=frozenset({"group"}))) == ["team"]
    assert found(Scope(object_ids=frozenset({"eve"}))) == ["eve", "team"]
    assert len(found(EVERYTHING)) == 4


def test_filling_again_leaves_one_set_of_rows(tenant: Tenant, source: MemorySource) -> None:
    base = capture(tenant, source)
    change_things(source)
    report = filled(tenant, base, capture(tenant, source))
    DifferenceReport.objects.filter(pk=report.pk).update(state="comparing")

    reporting.fill(report)

    assert selectors.changes(report).count() == 4


def audit_event(target: str, *, operation: str, actor_kind: str = "user") -> AuditEvent:
    return AuditEvent(
        event_id=f"{operation} {target}",
        at=clock.now(),
        activity=f"{operation} user",
        category="UserManagement",
        operation=operation,
        succeeded=True,
        actor_kind=actor_kind,
        actor_id="mallory",
        actor_name="Mallory",
        target_ids=(target,),
    )


def test_a_change_names_who_made_it_when_the_log_knows(
    tenant: Tenant, source: MemorySource
) -> None:
    base = capture(tenant, source)
    change_things(source)
    source.audit += [
        audit_event("ann", operation="Update"),
        audit_event("ben", operation="Update"),
    ]
    target = capture(tenant, source)

    by = {one.object_id: one.attribution for one in compare(tenant, base, target)}

    assert (by["ann"].changed_by, by["ann"].actor_id) == (ChangedBy.USER, "mallory")
    # Ben was deleted, and an update says nothing about that.
    assert by["ben"].changed_by == ChangedBy.UNKNOWN


def test_who_set_another_manager_also_took_the_one_before(
    tenant: Tenant, source: MemorySource
) -> None:
    source.link("user.manager", "ann", "ben")
    base = capture(tenant, source)
    source.link("user.manager", "ann", "ben", present=False)
    source.link("user.manager", "ann", "eve")
    source.link("group.members", "team", "ann", present=False)
    event = audit_event("ann", operation="Update")
    source.audit.append(replace(event, activity="Set user manager", target_ids=("eve", "ann")))
    target = capture(tenant, source)

    by = {one.target_id: one.attribution.changed_by for one in compare(tenant, base, target)}

    assert by == {"ben": ChangedBy.USER, "eve": ChangedBy.USER, "ann": ChangedBy.UNKNOWN}


def test_a_reader_cannot_ask_for_a_report(tenant: Tenant, source: MemorySource) -> None:
    base = capture(tenant, source)
    bob = make_user("Bob", tenant.msp, "backup-reader")

    with pytest.raises(NotAllowed):
        services.request_report(actor=actor_of(bob), tenant=tenant, base=base)
    assert not DifferenceReport.objects.exists()


def test_snapshots_in_the_wrong_order_are_refused(tenant: Tenant, source: MemorySource) -> None:
    first = capture(tenant, source)
    change_things(source)
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        second = capture(tenant, source)
    alice = make_user("Alice", tenant.msp, "backup-administrator")

    with pytest.raises(Invalid):
        services.request_report(actor=actor_of(alice), tenant=tenant, base=second, target=first)
    assert not DifferenceReport.objects.exists()
