"""The jobs of transfers: looking at both tenants, and bringing the one's snapshot over."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.dispatch import receiver

from apps.access.rights import REQUEST_RECOVERY
from apps.core import clock
from apps.diffs import reporting
from apps.diffs.choices import ReportState
from apps.diffs.jobs import carry_out
from apps.history.signals import RESTORED, restored
from apps.jobs.choices import JobState
from apps.jobs.context import JobContext
from apps.jobs.models import Job
from apps.jobs.registry import given_up, handler
from apps.recovery.transfer import bringing
from apps.recovery.transfer.choices import TransferState
from apps.recovery.transfer.drilling import DRILL, keep_drill
from apps.recovery.transfer.models import Transfer
from apps.recovery.transfer.services import (
    BRING,
    SURVEY,
    remembered,
    require_both,
    source_of,
)
from apps.tenants.models import Tenant

ATTEMPTS = 2


@handler(SURVEY, timeout=3600, attempts=ATTEMPTS, exclusive=True, cancelled_by=(REQUEST_RECOVERY,))
def survey_transfer(job: JobContext) -> dict[str, Any]:
    """Args: transfer_id. Result: the totals of what was found."""
    transfer = _still_allowed(job)
    found = bringing.survey(transfer, job).as_json()
    Transfer.objects.filter(pk=transfer.pk, state=TransferState.SURVEYING).update(
        state=TransferState.SURVEYED, findings=found
    )
    return dict(found["totals"])


@handler(BRING, timeout=3600, attempts=ATTEMPTS, exclusive=True, cancelled_by=(REQUEST_RECOVERY,))
def bring_transfer(job: JobContext) -> dict[str, Any]:
    """Args: transfer_id. Result: base_seq and report_id.

    Another attempt goes on with what the one before has sealed.
    """
    transfer, began_at = _still_allowed(job), clock.now()
    base = transfer.base or bringing.bring(transfer, job)
    if transfer.report is None:
        transfer = bringing.new_report(transfer, base, job.actor, job)
    report = transfer.report
    if report is None:
        raise RuntimeError("the report was made above")
    carry_out(report, job, attempts=ATTEMPTS)
    seconds = (clock.now() - began_at).total_seconds()
    Transfer.objects.filter(pk=transfer.pk).update(
        findings={**transfer.findings, "seconds": round(seconds, 3)}
    )
    _settle(transfer.pk, TransferState.BROUGHT)
    return {"base_seq": base.seq, "report_id": str(report.pk)}


@handler(DRILL, timeout=3600, attempts=ATTEMPTS, exclusive=True, cancelled_by=(REQUEST_RECOVERY,))
def drill_transfer(job: JobContext) -> dict[str, Any]:
    """Args: transfer_id. Result: drill_id, of the source's drill. Once."""
    transfer = _still_allowed(job)
    if transfer.drill_id is None:
        transfer.drill_id = keep_drill(transfer, job).pk
    return {"drill_id": str(transfer.drill_id)}


@given_up(SURVEY)
def end_survey(job: Job) -> None:
    """The job is over and nothing was found out: the page must not wait for it."""
    _end(job)


@given_up(BRING)
def end_bringing(job: Job) -> None:
    """The job is over and nothing can be planned: the page must not wait for it."""
    _end(job)


@receiver(restored, dispatch_uid="holdfast.recovery.end_interrupted_transfers")
def end_interrupted_transfers(*, tenant: Tenant, **_: Any) -> None:
    """No transfer goes on by itself in an installation that was brought back."""
    for one in Transfer.objects.filter(tenant=tenant, state__in=TransferState.unfinished()):
        _settle(one.pk, TransferState.FAILED, RESTORED)


def _still_allowed(job: JobContext) -> Transfer:
    """The transfer of a job, if its actor may still do it: either tenant may have gone since."""
    transfer = remembered(UUID(job.args["transfer_id"]))
    require_both(job.actor, transfer.tenant, source_of(transfer), transfer.source_seq)
    return transfer


def _end(job: Job) -> None:
    transfer = remembered(UUID(job.args["transfer_id"]))
    cancelled = job.state == JobState.CANCELLED
    if transfer.report is not None:
        state = ReportState.CANCELLED if cancelled else ReportState.FAILED
        reporting.close(transfer.report, state, "" if cancelled else job.error_text)
    failure = "It was cancelled." if cancelled else job.error_text
    _settle(transfer.pk, TransferState.FAILED, failure)


def _settle(transfer_id: UUID, state: TransferState, failure: str = "") -> None:
    Transfer.objects.filter(pk=transfer_id, state__in=TransferState.unfinished()).update(
        state=state, failure=failure, finished_at=clock.now()
    )
