"""Stopping a run: for good, or for a while."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from apps.access import rights
from apps.core import clock
from apps.core.actor import Actor
from apps.core.errors import Conflict
from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.recovery.choices import JournalEvent, RunState
from apps.recovery.models import JournalEntry, Run
from apps.recovery.running import lifecycle
from apps.recovery.steering import ended, native_whole, record, require_may_steer

# After a pause of so long the approval is too old to go on with.
PAUSED_FOR = timedelta(days=7)
_CANCELLED = "cancelled"


@transaction.atomic
def cancel_run(*, actor: Actor, run: Run, reason: str) -> Run:
    """Ask a run to stop. It stops between two batches; what was written stays written.

    Needs the right to request or to approve recoveries. Raises NotFound, NotAllowed, and Conflict
    when the run has ended.
    """
    require_may_steer(actor, run)
    run.refresh_from_db()
    if run.is_finished or run.job_id is None:
        raise ended()
    if run.state == RunState.PAUSED:
        lifecycle.give_up(run, _CANCELLED)
        lifecycle.finish(run, RunState.CANCELLED)
    else:
        jobs.cancel(actor=actor, job=Job.objects.get(pk=run.job_id))
        Run.objects.filter(pk=run.pk, state=RunState.QUEUED).update(
            state=RunState.CANCELLED, finished_at=clock.now()
        )
    record(actor, "recovery.cancel_asked", run, reason)
    run.refresh_from_db()
    return run


@transaction.atomic
def pause_run(*, actor: Actor, run: Run, reason: str = "") -> Run:
    """Ask a run to rest. It does so between two batches, and then holds up nothing in the tenant.

    Needs the right to request or to approve recoveries. Raises NotFound, NotAllowed, and Conflict
    when the run has ended or rests already.
    """
    require_may_steer(actor, run)
    if run.request.plan.native:
        raise native_whole()
    going_on = [state for state in RunState.unfinished() if state != RunState.PAUSED]
    changed = Run.objects.filter(pk=run.pk, state__in=going_on, pause_asked_at=None).update(
        pause_asked_at=clock.now(), paused_by_id=actor.user_id
    )
    run.refresh_from_db()
    if changed != 1:
        raise ended() if run.is_finished else _paused_already()
    record(actor, "recovery.pause_asked", run, reason)
    return run


@transaction.atomic
def resume_run(*, actor: Actor, run: Run, reason: str = "") -> Run:
    """Let a run go on after a pause. What it writes from then on is looked at first.

    Needs the right to request or to approve recoveries; after somebody else's pause, the right to
    approve. Raises NotFound, NotAllowed, and Conflict when the run does not rest or has rested for
    longer than PAUSED_FOR.
    """
    require_may_steer(actor, run)
    run.refresh_from_db()
    if run.paused_by_id is not None and run.paused_by_id != actor.user_id:
        rights.require(actor, rights.APPROVE_RECOVERY, run.tenant)
    rests = Run.objects.filter(pk=run.pk, state__in=RunState.unfinished())
    if run.state != RunState.PAUSED and run.pause_asked_at is not None:
        # It was told to rest and has not come to it yet.
        changed = rests.exclude(state=RunState.PAUSED).update(pause_asked_at=None, paused_by=None)
    else:
        _require_recent(run)
        changed = rests.filter(state=RunState.PAUSED).update(
            state=state_to_go_on(run), pause_asked_at=None, paused_by=None, paused_at=None
        )
        if changed == 1:
            enqueue(actor, run)
    if changed != 1:
        raise Conflict("The run does not rest.", code="run-not-paused")
    record(actor, "recovery.resumed", run, reason)
    run.refresh_from_db()
    return run


def enqueue(actor: Actor, run: Run) -> None:
    """Have a worker take a run up again, inside the caller's transaction."""
    job = jobs.enqueue(
        actor=actor, kind="recovery", tenant=run.tenant, args={"run_id": str(run.pk)}
    )
    Run.objects.filter(pk=run.pk).update(job_id=job.pk)


def state_to_go_on(run: Run) -> RunState:
    """Where a run is taken up: from its first write on nothing is taken for granted any more."""
    if run.started_at is None:
        return RunState.QUEUED
    intents = JournalEntry.objects.filter(result__run=run, event=JournalEvent.INTENT)
    return RunState.RUNNING if intents.exists() else RunState.CHECKING


def _require_recent(run: Run) -> None:
    if run.paused_at is not None and clock.now() - run.paused_at > PAUSED_FOR:
        raise Conflict(
            f"The run has rested for more than {PAUSED_FOR.days} days; it was approved for a "
            "tenant that may look different by now.",
            code="paused-too-long",
            safe="Nothing more was written. What was written before stays.",
            todo="Cancel it, make a new difference report and plan what is left.",
        )


def _paused_already() -> Conflict:
    return Conflict("The run rests already, or is about to.", code="run-paused")
