"""The job that reads one tenant of a sweep and plans what goes back there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from apps.access import rights
from apps.access.rights import REQUEST_RECOVERY
from apps.core import clock
from apps.core.errors import Invalid, NotFound
from apps.diffs import reporting
from apps.diffs.changes import EVERYTHING
from apps.diffs.choices import ReportState
from apps.diffs.jobs import carry_out
from apps.diffs.models import DifferenceReport
from apps.history.models import Snapshot
from apps.history.selectors import snapshots
from apps.jobs.choices import JobState
from apps.jobs.context import JobContext
from apps.jobs.models import Job
from apps.jobs.registry import given_up, handler
from apps.recovery.choices import SweepState
from apps.recovery.models import Plan, SweepTenant
from apps.recovery.selection import Selection, Touched
from apps.recovery.services.plans import make_plan
from apps.recovery.sweeps.who import ids_of

ATTEMPTS = 2


@handler(
    "sweep-tenant",
    timeout=3600,
    attempts=ATTEMPTS,
    exclusive=True,
    cancelled_by=(REQUEST_RECOVERY,),
)
def sweep_tenant(job: JobContext) -> dict[str, Any]:
    """Args: member_id. Result: the state, and plan_id where there is a plan.

    Another attempt goes on with the report that the one before has finished.
    """
    member = SweepTenant.objects.select_related("tenant__msp", "sweep", "report").get(
        pk=job.args["member_id"]
    )
    # The tenant may have gone to another MSP since.
    rights.require(job.actor, REQUEST_RECOVERY, member.tenant)
    report = _report(member, job)
    carry_out(report, job, attempts=ATTEMPTS)
    plan = _plan(member, report, job)
    _settle(member, SweepState.PLANNED if plan else SweepState.NOTHING, plan=plan)
    return {"state": member.state, **({"plan_id": str(plan.pk)} if plan else {})}


@given_up("sweep-tenant")
def end_member(job: Job) -> None:
    """The job is over without a plan: the page must not wait for it, and says why."""
    member = SweepTenant.objects.select_related("report").get(pk=job.args["member_id"])
    cancelled = job.state == JobState.CANCELLED
    if member.report:
        state = ReportState.CANCELLED if cancelled else ReportState.FAILED
        reporting.close(member.report, state, "" if cancelled else job.error_text)
    failure = "It was cancelled." if cancelled else job.error_text
    _settle(member, SweepState.FAILED, failure=failure)


def _report(member: SweepTenant, job: JobContext) -> DifferenceReport:
    """The report of an attempt before, or a new one against the tenant as it is now."""
    report = member.report
    if report is None:
        report = DifferenceReport.objects.create(
            tenant=member.tenant,
            base=_base(member),
            against_now=True,
            scope=EVERYTHING.as_json(),
            created_at=clock.now(),
            created_by_id=job.actor.user_id,
            job_id=job.job_id,
        )
        SweepTenant.objects.filter(pk=member.pk).update(report=report, state=SweepState.LOOKING)
    rows = DifferenceReport.objects.select_related("tenant__msp", "base", "target")
    return rows.get(pk=report.pk)


def _base(member: SweepTenant) -> Snapshot:
    """How the tenant was before: its newest snapshot from before the time that is looked at."""
    before = snapshots(member.tenant).filter(taken_at__lte=member.sweep.since)
    found = before.order_by("-seq").first()
    if found is None:
        raise NotFound(
            "There is no snapshot of this tenant from before that time.",
            code="no-snapshot-before",
            safe="Nothing was written.",
            todo="Compare it with its oldest snapshot by hand.",
        )
    return found


def _plan(member: SweepTenant, report: DifferenceReport, job: JobContext) -> Plan | None:
    """The plan, or None where he has touched nothing that could go back."""
    sweep = member.sweep
    ends = [report.base, *([report.target] if report.target else [])]
    touched = [Touched(one, sweep.since, sweep.until) for one in sorted(ids_of(sweep.who, *ends))]
    if not touched:
        return None
    selection = replace(Selection.from_json(sweep.selection), touched=tuple(touched))
    try:
        plan = make_plan(
            actor=job.actor, report=report, selection=selection, progress=job.counting("Planning")
        )
    except Invalid as error:
        if error.code != "nothing-selected":
            raise
        return None
    return plan if plan.counts["requests"] or plan.is_blocked else None


def _settle(
    member: SweepTenant, state: SweepState, *, plan: Plan | None = None, failure: str = ""
) -> None:
    member.state, member.plan, member.failure = state, plan, failure
    SweepTenant.objects.filter(pk=member.pk).update(state=state, plan=plan, failure=failure)
