"""Recovery point objectives: met or missed, since when, and who is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from apps.core import clock
from apps.core.actor import SYSTEM
from apps.core.scope import no_scope, tenant_scope
from apps.history.cadence import objectives, telling
from apps.history.cadence.objectives import note_capture
from apps.history.capture.run_state import CollectionOutcome
from apps.history.choices import CollectionStatus
from apps.history.models import ObjectiveGap, RecoveryPoint
from apps.jobs.models import Job
from apps.notify import services as notify
from apps.notify.models import OutboxMessage
from apps.tenants import services as tenants
from apps.tenants.choices import ConnectionState, Purpose
from apps.tenants.models import Connection, Tenant
from apps.tenants.schedules import CaptureSchedule
from tests.factories import make_user
from tests.history.retention.snapshots import NOW, make_snapshots

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def time() -> Iterator[clock.FrozenClock]:
    with clock.frozen(NOW) as frozen:
        yield frozen


@pytest.fixture
def hourly(tenant: Tenant) -> Tenant:
    """A tenant with a connection that is to have a recovery point every hour."""
    schedule = CaptureSchedule(objective=HOUR)
    tenants.set_backup_policy(actor=SYSTEM, tenant=tenant, schedule=schedule)
    with no_scope("the scene is set"):
        registration = tenants.register_application(
            actor=SYSTEM, msp=tenant.msp, purpose=Purpose.BACKUP, cloud=tenant.cloud, name="H"
        )
    Connection.objects.create(
        tenant=tenant,
        msp_id=tenant.msp_id,
        registration=registration,
        state=ConnectionState.CONNECTED,
    )
    make_user("Alice", tenant.msp, "tenant-manager")
    make_user("Bob", tenant.msp, "backup-reader")
    return tenant


def outcome(
    status: CollectionStatus = CollectionStatus.COMPLETE, *, broke_off: bool = False
) -> CollectionOutcome:
    return CollectionOutcome("user", status, clock.now(), keep_cursor=broke_off)


def state(tenant: Tenant) -> objectives.Freshness:
    return objectives.freshness([tenant.backup_policy])[tenant.pk]


def mails() -> list[str]:
    """The subjects of what was sent, in order."""
    rows = OutboxMessage.objects.order_by("created_at", "id")
    return [notify.contents(row).subject for row in rows]


def test_a_capture_that_found_nothing_is_a_recovery_point_too(hourly: Tenant) -> None:
    make_snapshots(hourly, [NOW - 3 * HOUR])
    assert state(hourly).missed_since == NOW - 2 * HOUR

    assert note_capture(hourly, NOW - HOUR / 2, [outcome(), outcome(CollectionStatus.DENIED)])

    assert state(hourly).met
    assert state(hourly).reached_at == NOW - HOUR / 2


def test_a_capture_that_broke_off_is_none(hourly: Tenant) -> None:
    broken = outcome(CollectionStatus.PARTIAL, broke_off=True)

    assert not note_capture(hourly, NOW, [outcome(), broken])

    assert not RecoveryPoint.objects.exists()


def test_a_recovery_point_never_moves_back(hourly: Tenant) -> None:
    note_capture(hourly, NOW, [outcome()])
    note_capture(hourly, NOW - HOUR, [outcome()])

    assert state(hourly).reached_at == NOW


def test_a_tenant_that_was_never_captured_counts_from_when_it_was_added(
    hourly: Tenant, time: clock.FrozenClock
) -> None:
    assert state(hourly).met
    time.advance(2 * HOUR)
    assert state(hourly).missed_since == hourly.created_at + HOUR


def test_a_gap_is_kept_with_its_beginning_and_its_end(
    hourly: Tenant, time: clock.FrozenClock
) -> None:
    note_capture(hourly, NOW, [outcome()])
    time.advance(HOUR + timedelta(minutes=5))
    for _ in range(2):
        objectives.watch()
    time.advance(HOUR)
    note_capture(hourly, clock.now(), [outcome()])
    for _ in range(2):
        objectives.watch()

    (gap,) = objectives.gaps(hourly)
    assert (gap.began_at, gap.ended_at) == (NOW + HOUR, clock.now())
    assert gap.objective == HOUR


def test_people_are_told_once_for_each_cause_and_again_when_it_is_over(
    hourly: Tenant, time: clock.FrozenClock
) -> None:
    note_capture(hourly, NOW, [outcome()])
    time.advance(HOUR + timedelta(minutes=5))
    objectives.watch()
    assert mails() == []  # a few minutes late is no news

    for _ in range(3):
        time.advance(timedelta(minutes=15))
        objectives.watch()
    assert mails() == ["Contoso misses its recovery point objective"]
    Connection.objects.update(state=ConnectionState.FAILED)
    for _ in range(2):
        objectives.watch()
    assert len(mails()) == 2
    note_capture(hourly, clock.now(), [outcome()])
    objectives.watch()
    objectives.watch()

    assert mails()[2:] == ["Contoso meets its recovery point objective again"]
    assert ObjectiveGap.objects.get().told == ["late", "connection"]


def test_nobody_is_told_of_a_tenant_that_is_not_looked_after(
    hourly: Tenant, time: clock.FrozenClock
) -> None:
    note_capture(hourly, NOW, [outcome()])
    time.advance(5 * HOUR)
    objectives.watch()
    tenants.suspend_tenant(actor=SYSTEM, tenant=hourly, reason="a test")
    objectives.watch()

    assert ObjectiveGap.objects.get().ended_at == clock.now()
    assert mails() == []


def test_the_cause_is_named(hourly: Tenant) -> None:
    def cause() -> str:
        return telling.cause_of(hourly).key

    assert cause() == "late"
    job = Job.objects.create(kind="capture", tenant=hourly, actor_kind="system")
    assert cause() == "waiting"
    Job.objects.filter(pk=job.pk).update(state="failed", error_code="nothing-read")
    assert cause() == "failed:nothing-read"
    Job.objects.all().delete()
    for schedule, named in (
        (CaptureSchedule(objective=HOUR, delta_every=None), "schedule"),
        (CaptureSchedule(enabled=False), "paused"),
    ):
        tenants.set_backup_policy(actor=SYSTEM, tenant=hourly, schedule=schedule)
        assert cause() == named


def test_objectives_are_the_tenants_own(hourly: Tenant) -> None:
    with tenant_scope(hourly.pk):
        assert objectives.freshness([]) == {}
