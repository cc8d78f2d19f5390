"""What a report says of what was not read, and of snapshots that were pruned since."""

import pytest

from apps.core.actor import SYSTEM, Actor
from apps.core.errors import NotFound
from apps.diffs import reporting, selectors, services
from apps.diffs.completeness import unread
from apps.diffs.models import DifferenceReport
from apps.entra.errors import Denied, Throttled
from apps.history.models import Snapshot
from apps.history.pruning import executing
from apps.history.retention import holders
from apps.recovery import services as recovery
from apps.recovery.selection import Selection
from apps.tenants.models import Tenant
from tests.factories import actor_of, make_user
from tests.history.conftest import Capture, capture, source, tenant
from tests.history.pruning.conftest import let_go
from tests.history.sources import MemorySource

__all__ = ["capture", "source", "tenant"]


@pytest.fixture
def alice(tenant: Tenant) -> Actor:
    return actor_of(make_user("Alice", tenant.msp, "backup-administrator"))


def request(actor: Actor, tenant: Tenant, base: int, target: int) -> DifferenceReport:
    return services.request_report(
        actor=actor,
        tenant=tenant,
        base=Snapshot.objects.get(seq=base),
        target=Snapshot.objects.get(seq=target),
    )


def report_of(actor: Actor, tenant: Tenant, base: int, target: int) -> DifferenceReport:
    report = request(actor, tenant, base, target)
    reporting.fill(report)
    return selectors.access_report(tenant, report.pk)


@pytest.fixture
def three(tenant: Tenant, source: MemorySource, capture: Capture) -> Tenant:
    """Three snapshots; groups could not be read in the second, named locations in the last."""
    source.put("user", "u1", displayName="Ada")
    capture()
    source.put("user", "u1", displayName="Ada Lovelace")
    source.failures["group"] = Denied("no permission")
    capture()
    source.put("user", "u1", displayName="Countess of Lovelace")
    source.failures = {"namedLocation": Throttled("busy")}
    capture()
    return tenant


def test_a_report_names_what_was_not_read_on_either_side(alice: Actor, three: Tenant) -> None:
    report = report_of(alice, three, 2, 3)

    assert [(one.collection, one.side, one.seq, one.status) for one in unread(report)] == [
        ("group", "base", 2, "denied"),
        ("namedLocation", "target", 3, "partial"),
    ]
    assert all(one.detail for one in unread(report))


def test_a_pruned_snapshot_is_compared_with_nothing_more_and_reports_stay_as_records(
    alice: Actor, three: Tenant
) -> None:
    report = report_of(alice, three, 2, 3)
    (before,) = selectors.view(selectors.changes(report))
    assert [value.name for value in before.values] == ["displayName"]
    let_go(three, 2)
    executing.prune(actor=SYSTEM, tenant=three, seqs=[2])

    report = selectors.access_report(three, report.pk)
    (row,) = selectors.changes(report)
    (view,) = selectors.view([row])

    assert [one.seq for one in selectors.pruned(report)] == [2]
    assert (row.attributes, view.label, view.values) == (
        ["displayName"],
        "Countess of Lovelace",
        (),
    )
    with pytest.raises(NotFound, match="Snapshot 2 was removed"):
        report_of(alice, three, 2, 3)
    with pytest.raises(NotFound, match="Snapshot 2 was removed"):
        recovery.make_plan(actor=alice, report=report, selection=Selection())


def test_a_snapshot_that_is_pruned_while_it_is_compared_fails_the_report(
    alice: Actor, three: Tenant
) -> None:
    report = request(alice, three, 2, 3)
    # retention knows that it is needed
    assert set(holders.needed(three)) == {2, 3}
    let_go(three, 2)

    def prune(changes: int) -> None:
        executing.prune(actor=SYSTEM, tenant=three, seqs=[2])

    with pytest.raises(NotFound, match="Snapshot 2 was removed"):
        reporting.fill(report, progress=prune)
