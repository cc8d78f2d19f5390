"""The job that makes a difference report: capture first where needed, then compare."""

from __future__ import annotations

from typing import Any

from apps.core.errors import HoldfastError
from apps.diffs import reporting
from apps.diffs.choices import ReportState
from apps.diffs.models import DifferenceReport
from apps.history import services as history
from apps.jobs.registry import JobContext, handler


@handler("difference-report", timeout=3600, attempts=3, exclusive=True)
def make_report(job: JobContext) -> dict[str, Any]:
    """Args: report_id. Result: the report's counts."""
    report = DifferenceReport.objects.select_related("tenant", "base", "target").get(
        pk=job.args["report_id"]
    )
    if report.is_finished:
        return {"counts": report.counts}
    try:
        if report.target is None:
            _capture(report, job)
        return {"counts": reporting.fill(report, progress=lambda done: _tell(job, done))}
    except HoldfastError as error:
        reporting.fail(report, error.explanation())
        raise


def _capture(report: DifferenceReport, job: JobContext) -> None:
    DifferenceReport.objects.filter(pk=report.pk, state=ReportState.WAITING).update(
        state=ReportState.CAPTURING
    )
    job.progress(0, text="Reading the tenant")
    report.target = newest_snapshot(report, job)
    DifferenceReport.objects.filter(pk=report.pk).update(target=report.target)


def newest_snapshot(report: DifferenceReport, job: JobContext) -> Any:
    """The tenant as it is now, as a snapshot; the newest one there is when nothing has moved."""
    result = history.capture(
        actor=job.actor, tenant=report.tenant, mode="delta", reason="difference report"
    )
    return result.snapshot


def _tell(job: JobContext, done: int) -> None:
    job.check_cancelled()
    job.progress(done, text="Comparing")
