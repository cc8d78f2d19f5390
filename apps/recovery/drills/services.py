"""Asking for drills, cancelling them, and saying when they come by themselves."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from apps.access import rights
from apps.audit import services as audit
from apps.core import clock, digests
from apps.core.actor import Actor
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.history import selectors as history
from apps.history.models import Snapshot
from apps.jobs import services as jobs
from apps.jobs.choices import UNFINISHED
from apps.jobs.models import Job
from apps.recovery.drills.choices import DrillInterval, DrillOrigin, DrillPlace, DrillState
from apps.recovery.drills.models import Drill, DrillSchedule
from apps.recovery.drills.performing import end
from apps.recovery.drills.scenarios import DEFAULT, scenario
from apps.tenants.choices import TenantState
from apps.tenants.models import Tenant

JOB = "drill"


def start_drill(
    *,
    actor: Actor,
    tenant: Tenant,
    snapshot: Snapshot | None = None,
    scenario_name: str = DEFAULT,
    here: bool = False,
) -> Drill:
    """Have a recovery of the tenant rehearsed, from a snapshot or the newest one.

    The work is a job; watch `state`. here: kept from the workers, for a caller that does it in its
    own process (jobs.run_here). Needs the right to request recoveries, and a person. Raises
    NotFound, also for a pruned snapshot and where there is none; NotAllowed; Invalid for a scenario
    that there is not or another tenant's snapshot; Conflict while another drill is under way or the
    tenant is not looked after.
    """
    rights.require(actor, rights.REQUEST_RECOVERY, tenant)
    if actor.user_id is None:
        raise NotAllowed("Only a person can ask for a drill.", code="needs-a-person")
    if tenant.state != TenantState.ACTIVE:
        raise Conflict(
            "This tenant is not looked after at the moment.",
            code="tenant-not-active",
            safe="No drill was started.",
        )
    drill = Drill(
        tenant=tenant,
        snapshot=_rehearsable(tenant, snapshot),
        place=DrillPlace.SANDBOX,
        scenario=scenario(scenario_name).name,
        origin=DrillOrigin.PERSON,
        requested_by_id=actor.user_id,
    )
    return ask(actor, drill, here=here)


def ask(actor: Actor, drill: Drill, *, here: bool = False) -> Drill:
    """Keep a drill and make its job. Raises Conflict while another one is under way."""
    try:
        with transaction.atomic():
            drill.save(force_insert=True)
            job = jobs.enqueue(
                actor=actor,
                kind=JOB,
                tenant=drill.tenant,
                args={"drill_id": str(drill.pk)},
                wait_for_turn=True,
                urgent=not here and drill.origin == DrillOrigin.PERSON,
            )
            drill.job_id = job.pk
            Drill.objects.filter(pk=drill.pk).update(job_id=job.pk)
            _record_asked(actor, drill)
    except IntegrityError as error:
        raise Conflict(
            "A drill of this tenant is under way.",
            code="drill-under-way",
            safe="No other one was started.",
            todo="Wait until it has ended, or cancel it.",
        ) from error
    return drill


@transaction.atomic
def cancel_drill(*, actor: Actor, drill: Drill) -> Drill:
    """Ask a drill to stop; what was made for it is removed. Needs the right to request recoveries.

    Raises NotFound, NotAllowed, and Conflict when it has ended.
    """
    rights.require(actor, rights.REQUEST_RECOVERY, drill.tenant)
    unfinished = Job.objects.filter(state__in=UNFINISHED)
    job = unfinished.filter(pk=drill.job_id).first() if drill.job_id else None
    if drill.is_finished or job is None:
        raise Conflict("The drill has ended.", code="drill-ended", safe="Nothing was changed.")
    jobs.cancel(actor=actor, job=job)
    drill.refresh_from_db()
    if drill.state == DrillState.WAITING:
        end(drill, DrillState.CANCELLED)
    return drill


@transaction.atomic
def set_drill_schedule(
    *, actor: Actor, tenant: Tenant, interval: str, scenario_name: str = DEFAULT
) -> DrillSchedule:
    """Say when the tenant's drills come by themselves. Needs the right to manage retention, and a
    person, in whose name they are made. Raises NotFound, NotAllowed, Invalid."""
    rights.require(actor, rights.MANAGE_RETENTION, tenant)
    if actor.user_id is None:
        raise NotAllowed("Only a person can set a schedule.", code="needs-a-person")
    if interval not in DrillInterval.values:
        raise Invalid(
            "There is no such interval.",
            code="no-such-interval",
            safe="The schedule was not changed.",
            todo=f"Choose one of: {', '.join(DrillInterval.values)}.",
        )
    before = DrillSchedule.objects.filter(tenant=tenant).first()
    schedule, _ = DrillSchedule.objects.update_or_create(
        tenant=tenant,
        defaults={
            "interval": interval,
            "scenario": scenario(scenario_name).name,
            "due_at": first_due(tenant, DrillInterval(interval)),
            "set_by_id": actor.user_id,
            "set_at": clock.now(),
        },
    )
    audit.record(
        actor=actor,
        event="drill.schedule_set",
        tenant_id=tenant.pk,
        msp_id=tenant.msp_id,
        subject=tenant.name,
        data={"interval": interval, "scenario": schedule.scenario},
        before={"interval": before.interval if before else str(DrillInterval.OFF)},
        after={"interval": interval},
    )
    return schedule


def first_due(tenant: Tenant, interval: DrillInterval) -> datetime | None:
    """When the first drill of a schedule comes: within a day, each tenant at a time of its own."""
    if interval.every is None:
        return None
    drawn = int.from_bytes(digests.sha256(tenant.pk.bytes)[:4], "big") / 2**32
    return clock.now() + timedelta(days=1) * drawn


def _rehearsable(tenant: Tenant, snapshot: Snapshot | None) -> Snapshot:
    """The snapshot that was chosen, or the newest. Raises NotFound, Invalid."""
    if snapshot is None:
        return newest_snapshot(tenant)
    if snapshot.tenant_id != tenant.pk:
        raise Invalid("The snapshot is of another tenant.", safe="No drill was started.")
    history.require_kept(snapshot)
    return snapshot


def newest_snapshot(tenant: Tenant) -> Snapshot:
    """The newest snapshot. Raises Conflict where there is none yet."""
    found = history.latest_snapshot(tenant)
    if found is None:
        raise Conflict(
            "There is no snapshot of this tenant yet.",
            code="no-snapshot",
            safe="No drill was started.",
            todo="Capture the tenant first.",
        )
    return found


def _record_asked(actor: Actor, drill: Drill) -> None:
    tenant = drill.tenant
    audit.record(
        actor=actor,
        event="drill.asked",
        tenant_id=tenant.pk,
        msp_id=tenant.msp_id,
        subject=tenant.name,
        data={
            "drill_id": str(drill.pk),
            "seq": drill.snapshot.seq,
            "scenario": drill.scenario,
            "place": drill.place,
            "origin": drill.origin,
        },
    )
