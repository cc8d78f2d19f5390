"""Asking that a run be taken back."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from apps.access import rights
from apps.audit import services as audit
from apps.core.actor import Actor
from apps.core.errors import Conflict
from apps.diffs.changes import Scope
from apps.diffs.models import DifferenceReport
from apps.history.models import Snapshot
from apps.history.selectors import require_kept
from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.recovery.against_now import compare_in_job
from apps.recovery.models import Plan, Run, StepResult
from apps.recovery.undoing.making import plan_undo
from apps.recovery.undoing.touched import WROTE, touched_by

# So many changes are planned in well under a second.
AT_ONCE = 500


@transaction.atomic
def ask_undo(*, actor: Actor, run: Run, here: bool = False) -> Job:
    """Have the tenant read, and the plan made that takes back what the run wrote.

    The job's result is {"report_id", "plan_id"}; the plan then goes the way of every other. Changes
    that others made since to the same things stay out of it. `here` keeps the job from the workers,
    for a caller that does it in its own process. Needs the right to request recoveries. Raises
    NotFound, also when the safety snapshot was pruned, NotAllowed, and Conflict for a run that has
    not ended or has written nothing.
    """
    rights.require(actor, rights.REQUEST_RECOVERY, run.tenant)
    base = require_undoable(run)
    job = compare_in_job(
        actor=actor,
        base=base,
        scope={**Scope(kinds=touched_by(run).kinds).as_json(), "run": str(run.pk)},
        kind="undo-recovery",
        args={"run_id": str(run.pk)},
        here=here,
    )
    audit.record(
        actor=actor,
        event="recovery.undo_asked",
        tenant_id=run.tenant_id,
        subject=run.tenant.name,
        data={"run_id": str(run.pk), "report_id": job.args["report_id"]},
    )
    return job


def choose(
    *, actor: Actor, run: Run, report: DifferenceReport, overwrite: Collection[int]
) -> Plan | Job:
    """Another plan of an undo's report, that also takes back what others changed since.

    overwrite: positions in the report. At once where the report is short; otherwise the job that
    makes it, with {"report_id", "plan_id"} as its result. Rights and errors as of ask_undo() and
    making.plan_undo().
    """
    rights.require(actor, rights.REQUEST_RECOVERY, run.tenant)
    if not report.changes.all()[AT_ONCE : AT_ONCE + 1].exists():
        return plan_undo(actor=actor, run=run, report=report, overwrite=overwrite)
    return jobs.enqueue(
        actor=actor,
        kind="undo-recovery",
        tenant=run.tenant,
        args={
            "run_id": str(run.pk),
            "report_id": str(report.pk),
            "overwrite": sorted(overwrite),
        },
    )


def require_undoable(run: Run) -> Snapshot:
    """The safety snapshot that a run is taken back to. Raises NotFound when it was pruned, Conflict
    for a run that has not ended or has written nothing."""
    if not run.is_finished:
        raise Conflict(
            "The recovery has not ended.",
            code="run-not-ended",
            todo="Wait until it has, or stop it.",
        )
    wrote = StepResult.objects.filter(run=run, state__in=WROTE)
    if run.safety_snapshot is None or not wrote.exists():
        raise Conflict("The recovery wrote nothing, so there is nothing to take back.")
    require_kept(run.safety_snapshot)
    return run.safety_snapshot
