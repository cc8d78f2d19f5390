"""The same again: a new report and a new plan for what a plan was about that fits no more."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from django.db import transaction

from apps.access import rights
from apps.access.rights import REQUEST_RECOVERY
from apps.core.actor import Actor
from apps.diffs.batches import batched
from apps.diffs.models import DifferenceReport, ReportChange
from apps.history.selectors import require_kept
from apps.jobs.context import JobContext
from apps.jobs.models import Job
from apps.recovery.against_now import compare_in_job, planning_job
from apps.recovery.models import Plan
from apps.recovery.selection import Selection
from apps.recovery.services.plans import make_plan
from apps.recovery.undoing.services import ask_undo

BATCH = 1000
# What makes a change the same one in another report.
_PLACE = ("subject", "kind", "object_id", "link", "target_id")


@transaction.atomic
def plan_again(*, actor: Actor, plan: Plan, here: bool = False) -> Job:
    """Have the tenant compared anew with the plan's snapshot, and the same selection planned.

    The job's result is {"report_id", "plan_id"}. The plan of an undo is made anew as an undo.
    `here` keeps the job from the workers, for a caller that does it in its own process. Needs the
    right to request recoveries. Raises NotFound, also when the snapshot was pruned, NotAllowed, and
    what ask_undo() raises.
    """
    rights.require(actor, REQUEST_RECOVERY, plan.tenant)
    if plan.undoes is not None:
        return ask_undo(actor=actor, run=plan.undoes, here=here)
    require_kept(plan.report.base)
    return compare_in_job(
        actor=actor,
        base=plan.report.base,
        scope=plan.report.scope,
        kind="plan-again",
        args={"plan_id": str(plan.pk)},
        here=here,
    )


@planning_job("plan-again")
def plan_same(job: JobContext, report: DifferenceReport) -> Plan:
    """Args: plan_id, report_id."""
    plan = Plan.objects.select_related("report").get(pk=job.args["plan_id"])
    selection = Selection.from_json(plan.selection)
    selection = replace(selection, changes=same_changes(selection.changes, plan.report, report))
    return make_plan(
        actor=job.actor, report=report, selection=selection, progress=job.counting("Planning")
    )


def same_changes(
    positions: Collection[int], before: DifferenceReport, now: DifferenceReport
) -> frozenset[int]:
    """Where changes of one report stand in another; those that are no more are left out."""
    found: set[int] = set()
    for batch in batched(sorted(positions), BATCH):
        chosen = ReportChange.objects.filter(report=before, position__in=batch)
        places = set(chosen.values_list(*_PLACE))
        rows = ReportChange.objects.filter(
            report=now, object_id__in={object_id for _, _, object_id, *_ in places}
        )
        found |= {
            position
            for *place, position in rows.values_list(*_PLACE, "position")
            if tuple(place) in places
        }
    return frozenset(found)
