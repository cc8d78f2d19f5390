"""Pins, legal holds, and what is planned to go."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.core import clock
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.history.models import LegalHold, Removal, SnapshotPin
from apps.history.retention import changes, holders, holds, pins, planning, selectors
from apps.history.retention.rules import KeepRules
from apps.history.retention.selectors import Picture, removable
from apps.jobs.models import Job
from apps.tenants.choices import TenantState
from apps.tenants.models import Tenant
from tests.factories import Cast, actor_of, make_user
from tests.history.retention.conftest import Taking
from tests.history.retention.snapshots import NOW, days_ago

GRACE = timedelta(days=14)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def a_week(cast: Cast, tenant: Tenant) -> None:
    """Contoso keeps for a week."""
    changes.change_retention(
        actor=actor_of(cast.alice), tenant=tenant, rules=KeepRules(all_days=2, daily=7)
    )


def plan_at(tenant: Tenant, days: float) -> planning.Planned:
    with clock.frozen(NOW + days * DAY):
        return planning.plan_removals(tenant=tenant)


def removable_at(tenant: Tenant, days: float) -> list[int]:
    with clock.frozen(NOW + days * DAY):
        return removable(tenant)


def reasons(tenant: Tenant, seq: int) -> list[str]:
    standing = Picture(tenant).standing(seq)
    assert standing is not None
    return [code for code, _ in standing.reasons]


def test_what_no_rule_keeps_is_announced_a_day_before_it_goes(tenant: Tenant, take: Taking) -> None:
    take(*days_ago(20, 10, 1, 0))

    assert plan_at(tenant, 0).planned == 2
    assert plan_at(tenant, 0).planned == 0

    assert removable_at(tenant, 0.9) == []
    assert removable_at(tenant, 1) == [1, 2]
    removal = Removal.objects.get(snapshot__seq=1)
    assert removal.why.startswith("kept by the rule daily until 2026-11-10")
    assert reasons(tenant, 1) == []
    assert reasons(tenant, 4) == ["newest", "daily", "all"]


def test_what_is_due_is_handed_over_where_there_is_something_that_removes(
    tenant: Tenant, take: Taking, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(*days_ago(20, 10, 0))
    plan_at(tenant, 0)

    assert plan_at(tenant, 1).due == 2
    monkeypatch.setattr(planning, "PRUNE", "nobody-removes-here")
    assert plan_at(tenant, 1).due == 2

    assert [job.kind for job in Job.objects.filter(tenant=tenant)] in ([], ["prune"])


def test_nothing_of_a_suspended_tenant_goes(tenant: Tenant, take: Taking) -> None:
    take(*days_ago(20, 10, 0))
    plan_at(tenant, 0)
    tenant.state = TenantState.SUSPENDED

    assert removable_at(tenant, 5) == []
    assert plan_at(tenant, 5) == planning.Planned(0, 0, 0)


def test_a_pin_keeps_a_snapshot_that_was_to_go(cast: Cast, tenant: Tenant, take: Taking) -> None:
    old, *_ = take(*days_ago(20, 10, 0))
    plan_at(tenant, 0)

    pins.pin_snapshot(
        actor=actor_of(cast.alice), tenant=tenant, snapshot=old, reason="the incident of May"
    )

    assert removable_at(tenant, 2) == [2]
    assert reasons(tenant, 1) == ["pin"]
    assert not Removal.objects.filter(snapshot=old).exists()


def test_a_pin_is_released_by_two_and_then_has_its_grace(
    cast: Cast, tenant: Tenant, take: Taking
) -> None:
    old, *_ = take(*days_ago(20, 0))
    alice, dave = actor_of(cast.alice), actor_of(cast.dave)
    pin = pins.pin_snapshot(actor=alice, tenant=tenant, snapshot=old, reason="the incident")

    with pytest.raises(Conflict):
        pins.release(actor=dave, pin=pin)
    pins.ask_for_release(actor=alice, pin=pin, reason="it is closed")
    with pytest.raises(NotAllowed):
        pins.release(actor=alice, pin=pin)
    with pytest.raises(IntegrityError), transaction.atomic():
        SnapshotPin.objects.update(released_at=clock.now(), released_by=cast.alice)
    pins.release(actor=dave, pin=pin)

    plan_at(tenant, 0.5)
    assert Removal.objects.get(snapshot=old).due_at == NOW + GRACE
    assert removable_at(tenant, 13.9) == []
    assert removable_at(tenant, 14) == [1]


def test_a_release_that_was_asked_for_can_be_refused(
    cast: Cast, tenant: Tenant, take: Taking
) -> None:
    old, *_ = take(*days_ago(20, 0))
    alice = actor_of(cast.alice)
    pin = pins.pin_snapshot(actor=alice, tenant=tenant, snapshot=old, reason="the incident")
    pins.ask_for_release(actor=alice, pin=pin, reason="it is closed")

    pins.keep_pin(actor=actor_of(cast.dave), pin=pin)

    assert pin.release_asked_by is None
    assert reasons(tenant, 1) == ["pin"]


def test_readers_pin_nothing(cast: Cast, tenant: Tenant, take: Taking) -> None:
    (only,) = take(*days_ago(0))
    with pytest.raises(NotAllowed):
        pins.pin_snapshot(
            actor=actor_of(cast.bob), tenant=tenant, snapshot=only, reason="I like it"
        )
    with pytest.raises(Invalid):
        pins.pin_snapshot(actor=actor_of(cast.alice), tenant=tenant, snapshot=only, reason=" ")
    assert not SnapshotPin.objects.exists()


def test_on_legal_hold_nothing_goes(cast: Cast, tenant: Tenant, take: Taking) -> None:
    take(*days_ago(20, 10, 0))
    plan_at(tenant, 0)

    holds.begin_hold(actor=actor_of(cast.alice), tenant=tenant, reason="case 4711")

    assert not Removal.objects.exists()
    assert plan_at(tenant, 5).planned == 0
    assert removable_at(tenant, 5) == []
    assert reasons(tenant, 1) == ["hold"]
    with pytest.raises(Conflict):
        holds.begin_hold(actor=actor_of(cast.alice), tenant=tenant, reason="case 4712")


def test_a_hold_is_begun_and_ended_by_two_people_and_then_has_its_grace(
    cast: Cast, tenant: Tenant, take: Taking
) -> None:
    take(*days_ago(20, 10, 0))
    alice, dave = actor_of(cast.alice), actor_of(cast.dave)
    erin = actor_of(make_user("Erin", cast.north, "tenant-manager", "recovery-approver"))
    hold = holds.begin_hold(actor=erin, tenant=tenant, reason="case 4711")
    holds.ask_for_end(actor=alice, hold=hold, reason="it was settled")

    for one in (alice, erin):  # who asked, who began
        with pytest.raises(NotAllowed):
            holds.end_hold(actor=one, hold=hold)
    with pytest.raises(IntegrityError), transaction.atomic():
        LegalHold.objects.update(ended_at=clock.now(), ended_by=cast.alice)
    holds.end_hold(actor=dave, hold=hold)

    plan_at(tenant, 1)
    assert {row.due_at for row in Removal.objects.all()} == {NOW + GRACE}
    with pytest.raises(Conflict):
        holds.end_hold(actor=dave, hold=hold)
    assert selectors.hold_in_force(tenant) is None


def test_an_end_that_was_asked_for_can_be_refused(cast: Cast, tenant: Tenant) -> None:
    alice = actor_of(cast.alice)
    hold = holds.begin_hold(actor=alice, tenant=tenant, reason="case 4711")
    holds.ask_for_end(actor=alice, hold=hold, reason="it was settled")

    holds.keep_hold(actor=actor_of(cast.dave), hold=hold)

    assert selectors.hold_in_force(tenant) == hold
    assert hold.end_asked_by is None


def test_what_is_kept_again_is_not_removed(cast: Cast, tenant: Tenant, take: Taking) -> None:
    take(*days_ago(20, 10, 0))
    plan_at(tenant, 0)
    changes.change_retention(
        actor=actor_of(cast.alice),
        tenant=tenant,
        rules=KeepRules(all_days=30, daily=30),
    )

    assert removable_at(tenant, 2) == []
    assert plan_at(tenant, 2).cancelled == 2
    assert not Removal.objects.exists()


@pytest.fixture
def needed() -> Iterator[dict[int, str]]:
    """What somebody above history needs."""
    wanted: dict[int, str] = {}

    def holder(tenant: Tenant) -> dict[int, str]:
        return wanted

    holders.register(holder)
    yield wanted
    holders.forget(holder)


def test_what_somebody_needs_stays_as_long_as_he_does(
    tenant: Tenant, take: Taking, needed: dict[int, str]
) -> None:
    take(*days_ago(20, 10, 0))
    plan_at(tenant, 0)
    needed[1] = "a recovery waits for approval"

    assert removable_at(tenant, 2) == [2]
    assert reasons(tenant, 1) == ["needed"]


def test_a_picture_costs_the_same_however_many_snapshots_there_are(
    tenant: Tenant, take: Taking
) -> None:
    costs = []
    for _ in range(2):
        take(*days_ago(*range(30, 0, -1)))
        with CaptureQueriesContext(connection) as queries:
            Picture(tenant).standings()
        costs.append(len(queries))

    assert costs[0] == costs[1] <= 9
