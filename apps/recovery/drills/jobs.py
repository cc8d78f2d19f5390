"""The job of a drill, and what the clock does about drills."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.dispatch import receiver

from apps.access.rights import REQUEST_RECOVERY
from apps.core import clock
from apps.core.actor import SYSTEM
from apps.core.errors import Conflict
from apps.core.scope import no_scope, tenant_scope
from apps.history.selectors import latest_snapshot
from apps.history.signals import RESTORED, restored, ticked
from apps.jobs import dispatching
from apps.jobs.choices import JobState
from apps.jobs.context import JobContext
from apps.jobs.models import Job
from apps.jobs.registry import given_up, handler
from apps.recovery.drills.choices import DrillInterval, DrillOrigin, DrillPlace, DrillState
from apps.recovery.drills.models import Drill, DrillSchedule
from apps.recovery.drills.performing import end, perform
from apps.recovery.drills.services import JOB, ask
from apps.recovery.drills.standing_in import erase, reap
from apps.tenants.choices import TenantState
from apps.tenants.models import Tenant

ATTEMPTS = 3


@handler(JOB, timeout=6 * 60 * 60, attempts=ATTEMPTS, cancelled_by=(REQUEST_RECOVERY,))
def rehearse(job: JobContext) -> dict[str, Any]:
    """Args: drill_id. Result: the drill's state. Another attempt begins anew.

    It only reads the tenant's history, so captures and recoveries of the tenant go on beside it.
    """
    rows = Drill.objects.select_related("tenant__msp", "snapshot__tenant", "requested_by")
    drill = rows.get(pk=job.args["drill_id"])
    if not drill.is_finished:
        perform(drill, job, last_attempt=job.attempt >= ATTEMPTS)
    return {"drill_id": str(drill.pk), "state": drill.state}


@given_up(JOB)
def drill_given_up(job: Job) -> None:
    """The drill's job is over and the drill did not end itself: nothing of it is left behind."""
    rows = Drill.objects.select_related("tenant__msp", "snapshot", "requested_by")
    drill = rows.get(pk=job.args["drill_id"])
    if drill.rehearsal_id is not None:
        erase(drill.rehearsal_id)
    if job.state == JobState.CANCELLED:
        end(drill, DrillState.CANCELLED)
    else:
        end(drill, DrillState.FAILED, failure=job.error_text)


@receiver(ticked, dispatch_uid="holdfast.recovery.drills")
def look_at_the_clock(**_: Any) -> None:
    """Once a minute, with due captures."""
    tick()


@receiver(restored, dispatch_uid="holdfast.recovery.end_interrupted_drills")
def end_interrupted_drills(*, tenant: Tenant, **_: Any) -> None:
    """No drill goes on by itself in an installation that was brought back."""
    interrupted = Drill.objects.filter(tenant=tenant, state__in=DrillState.unfinished())
    for drill in interrupted.select_related("tenant__msp", "snapshot", "requested_by"):
        end(drill, DrillState.FAILED, failure=RESTORED)


def tick() -> int:
    """Every minute: erase what killed workers left behind, and make jobs of drills that are due;
    how many. One query for each when there is nothing to do."""
    reap()
    with no_scope("drills that are due of every MSP are picked"):
        due = DrillSchedule.objects.filter(
            due_at__lte=clock.now(), tenant__state=TenantState.ACTIVE
        ).select_related("tenant__msp")
        rows = list(due.order_by("due_at"))
    made = sum(_make(row) for row in rows)
    if made:
        dispatching.dispatch()
    return made


def _make(row: DrillSchedule) -> int:
    """However much was due while nothing ran, one drill is made. It waits for the dispatch, which
    takes turns between MSPs, and then for a turn of its own."""
    every = DrillInterval(row.interval).every
    due_at = clock.now() + every if every else None
    with tenant_scope(row.tenant_id), transaction.atomic():
        # Of two ticks at once only one makes the job.
        mine = DrillSchedule.objects.filter(pk=row.pk, due_at=row.due_at)
        snapshot = latest_snapshot(row.tenant)
        if not mine.update(due_at=due_at) or every is None or snapshot is None:
            return 0
        drill = Drill(
            tenant=row.tenant,
            snapshot=snapshot,
            place=DrillPlace.SANDBOX,
            scenario=row.scenario,
            origin=DrillOrigin.SCHEDULE,
            requested_by_id=row.set_by_id,
        )
        try:
            ask(SYSTEM, drill)
        except Conflict:
            return 0
    return 1
