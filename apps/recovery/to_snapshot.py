"""Back to a snapshot in one go: compared with now, planned and put forward by one job.

The request has the id of the job, so that whoever asked has one name for all of it from the first
moment on. Nothing runs before somebody else has approved that request.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.access import rights
from apps.access.rights import REQUEST_RECOVERY
from apps.core.actor import Actor
from apps.core.errors import Invalid
from apps.diffs.choices import ChangeType, Subject
from apps.diffs.jobs import carry_out, end_report
from apps.diffs.models import DifferenceReport, ReportChange
from apps.entra.catalogue import KINDS, SoftDelete
from apps.history.models import Snapshot
from apps.history.selectors import require_kept
from apps.jobs.context import JobContext
from apps.jobs.models import Job
from apps.jobs.registry import given_up, handler
from apps.recovery.against_now import ATTEMPTS, compare_in_job
from apps.recovery.choices import CreatedSince, PoliciesAs
from apps.recovery.models import Plan, RecoveryRequest
from apps.recovery.selection import Selection
from apps.recovery.services.plans import make_plan
from apps.recovery.services.requesting import request_recovery

JOB_KIND = "recover-to-snapshot"
REASON = "Asked for by a program, as one recovery to a snapshot."
_CREATED = (ChangeType.CREATED, ChangeType.RESTORED)
# What was made since goes where it can come back from: a bin, or a relation of two objects that
# can be made again. Anything else would be gone for good, which takes a plan of somebody's own.
WITH_BIN = frozenset(kind.name for kind in KINDS if kind.soft_delete != SoftDelete.NONE)
REMOVED_AGAIN = WITH_BIN | {"appRoleAssignment", "oauth2PermissionGrant"}
# The changes of a report about which such a recovery does nothing.
STAYS = Q(subject=Subject.OBJECT, change__in=_CREATED) & ~Q(kind__in=REMOVED_AGAIN)


@transaction.atomic
def ask_recovery(
    *,
    actor: Actor,
    base: Snapshot,
    scope: Mapping[str, Any],
    policies_as: PoliciesAs = PoliciesAs.REPORT_ONLY,
    here: bool = False,
) -> Job:
    """Have the tenant compared with a snapshot, and all that differs within the scope planned and
    put forward.

    scope: a `diffs.changes.Scope` as JSON, and whatever else the caller keeps there. policies_as:
    see Selection. The job's result is {"report_id"}, with "plan_id" and "request_id" where there is
    something to bring back; the request has the job's own id. `here` keeps the job from the
    workers, for a caller that does it in its own process. Needs the right to request recoveries.
    Raises NotFound, also when the snapshot was pruned, NotAllowed.
    """
    rights.require(actor, REQUEST_RECOVERY, base.tenant)
    require_kept(base)
    return compare_in_job(
        actor=actor,
        base=base,
        scope=scope,
        kind=JOB_KIND,
        args={"policies_as": str(policies_as)},
        here=here,
    )


@handler(
    JOB_KIND, timeout=3600, attempts=ATTEMPTS, exclusive=True, cancelled_by=(REQUEST_RECOVERY,)
)
def recover_to_snapshot(job: JobContext) -> dict[str, Any]:
    """Args: report_id, policies_as. Another attempt goes on with what the one before has made."""
    rows = DifferenceReport.objects.select_related("tenant__msp", "base", "target")
    report = rows.get(pk=job.args["report_id"])
    carry_out(report, job, attempts=ATTEMPTS)
    made: dict[str, Any] = {"report_id": str(report.pk)}
    plan = report.plans.select_related("tenant__msp", "report__base").first() or _plan(job, report)
    if plan is None:
        return made
    made["plan_id"] = str(plan.pk)
    if plan.counts["requests"] or plan.is_blocked:
        made["request_id"] = str(_put_forward(job, plan).pk)
    return made


given_up(JOB_KIND)(end_report)


def asked(tenant_id: UUID) -> QuerySet[Job]:
    """The jobs of a tenant's recoveries to snapshots that have made no request, or not yet."""
    requested = RecoveryRequest.objects.filter(pk=OuterRef("pk"))
    rows = Job.objects.filter(tenant_id=tenant_id, kind=JOB_KIND)
    return rows.exclude(Exists(requested))


def _plan(job: JobContext, report: DifferenceReport) -> Plan | None:
    """The plan; None where nothing differs."""
    try:
        return make_plan(
            actor=job.actor,
            report=report,
            selection=_selection(report, PoliciesAs(job.args["policies_as"])),
            progress=job.counting("Planning"),
        )
    except Invalid as error:
        if error.code != "nothing-selected":
            raise
        return None


def _selection(report: DifferenceReport, policies_as: PoliciesAs) -> Selection:
    staying = ReportChange.objects.filter(STAYS, report=report).values_list("object_id", flat=True)
    return Selection(
        everything=True,
        remove_created=True,
        created_answers=dict.fromkeys(staying, str(CreatedSince.KEEP)),
        policies_as=policies_as,
    )


def _put_forward(job: JobContext, plan: Plan) -> RecoveryRequest:
    """The request of this job; the one that an attempt before has made."""
    found = RecoveryRequest.objects.filter(pk=job.job_id).first()
    return found or request_recovery(
        actor=job.actor, plan=plan, reason=REASON, request_id=job.job_id
    )
