"""The job that makes a difference report: capture first where needed, then compare."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, cast
from uuid import UUID

from django.dispatch import receiver

from apps.core.actor import SYSTEM
from apps.core.errors import HoldfastError
from apps.diffs import reporting, volumes
from apps.diffs.changes import Change
from apps.diffs.choices import ReportState
from apps.diffs.models import DifferenceReport
from apps.history import services as history
from apps.history.selectors import latest_snapshot
from apps.history.signals import RESTORED, restored, sealed
from apps.jobs import services as jobs
from apps.jobs.choices import JobState
from apps.jobs.context import JobCancelled, JobContext
from apps.jobs.models import Job
from apps.jobs.registry import given_up, handler
from apps.tenants.models import Tenant

ATTEMPTS = 3
Changes = Callable[[DifferenceReport], Iterable[Change]]


@handler("difference-report", timeout=3600, attempts=ATTEMPTS, exclusive=True)
def make_report(job: JobContext) -> dict[str, Any]:
    """Args: report_id. Result: the report's counts."""
    report = DifferenceReport.objects.select_related("tenant__msp", "base", "target").get(
        pk=job.args["report_id"]
    )
    return {"counts": carry_out(report, job, attempts=ATTEMPTS)}


def carry_out(
    report: DifferenceReport,
    job: JobContext,
    *,
    attempts: int,
    changes: Changes | None = None,
) -> reporting.Counts:
    """Bring a report to its end inside a job, or close it with the reason; its counts.

    attempts: of the job, the last of which closes the report whatever the error. changes: what is
    to be written of a report whose target is known; all of its scope otherwise.
    """
    if report.is_finished:
        return cast(reporting.Counts, report.counts)
    try:
        if report.target is None:
            _capture(report, job)
        found = changes(report) if changes else None
        return reporting.fill(report, changes=found, progress=job.counting("Comparing"))
    except JobCancelled:
        if Job.objects.filter(pk=job.job_id, cancel_requested_at__isnull=False).exists():
            reporting.close(report, ReportState.CANCELLED)
        raise
    except HoldfastError as error:
        if not error.retryable or job.attempt >= attempts:
            reporting.close(report, ReportState.FAILED, error.explanation())
        raise


@given_up("difference-report")
def end_report(job: Job) -> None:
    """The report's job is over and the report was not made: it must not wait for ever."""
    cancelled = job.state == JobState.CANCELLED
    report = DifferenceReport.objects.get(pk=job.args["report_id"])
    state = ReportState.CANCELLED if cancelled else ReportState.FAILED
    reporting.close(report, state, "" if cancelled else job.error_text)


@handler("rate-changes", timeout=3600, attempts=2)
def rate_changes(job: JobContext) -> dict[str, Any]:
    """No args. Result: how many snapshots had their changes counted by risk.

    Each is kept at once, so that another attempt goes on.
    """
    return {"snapshots": volumes.rate(job.tenant(), progress=job.counting("Comparing"))}


@receiver(sealed, dispatch_uid="holdfast.diffs.rate_snapshot")
def rate_snapshot(*, tenant_id: UUID, **_: Any) -> None:
    """Have the changes of a new snapshot counted by risk."""
    tenant = Tenant.objects.get(pk=tenant_id)
    jobs.enqueue(actor=SYSTEM, kind="rate-changes", tenant=tenant, once=True, wait_for_turn=True)


@receiver(restored, dispatch_uid="holdfast.diffs.end_interrupted_reports")
def end_interrupted_reports(*, tenant: Tenant, **_: Any) -> None:
    """No report goes on by itself in an installation that was brought back."""
    for report in DifferenceReport.objects.filter(
        tenant=tenant, state__in=ReportState.unfinished()
    ):
        reporting.close(report, ReportState.FAILED, RESTORED)


def _capture(report: DifferenceReport, job: JobContext) -> None:
    """Against now means as it is now, so what is compared is read whole and not by delta.

    Delta leaves out kinds that it costs much to read, some links, and what a native recovery did.
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
