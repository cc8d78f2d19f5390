"""When drills come, who may ask for them, what questionnaires are told, and what is left behind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.db.utils import IntegrityError

from apps.core import clock, locks
from apps.core.actor import SYSTEM
from apps.core.errors import Conflict, NotAllowed, NotFound
from apps.core.scope import no_scope, tenant_scope
from apps.entra.clouds import cloud
from apps.history import services as history
from apps.history.models import Snapshot
from apps.jobs import runner
from apps.jobs.choices import JobState
from apps.jobs.models import Job
from apps.notify.choices import EventKind
from apps.notify.events import raise_event
from apps.recovery.choices import RequestState
from apps.recovery.drills import jobs as clockwork
from apps.recovery.drills import services as drills
from apps.recovery.drills.asked import answers_about
from apps.recovery.drills.choices import DrillInterval, DrillOrigin, DrillState
from apps.recovery.drills.models import Drill, DrillSchedule
from apps.recovery.drills.standing_in import erase, reap
from apps.recovery.models import RecoveryRequest
from apps.recovery.needing import needed_by_recoveries
from apps.tenants.choices import TenantState
from apps.tenants.models import MSP, REHEARSALS, Tenant
from tests.factories import Cast, actor_of, make_cast
from tests.history.sources import MemorySource


@dataclass
class World:
    """Contoso has been captured once."""

    cast: Cast
    snapshot: Snapshot

    @property
    def tenant(self) -> Tenant:
        return self.cast.contoso


@pytest.fixture
def world(db: None) -> World:
    cast, source = make_cast(), MemorySource()
    source.put("user", str(uuid4()), displayName="Erin")
    with tenant_scope(cast.contoso.pk):
        made = history.capture(actor=SYSTEM, tenant=cast.contoso, source=source).snapshot
    assert made is not None
    return World(cast, made)


def rehearsal() -> Tenant:
    """What a killed worker leaves behind."""
    with no_scope("the scene is set"):
        MSP.objects.get_or_create(pk=REHEARSALS, defaults={"name": "Rehearsals"})
        return Tenant.objects.create(
            msp_id=REHEARSALS,
            name="left",
            cloud="rehearsal:40000",
            state=TenantState.REHEARSAL,
            entra_id=uuid4(),
        )


def test_only_who_may_recover_starts_a_drill_and_only_one_at_a_time(world: World) -> None:
    cast, tenant = world.cast, world.tenant
    with tenant_scope(tenant.pk):
        before = Job.objects.count()
        for nobody, error in ((cast.bob, NotAllowed), (cast.mallory, NotFound)):
            with pytest.raises(error):
                drills.start_drill(actor=actor_of(nobody), tenant=tenant)
        assert Job.objects.count() == before

        drill = drills.start_drill(actor=actor_of(cast.carol), tenant=tenant)
        with pytest.raises(Conflict):
            drills.start_drill(actor=actor_of(cast.carol), tenant=tenant)

        assert drill.snapshot == world.snapshot
        assert "a drill rehearses it" in needed_by_recoveries(tenant).values()
        drills.cancel_drill(actor=actor_of(cast.carol), drill=drill)
        drill.refresh_from_db()
        assert drill.state == DrillState.CANCELLED
        assert drill.evidence


def test_a_schedule_makes_one_drill_when_it_is_due_and_then_waits(world: World) -> None:
    cast, tenant = world.cast, world.tenant
    with tenant_scope(tenant.pk), pytest.raises(NotAllowed):
        drills.set_drill_schedule(actor=actor_of(cast.carol), tenant=tenant, interval="monthly")
    with tenant_scope(tenant.pk):
        schedule = drills.set_drill_schedule(
            actor=actor_of(cast.alice), tenant=tenant, interval=DrillInterval.QUARTERLY
        )
        assert clockwork.tick() == 0
        overdue = clock.now() - timedelta(days=400)
        DrillSchedule.objects.filter(pk=schedule.pk).update(due_at=overdue)

    assert clockwork.tick() == 1
    assert clockwork.tick() == 0

    with tenant_scope(tenant.pk):
        made = Drill.objects.get(state=DrillState.WAITING)
        assert (made.origin, made.requested_by) == (DrillOrigin.SCHEDULE, cast.alice)
        schedule.refresh_from_db()
        assert schedule.due_at
        assert timedelta(days=90) < schedule.due_at - clock.now() < timedelta(days=92)


def test_drills_take_turns_on_the_whole_installation(world: World) -> None:
    with tenant_scope(world.tenant.pk):
        drill = drills.start_drill(actor=actor_of(world.cast.carol), tenant=world.tenant)
        job = Job.objects.get(pk=drill.job_id)
        with locks.held_in_session(locks.drill_turn(0)):
            runner.run(str(job.pk))

        job.refresh_from_db()
        drill.refresh_from_db()
        assert (job.state, job.attempts) == (JobState.QUEUED, 0)
        assert drill.state == DrillState.WAITING


def test_what_a_killed_worker_left_is_erased_and_what_is_at_work_is_not(world: World) -> None:
    left, busy = rehearsal(), rehearsal()

    with locks.held_in_session(locks.rehearsal(busy.pk)):
        assert reap() == 1

    with no_scope("what is there"):
        assert list(Tenant.objects.filter(state=TenantState.REHEARSAL)) == [busy]
    assert not erase(left.pk)
    # and a customer's tenant is none, whoever asks
    assert not erase(world.tenant.pk)
    with no_scope("the snapshot is still there"):
        assert Snapshot.objects.filter(tenant=world.tenant).count() == 1


def test_a_tenant_never_becomes_a_rehearsal_and_its_rows_stay(world: World) -> None:
    for changes in (
        {"state": TenantState.REHEARSAL},
        {"state": TenantState.REHEARSAL, "cloud": "rehearsal:40000", "msp_id": REHEARSALS},
        {"cloud": "rehearsal:40000"},
    ):
        with no_scope("somebody tries"):
            MSP.objects.get_or_create(pk=REHEARSALS, defaults={"name": "Rehearsals"})
            with pytest.raises(IntegrityError), transaction.atomic():
                Tenant.objects.filter(pk=world.tenant.pk).update(**changes)
    with no_scope("somebody tries"), pytest.raises(IntegrityError), transaction.atomic():
        Snapshot.objects.filter(tenant=world.tenant).delete()


def test_a_rehearsal_goes_nowhere_but_to_this_machine_and_tells_nobody(world: World) -> None:
    tenant = rehearsal()
    place = cloud(tenant.cloud)

    assert {place.graph, place.sandbox_url} == {"http://127.0.0.1:40000"}
    assert raise_event(EventKind.RUN_STARTED, tenant) == 0
    with pytest.raises(NotFound):
        drills.start_drill(actor=actor_of(world.cast.alice), tenant=tenant)


def test_nothing_of_a_customers_is_approved_by_rule(world: World) -> None:
    asked = RecoveryRequest(
        tenant=world.tenant,
        plan_id=uuid4(),
        digest=bytes(32),
        state=RequestState.APPROVED,
        reason="because",
        requested_by=world.cast.carol,
        requested_at=clock.now(),
        expires_at=clock.now(),
        by_rule=True,
    )
    with tenant_scope(world.tenant.pk), pytest.raises(IntegrityError, match="by rule"):
        asked.save(force_insert=True)


def test_a_questionnaire_is_told_when_no_test_was_done(world: World) -> None:
    with tenant_scope(world.tenant.pk):
        told = {one.question: (one.answer, one.good) for one in answers_about(world.tenant)}

    assert told["Was a restore test done in the last 12 months?"] == ("No.", False)
    assert told["How often are restores tested?"][1] is False
