"""The job that reads the tenant and plans how a run is taken back."""

from __future__ import annotations

from functools import partial
from typing import Any

from apps.access.rights import REQUEST_RECOVERY
from apps.diffs.jobs import carry_out, end_report
from apps.diffs.models import DifferenceReport
from apps.jobs.context import JobContext
from apps.jobs.models import Job
from apps.jobs.registry import given_up, handler
from apps.recovery.models import Run
from apps.recovery.undoing.making import changes_by, plan_undo

ATTEMPTS = 2


@handler(
    "undo-recovery",
    timeout=3600,
    attempts=ATTEMPTS,
    exclusive=True,
    cancelled_by=(REQUEST_RECOVERY,),
)
def undo_recovery(job: JobContext) -> dict[str, Any]:
    """Args: run_id, report_id, overwrite (positions, optional). Result: report_id, plan_id.

    Another attempt goes on with the report that the one before has finished.
    """

    def tell(done: int) -> None:
        job.check_cancelled()
        job.progress(done, text="Planning")

    run = Run.objects.select_related("request__plan", "safety_snapshot").get(pk=job.args["run_id"])
    rows = DifferenceReport.objects.select_related("tenant__msp", "base", "target")
    report = rows.get(pk=job.args["report_id"])
    carry_out(report, job, attempts=ATTEMPTS, changes=partial(changes_by, run))
    plan = plan_undo(
        actor=job.actor,
        run=run,
        report=report,
        overwrite=job.args.get("overwrite", ()),
        progress=tell,
    )
    return {"report_id": str(report.pk), "plan_id": str(plan.pk)}


@given_up("undo-recovery")
def end_undo(job: Job) -> None:
    """The job is over; a report that it did not make must not wait for ever."""
    end_report(job)
