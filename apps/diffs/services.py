"""Asking for difference reports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from apps.access import rights
from apps.audit import services as audit
from apps.core import clock
from apps.core.actor import Actor
from apps.core.errors import Invalid
from apps.diffs.changes import EVERYTHING, Scope
from apps.diffs.models import DifferenceReport
from apps.entra.catalogue import KINDS
from apps.history import selectors as history
from apps.history.models import Snapshot
from apps.jobs import services as jobs
from apps.tenants.models import Tenant


@transaction.atomic
def request_report(
    *,
    actor: Actor,
    tenant: Tenant,
    base: Snapshot,
    target: Snapshot | None = None,
    scope: Scope = EVERYTHING,
    asked_as: Mapping[str, Any] | None = None,
    here: bool = False,
) -> DifferenceReport:
    """Have `base` compared with `target`, or with the tenant as it is now when that is None.

    The work is a job; watch `state` of the report. asked_as: what else the caller keeps with the
    scope, in words of his own. `here` keeps it from the workers, for a caller that does it in its
    own process (jobs.run_here). Needs the right to make reports (Backup Administrator). Raises
    NotFound, also for pruned snapshots, NotAllowed, and Invalid for snapshots in the wrong order or
    of another tenant and for unknown kinds.
    """
    rights.require(actor, rights.MAKE_REPORTS, tenant)
    _check(tenant, base, target, scope)
    report = DifferenceReport.objects.create(
        tenant=tenant,
        base=base,
        target=target,
        against_now=target is None,
        scope={**scope.as_json(), **(asked_as or {})},
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


def _check(tenant: Tenant, base: Snapshot, target: Snapshot | None, scope: Scope) -> None:
    if base.tenant_id != tenant.pk or (target and target.tenant_id != tenant.pk):
        raise Invalid("Both snapshots must be of the tenant that the report is about.")
    if target and target.seq <= base.seq:
        raise Invalid(
            "The second snapshot is not newer than the first.",
            todo="Give the older snapshot as the base.",
        )
    history.require_kept(base, *([target] if target else []))
    unknown = scope.kinds - {kind.name for kind in KINDS}
    if unknown:
        raise Invalid(f"No such kind: {', '.join(sorted(unknown))}.")
