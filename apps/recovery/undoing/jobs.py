"""The job that reads the tenant and plans how a run is taken back."""

from __future__ import annotations

from typing import Any

from apps.access.rights import REQUEST_RECOVERY
from apps.core.errors import HoldfastError
from apps.diffs import reporting
from apps.diffs.choices import ReportState
from apps.diffs.jobs import capture_target, end_report
from apps.diffs.models import DifferenceReport
from apps.jobs.context import JobContext
from apps.jobs.models import Job
from apps.jobs.registry import given_up, handler
from apps.recovery.models import Run
from apps.recovery.undoing.making import fill_report, plan_undo
from apps.recovery.undoing.touched import touched_by

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
    if not report.is_finished:
        _make_report(job, run, report)
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


def _make_report(job: JobContext, run: Run, report: DifferenceReport) -> None:
    def tell(done: int) -> None:
        job.check_cancelled()
        job.progress(done, text="Comparing")

    try:
        if report.target is None:
            capture_target(report, job)
        fill_report(run, report, touched_by(run), progress=tell)
    except HoldfastError as error:
        if not error.retryable or job.attempt >= ATTEMPTS:
            reporting.close(report, ReportState.FAILED, error.explanation())
        raise
