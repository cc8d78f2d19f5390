"""Asking for difference reports."""

from __future__ import annotations

from django.db import transaction

from apps.access import rights
from apps.audit import services as audit
from apps.core import clock
from apps.core.actor import Actor
from apps.core.errors import Conflict, Invalid
from apps.diffs.changes import EVERYTHING, Scope
from apps.diffs.choices import ReportState
from apps.diffs.models import DifferenceReport
from apps.diffs.reporting import close
from apps.entra.catalogue import KINDS
from apps.history.models import Snapshot
from apps.jobs import services as jobs
from apps.jobs.choices import JobState
from apps.jobs.models import Job
from apps.tenants.models import Tenant


@transaction.atomic
def request_report(
    *,
    actor: Actor,
    tenant: Tenant,
    base: Snapshot,
    target: Snapshot | None = None,
    scope: Scope = EVERYTHING,
    here: bool = False,
) -> DifferenceReport:
    """Have `base` compared with `target`, or with the tenant as it is now when that is None.

    The work is a job; watch `state` of the report. `here` keeps it from the workers, for a caller
    that does it in its own process (jobs.run_here). Needs the right to make reports (Backup
    Administrator). Raises NotFound, NotAllowed, and Invalid for snapshots in the wrong order or of
    another tenant and for unknown kinds.
    """
    rights.require(actor, rights.MAKE_REPORTS, tenant)
    _check(tenant, base, target, scope)
    report = DifferenceReport.objects.create(
        tenant=tenant,
        base=base,
        target=target,
        against_now=target is None,
        scope=scope.as_json(),
        created_at=clock.now(),
        created_by_id=actor.user_id,
    )
    job = jobs.enqueue(
        actor=actor,
        kind="difference-report",
        tenant=tenant,
        args={"report_id": str(report.pk)},
        wait_for_turn=here,
    )
    DifferenceReport.objects.filter(pk=report.pk).update(job_id=job.pk)
    report.job_id = job.pk
    audit.record(
        actor=actor,
        event="report.requested",
        tenant_id=tenant.pk,
        subject=tenant.name,
        data={
            "report_id": str(report.pk),
            "base_seq": base.seq,
            "against": target.seq if target else "now",
            "kinds": sorted(scope.kinds),
            "objects": len(scope.object_ids),
        },
    )
    return report


@transaction.atomic
def cancel_report(*, actor: Actor, report: DifferenceReport) -> None:
    """Stop a report that is being made. Raises NotFound, NotAllowed, Conflict when it has ended."""
    rights.require(actor, rights.MAKE_REPORTS, report.tenant)
    if report.is_finished or report.job_id is None:
        raise Conflict("The difference report has ended already.", code="report-ended")
    job = jobs.cancel(actor=actor, job=Job.objects.get(pk=report.job_id))
    if job.state == JobState.CANCELLED:
        close(report, ReportState.CANCELLED)
    report.refresh_from_db()


def _check(tenant: Tenant, base: Snapshot, target: Snapshot | None, scope: Scope) -> None:
    if base.tenant_id != tenant.pk or (target and target.tenant_id != tenant.pk):
        raise Invalid("Both snapshots must be of the tenant that the report is about.")
    if target and target.seq <= base.seq:
        raise Invalid(
            "The second snapshot is not newer than the first.",
            todo="Give the older snapshot as the base.",
        )
    unknown = scope.kinds - {kind.name for kind in KINDS}
    if unknown:
        raise Invalid(f"No such kind: {', '.join(sorted(unknown))}.")
