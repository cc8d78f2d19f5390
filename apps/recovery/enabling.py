"""Putting policies in force that a run left as report-only: a plan of its own, approved like any
other, and looked at by the guards as they then are.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet

from apps.access import rights
from apps.access.rights import REQUEST_RECOVERY
from apps.core.actor import Actor
from apps.core.errors import Conflict
from apps.diffs.changes import Scope
from apps.diffs.models import DifferenceReport
from apps.entra.catalogue import KINDS
from apps.history.identities import identities_of
from apps.history.selectors import require_kept
from apps.jobs.context import JobContext
from apps.jobs.models import Job
from apps.recovery import reasons
from apps.recovery.against_now import compare_in_job, planning_job
from apps.recovery.choices import PoliciesAs, ResultState
from apps.recovery.models import Plan, Run, StepResult
from apps.recovery.selection import Selection
from apps.recovery.services.plans import make_plan

# Which property says whether an object is in force, by kind.
_SWITCHES = {one.name: one.held.property for one in KINDS if one.held and one.held.trial}


def on_trial(run: Run) -> list[tuple[str, str]]:
    """Kind and id, as the plan knows it, of what the run left as report-only. One query."""
    found = _results(run).order_by("step__kind", "step__object_id")
    return list(found.values_list("step__kind", "step__object_id").distinct())


@transaction.atomic
def ask_enabling(*, actor: Actor, run: Run, here: bool = False) -> Job:
    """Have the tenant read, and the plan made that puts in force what the run left as report-only.

    The job's result is {"report_id", "plan_id"}. `here` keeps the job from the workers, for a
    caller that does it in its own process. Needs the right to request recoveries. Raises NotFound,
    also when the snapshot was pruned, NotAllowed, and Conflict where the run has not ended or left
    nothing as report-only.
    """
    rights.require(actor, REQUEST_RECOVERY, run.tenant)
    if not run.is_finished:
        raise Conflict("The recovery has not ended.", code="run-not-ended", todo="Wait for it.")
    if not _results(run).exists():
        raise Conflict(
            "The recovery left no policy as report-only.",
            code="nothing-on-trial",
            safe="Nothing was planned.",
        )
    base = run.request.plan.report.base
    require_kept(base)
    return compare_in_job(
        actor=actor,
        base=base,
        scope=Scope(kinds=frozenset(_SWITCHES)).as_json(),
        kind="enable-policies",
        args={"run_id": str(run.pk)},
        here=here,
    )


@planning_job("enable-policies")
def plan_enabling(job: JobContext, report: DifferenceReport) -> Plan:
    """Args: run_id, report_id."""
    run = Run.objects.select_related("tenant").get(pk=job.args["run_id"])
    return make_plan(
        actor=job.actor,
        report=report,
        selection=selection_of(run),
        progress=job.counting("Planning"),
    )


def selection_of(run: Run) -> Selection:
    """The switch of each policy that the run left as report-only, and nothing else."""
    current = identities_of(run.tenant).current
    return Selection(
        attributes={
            current(object_id): frozenset({_SWITCHES[kind]}) for kind, object_id in on_trial(run)
        },
        policies_as=PoliciesAs.AS_THEY_WERE,
    )


def _results(run: Run) -> QuerySet[StepResult]:
    return StepResult.objects.filter(
        run=run, state__in=ResultState.good(), step__reason=reasons.REPORT_ONLY
    )
