"""Schedules of tenants: who sets them, what becomes due by them, and in which turn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django_q.models import Schedule
from pytest_django import Settings

from apps.connect.signals import connection_works
from apps.core import clock
from apps.core.actor import SYSTEM
from apps.core.errors import Invalid, NotAllowed, NotFound
from apps.core.scope import no_scope, tenant_scope
from apps.history import services as history
from apps.history.cadence import services, ticking
from apps.history.models import Cadence, KeepTemplate, TenantKeepChange
from apps.history.retention.agreed import agreed
from apps.history.retention.rules import DEFAULT_RULES
from apps.jobs import dispatching
from apps.jobs.models import Job
from apps.tenants import services as tenants
from apps.tenants.choices import ConnectionState, Purpose
from apps.tenants.models import MSP, Connection, Tenant
from apps.tenants.schedules import Blackout, CaptureSchedule
from tests.factories import actor_of, make_msp, make_tenant, make_user
from tests.history.retention.snapshots import days_ago, make_snapshots

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAILY = CaptureSchedule(delta_every=None)


@pytest.fixture(autouse=True)
def at_noon() -> Iterator[clock.FrozenClock]:
    with clock.frozen(NOW) as frozen:
        yield frozen


def begin_to_work(tenant: Tenant, purpose: Purpose) -> None:
    with no_scope("the scene is set"):
        registration = tenants.register_application(
            actor=SYSTEM, msp=tenant.msp, purpose=purpose, cloud=tenant.cloud, name="Holdfast"
        )
    connection = Connection.objects.create(
        tenant=tenant,
        msp_id=tenant.msp_id,
        registration=registration,
        state=ConnectionState.CONNECTED,
    )
    connection_works.send(sender=Connection, tenant=tenant, connection=connection)


def captures() -> list[tuple[str, str]]:
    """Mode and reason of every capture that was asked for."""
    with no_scope("a test counts jobs"):
        rows = Job.objects.filter(kind="capture").order_by("created_at", "id")
        return [(row.args["mode"], row.args["reason"]) for row in rows]


def test_a_backup_connection_begins_the_captures(tenant: Tenant) -> None:
    with no_scope("the scene is set"):
        KeepTemplate.objects.create(
            msp=tenant.msp, name="Gold", rules=DEFAULT_RULES.plain(), for_new=True
        )

    begin_to_work(tenant, Purpose.BACKUP)

    assert captures() == [("full", "first capture")]
    due = Cadence.objects.get()
    assert due.delta_at is not None
    assert due.full_at is not None
    assert NOW < due.delta_at <= NOW + timedelta(minutes=15)
    assert NOW < due.full_at <= NOW + timedelta(days=1)
    assert agreed(tenant).template_id is not None


def test_a_recovery_connection_captures_nothing(tenant: Tenant) -> None:
    begin_to_work(tenant, Purpose.RECOVERY)

    assert captures() == []
    assert not Cadence.objects.exists()


def test_a_paused_tenant_has_nothing_due(tenant: Tenant) -> None:
    alice = actor_of(make_user("Alice", tenant.msp, "tenant-manager"))

    services.set_schedule(actor=alice, tenant=tenant, schedule=CaptureSchedule(enabled=False))

    due = Cadence.objects.get()
    assert (due.full_at, due.delta_at) == (None, None)


def test_only_who_sets_retention_sets_the_schedule(tenant: Tenant) -> None:
    carol = actor_of(make_user("Carol", tenant.msp, "backup-administrator"))
    mallory = actor_of(make_user("Mallory", make_msp("South"), "tenant-manager"))

    for actor, refusal in ((carol, NotAllowed), (mallory, NotFound)):
        with pytest.raises(refusal):
            services.set_schedule(actor=actor, tenant=tenant, schedule=DAILY)

    assert not Cadence.objects.exists()
    assert tenant.backup_policy.schedule == CaptureSchedule()


def test_days_for_keeping_follow_the_time_zone(tenant: Tenant) -> None:
    alice = actor_of(make_user("Alice", tenant.msp, "tenant-manager"))
    zurich = CaptureSchedule(time_zone="Europe/Zurich")

    services.set_schedule(actor=alice, tenant=tenant, schedule=zurich)

    assert agreed(tenant).time_zone == "Europe/Zurich"


def test_a_time_zone_in_which_snapshots_go_earlier_waits_for_a_second_person(
    tenant: Tenant,
) -> None:
    make_snapshots(tenant, days_ago(40.6, 40.4, 0))
    alice = actor_of(make_user("Alice", tenant.msp, "tenant-manager"))
    auckland = CaptureSchedule(time_zone="Pacific/Auckland")

    services.set_schedule(actor=alice, tenant=tenant, schedule=auckland)

    assert TenantKeepChange.objects.get().state == "waiting"
    assert agreed(tenant).time_zone == "UTC"
    assert tenant.backup_policy.schedule == auckland


def test_a_tenant_is_captured_once_however_much_was_due(
    tenant: Tenant, at_noon: clock.FrozenClock
) -> None:
    services.schedule_captures(actor=SYSTEM, tenant=tenant)
    at_noon.advance(timedelta(days=3))

    assert ticking.make_due() == 2  # the capture, and the planning of removals
    assert ticking.make_due() == 0

    assert captures() == [("full", "schedule")]
    due = Cadence.objects.get()
    assert due.full_at is not None
    assert clock.now() < due.full_at <= clock.now() + timedelta(days=1)


def test_between_full_captures_there_are_others(tenant: Tenant, at_noon: clock.FrozenClock) -> None:
    services.schedule_captures(actor=SYSTEM, tenant=tenant)
    ticking.make_due()
    at_noon.advance(timedelta(minutes=15))
    ticking.make_due()
    at_noon.advance(timedelta(minutes=15))
    ticking.make_due()  # the one before has not been made yet

    assert captures() == [("delta", "schedule")]


def test_no_capture_begins_in_a_blackout(tenant: Tenant, at_noon: clock.FrozenClock) -> None:
    alice = actor_of(make_user("Alice", tenant.msp, "tenant-manager"))
    office = CaptureSchedule(blackouts=(Blackout((0, 1, 2, 3, 4), 8, 18),))
    services.set_schedule(actor=alice, tenant=tenant, schedule=office)

    for _ in range(5):
        at_noon.advance(timedelta(hours=1))
        ticking.make_due()
    assert captures() == []
    at_noon.advance(timedelta(hours=2))
    ticking.make_due()
    assert captures() == [("delta", "schedule")]


def test_a_suspended_tenant_is_left_alone(tenant: Tenant, at_noon: clock.FrozenClock) -> None:
    services.schedule_captures(actor=SYSTEM, tenant=tenant)
    tenants.suspend_tenant(actor=SYSTEM, tenant=tenant, reason="a test")
    at_noon.advance(timedelta(days=3))

    assert ticking.make_due() == 0


def test_the_installation_ticks_every_minute(db: None) -> None:
    schedule = Schedule.objects.get(name="history-cadence")
    assert (schedule.func, schedule.minutes) == ("apps.history.cadence.ticking.tick", 1)


def captured_tenants(msp: MSP, number: int) -> None:
    for index in range(number):
        tenant = make_tenant(msp, f"{msp.name}-{index}")
        with tenant_scope(tenant.pk):
            Cadence.objects.create(tenant=tenant, full_at=NOW, retention_at=NOW + timedelta(days=1))


def picked() -> Counter[str]:
    with no_scope("a test looks who was picked"):
        rows = Job.objects.filter(dispatched_at__isnull=False)
        return Counter(rows.values_list("tenant__msp__name", flat=True))


def finish_all() -> None:
    with no_scope("a worker is done"):
        Job.objects.filter(dispatched_at__isnull=False).update(
            state="done", finished_at=clock.now()
        )


def test_an_msp_with_many_due_tenants_does_not_keep_another_waiting(
    db: None, settings: Settings
) -> None:
    # Given a big MSP whose tenants are all due, and then a small one with one.
    settings.Q_CLUSTER = {**settings.Q_CLUSTER, "workers": 2}
    big, small = make_msp("Big"), make_msp("Small")
    captured_tenants(big, 60)
    captured_tenants(small, 1)

    # When their jobs are made and handed to two workers,
    assert ticking.make_due() == 61

    # Then the small one's is among the first four,
    assert picked() == {"MSP Big": 3, "MSP Small": 1}
    # and none of the big one's was forgotten.
    while True:
        finish_all()
        if not dispatching.dispatch():
            break
    assert picked() == {"MSP Big": 60, "MSP Small": 1}


def test_what_somebody_waits_for_comes_before_what_his_own_msp_has_scheduled(
    db: None, settings: Settings, django_capture_on_commit_callbacks: object
) -> None:
    settings.Q_CLUSTER = {**settings.Q_CLUSTER, "workers": 1}
    big = make_msp("Big")
    captured_tenants(big, 6)
    ticking.make_due()
    tenant = make_tenant(big, "Contoso")
    with tenant_scope(tenant.pk):
        job = history.snapshot_before_change(actor=SYSTEM, tenant=tenant, change="CHG-1")
        finish_all()
        dispatching.dispatch()
        job.refresh_from_db()

    assert job.dispatched_at is not None
    assert job.args == {"mode": "full", "reason": "before a change: CHG-1"}


def test_a_snapshot_before_a_change_says_which(tenant: Tenant) -> None:
    for words in ("", "x" * 151):
        with pytest.raises(Invalid):
            history.snapshot_before_change(actor=SYSTEM, tenant=tenant, change=words)
    assert captures() == []
