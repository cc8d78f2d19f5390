"""Putting policies in force that a run left as report-only: a plan of its own, approved like any
other, and looked at by the guards as they then are.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from apps.access import rights
from apps.access.rights import REQUEST_RECOVERY
from apps.core.actor import Actor
from apps.core.errors import Conflict
from apps.diffs.changes import Scope
from apps.diffs.jobs import carry_out, end_report
from apps.diffs.models import DifferenceReport
from apps.entra.catalogue import KINDS
from apps.history.identities import identities_of
from apps.history.selectors import require_kept
from apps.jobs.context import JobContext
from apps.jobs.models import Job
from apps.jobs.registry import given_up, handler
from apps.recovery import reasons
from apps.recovery.against_now import compare_in_job
from apps.recovery.choices import PoliciesAs, ResultState
from apps.recovery.models import Run, StepResult
from apps.recovery.selection import Selection
from apps.recovery.services.plans import make_plan

ATTEMPTS = 2
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


@handler(
    "enable-policies",
    timeout=3600,
    attempts=ATTEMPTS,
    exclusive=True,
    cancelled_by=(REQUEST_RECOVERY,),
)
def compare_and_enable(job: JobContext) -> dict[str, Any]:
    """Args: run_id, report_id. Result: report_id, plan_id."""
    run = Run.objects.select_related("tenant").get(pk=job.args["run_id"])
    rows = DifferenceReport.objects.select_related("tenant__msp", "base", "target")
    report = rows.get(pk=job.args["report_id"])
    carry_out(report, job, attempts=ATTEMPTS)
    plan = make_plan(actor=job.actor, report=report, selection=selection_of(run))
    return {"report_id": str(report.pk), "plan_id": str(plan.pk)}


@given_up("enable-policies")
def end_comparison(job: Job) -> None:
    """The job is over; a report that it did not make must not wait for ever."""
    end_report(job)


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
