"""The clock: schedules of tenants, and turns that are fair between MSPs."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django_q.models import Schedule
from pytest_django import Settings

from apps.core import clock
from apps.core.actor import SYSTEM
from apps.core.scope import no_scope, tenant_scope
from apps.jobs import dispatching, reaping, registry, services, tick
from apps.jobs.models import Job
from apps.tenants import services as tenants
from tests.factories import Cast, actor_of, make_cast, make_msp, make_tenant

KIND = "test-capture"


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def capture_jobs() -> Iterator[None]:
    registry.handler(KIND)(lambda job: None)
    yield
    registry.forget(KIND)


def jobs() -> list[Job]:
    with no_scope("a test counts jobs"):
        return list(Job.objects.order_by("created_at"))


def test_a_schedule_makes_one_job_for_its_tenant_until_that_is_done(cast: Cast) -> None:
    schedule = services.schedule_tenant(
        actor=actor_of(cast.alice),
        tenant=cast.contoso,
        kind=KIND,
        every=timedelta(hours=24),
        args={"mode": "full"},
        name="capture-full",
    )
    assert schedule.minutes == 24 * 60
    assert clock.now() <= schedule.next_run <= clock.now() + timedelta(hours=24)
    arguments = ast.literal_eval(schedule.args)
    assert tick.due(*arguments) == tick.due(*arguments) != ""
    (job,) = jobs()
    assert (job.tenant_id, job.args, job.actor_kind) == (
        cast.contoso.id,
        {"mode": "full"},
        "system",
    )


def test_setting_a_schedule_again_replaces_it_and_it_can_be_removed(cast: Cast) -> None:
    for hours in (24, 12):
        services.schedule_tenant(
            actor=SYSTEM, tenant=cast.contoso, kind=KIND, every=timedelta(hours=hours)
        )
    assert Schedule.objects.get(name=f"{KIND}:{cast.contoso.id}").minutes == 12 * 60
    assert services.unschedule_tenant(actor=SYSTEM, tenant=cast.contoso, name=KIND)
    assert not services.unschedule_tenant(actor=SYSTEM, tenant=cast.contoso, name=KIND)


def test_a_suspended_tenant_is_left_alone(cast: Cast) -> None:
    with tenant_scope(cast.contoso.id):
        tenants.suspend_tenant(actor=SYSTEM, tenant=cast.contoso, reason="a test")
    assert tick.due(KIND, str(cast.contoso.id), {}) == ""
    assert jobs() == []


def test_msps_take_turns_however_many_tenants_one_has(cast: Cast, settings: Settings) -> None:
    settings.Q_CLUSTER = {**settings.Q_CLUSTER, "workers": 2}
    big, small = make_msp("Big"), make_msp("Small")
    with clock.frozen(clock.now() - timedelta(minutes=1)) as frozen:
        for msp, count in ((big, 10), (small, 2)):
            for number in range(count):
                frozen.advance(timedelta(seconds=1))
                tenant = make_tenant(msp, f"{msp.name[4:]}{number}")
                services.enqueue(actor=SYSTEM, kind=KIND, tenant=tenant, wait_for_turn=True)
    assert dispatching.dispatch() == 4
    with no_scope("a test looks who was picked"):
        picked = Job.objects.filter(dispatched_at__isnull=False).select_related("tenant__msp")
        assert sorted(job.tenant.msp.name for job in picked if job.tenant) == [
            "MSP Big",
            "MSP Big",
            "MSP Small",
            "MSP Small",
        ]
    assert dispatching.dispatch() == 0


def test_a_job_that_the_queue_lost_is_sent_again(cast: Cast) -> None:
    services.enqueue(actor=SYSTEM, kind=KIND, tenant=cast.contoso)
    (job,) = jobs()
    assert job.dispatched_at is not None
    with clock.frozen(clock.now() + timedelta(hours=1)):
        reaping.reap()
        assert dispatching.dispatch() == 1


def test_the_installation_ticks_every_minute(cast: Cast) -> None:
    schedule = Schedule.objects.get(name="jobs-tick")
    assert (schedule.func, schedule.schedule_type, schedule.minutes) == (
        "apps.jobs.tick.tick",
        Schedule.MINUTES,
        1,
    )
