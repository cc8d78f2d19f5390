"""The job that makes a difference report: capture first where needed, then compare."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from apps.core.errors import HoldfastError
from apps.diffs import reporting
from apps.diffs.choices import ReportState
from apps.diffs.models import DifferenceReport
from apps.history import services as history
from apps.history.selectors import latest_snapshot
from apps.history.signals import RESTORED, restored
from apps.jobs.choices import JobState
from apps.jobs.context import JobCancelled, JobContext
from apps.jobs.models import Job
from apps.jobs.registry import given_up, handler
from apps.tenants.models import Tenant

ATTEMPTS = 3


@handler("difference-report", timeout=3600, attempts=ATTEMPTS, exclusive=True)
def make_report(job: JobContext) -> dict[str, Any]:
    """Args: report_id. Result: the report's counts."""
    report = DifferenceReport.objects.select_related("tenant__msp", "base", "target").get(
        pk=job.args["report_id"]
    )
    if report.is_finished:
        return {"counts": report.counts}
    try:
        if report.target is None:
            capture_target(report, job)
        return {"counts": reporting.fill(report, progress=lambda done: _tell(job, done))}
    except JobCancelled:
        if Job.objects.filter(pk=job.job_id, cancel_requested_at__isnull=False).exists():
            reporting.close(report, ReportState.CANCELLED)
        raise
    except HoldfastError as error:
        if not error.retryable or job.attempt >= ATTEMPTS:
            reporting.close(report, ReportState.FAILED, error.explanation())
        raise


@given_up("difference-report")
def end_report(job: Job) -> None:
    """The report's job is over and the report was not made: it must not wait for ever."""
    cancelled = job.state == JobState.CANCELLED
    report = DifferenceReport.objects.get(pk=job.args["report_id"])
    state = ReportState.CANCELLED if cancelled else ReportState.FAILED
    reporting.close(report, state, "" if cancelled else job.error_text)


@receiver(restored, dispatch_uid="holdfast.diffs.end_interrupted_reports")
def end_interrupted_reports(*, tenant: Tenant, **_: Any) -> None:
    """No report goes on by itself in an installation that was brought back."""
    for report in DifferenceReport.objects.filter(
        tenant=tenant, state__in=ReportState.unfinished()
    ):
        reporting.close(report, ReportState.FAILED, RESTORED)


def capture_target(report: DifferenceReport, job: JobContext) -> None:
    """Read the tenant for a report against now.

    That means as it is now, so what is compared is read whole and not by delta. Delta leaves out
    kinds that it costs much to read, some links, and what a native recovery did.
    """
    DifferenceReport.objects.filter(pk=report.pk, state=ReportState.WAITING).update(
        state=ReportState.CAPTURING
    )
    kinds = report.compared.kinds
    result = history.capture(
        actor=job.actor,
        tenant=report.tenant,
        mode="delta" if kinds else "full",
        whole=kinds,
        reason="difference report",
        progress=job,
    )
    report.target = result.snapshot or latest_snapshot(report.tenant)
    DifferenceReport.objects.filter(pk=report.pk).update(target=report.target)


def _tell(job: JobContext, done: int) -> None:
    job.check_cancelled()
    job.progress(done, text="Comparing")
