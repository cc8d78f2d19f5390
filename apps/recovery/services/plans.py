"""Making a plan and keeping it for good."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from apps.access import rights
from apps.audit import services as audit
from apps.core import clock
from apps.core.actor import Actor
from apps.core.collecting import fewer_collections
from apps.core.errors import Conflict, Invalid
from apps.diffs.choices import ReportState
from apps.diffs.models import DifferenceReport, ReportChange
from apps.diffs.selectors import Filters
from apps.history.models import Snapshot
from apps.history.selectors import require_kept
from apps.history.selectors.bodies import reading_often
from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.recovery.guards.noting import note_risks
from apps.recovery.models import Plan, Run
from apps.recovery.native.planning import native_of, require_possible
from apps.recovery.planning.blocking import named
from apps.recovery.planning.estimating import estimate_of
from apps.recovery.planning.ordering import Placed
from apps.recovery.planning.planner import Planner, Progress
from apps.recovery.planning.storing import store_steps
from apps.recovery.scoping import Scoped
from apps.recovery.selection import Selection

# So many selected changes are planned in well under a second.
AT_ONCE = 500


def make_plan(
    *,
    actor: Actor,
    report: DifferenceReport,
    selection: Selection,
    progress: Progress | None = None,
    undoes: Run | None = None,
) -> Plan:
    """Work out the steps that bring the selected changes of a complete report back, and keep them.

    The plan is never changed again. `progress` is told how many changes have been planned, and may
    raise to stop. undoes: the run that the plan takes back, of a report about what that touched
    (see `apps.recovery.undoing`). Needs the right to request recoveries. Raises NotFound, also when
    a snapshot was pruned, NotAllowed; Conflict when the report is not complete; Invalid when
    nothing is selected.
    """
    target = _require_complete(actor, report)
    if selection.native:
        require_possible(report, selection)
    planner = Planner(report, selection, report.base.seq, target.seq, progress=progress)
    with fewer_collections(), reading_often():
        placed = planner.plan()
        if not placed:
            raise Invalid("The selection names no change of this report.", code="nothing-selected")
        return _keep(actor, planner, placed, undoes)


def plan_or_enqueue(
    *, actor: Actor, report: DifferenceReport, selection: Selection, here: bool = False
) -> Plan | Job:
    """The plan at once where few changes are selected; otherwise the job that makes it.

    So that planning a hundred thousand steps keeps no web worker from other people. The job's
    result is {"plan_id"}. `here` keeps the job from the workers, for a caller that does it in its
    own process (jobs.run_here). Rights and errors as for make_plan().
    """
    _require_complete(actor, report)
    if _is_quick(report, selection):
        return make_plan(actor=actor, report=report, selection=selection)
    return jobs.enqueue(
        actor=actor,
        kind="make-plan",
        tenant=report.tenant,
        args={"report_id": str(report.pk), "selection": selection.as_json()},
        wait_for_turn=here,
    )


def _is_quick(report: DifferenceReport, selection: Selection) -> bool:
    """Whether few changes are selected; where only history can tell, whether there are few."""
    rows = ReportChange.objects.filter(report=report)
    if not selection.needs_history:
        named = Scoped(selection, selection.changes, frozenset())
        condition = named.condition()
        if selection.matching:
            condition |= Filters.from_json(selection.matching).condition
        rows = rows.filter(condition)
    return not rows[AT_ONCE : AT_ONCE + 1].exists()


def _require_complete(actor: Actor, report: DifferenceReport) -> Snapshot:
    """The report's target. Raises what make_plan() raises."""
    rights.require(actor, rights.REQUEST_RECOVERY, report.tenant)
    target = report.target
    if report.state != ReportState.COMPLETE or target is None:
        raise Conflict(
            "The difference report is not complete.",
            code="report-incomplete",
            todo="Wait until it is, or make a new one.",
        )
    require_kept(report.base, target)
    return target


@transaction.atomic
def _keep(actor: Actor, planner: Planner, placed: list[Placed], undoes: Run | None) -> Plan:
    report = planner.report
    native = native_of(report, planner.selection, placed, planner.assumed_seq)
    plan = Plan(
        tenant=report.tenant,
        report=report,
        base_seq=planner.base_seq,
        assumed_seq=planner.assumed_seq,
        selection=planner.selection.as_json(),
        counts=_counts(placed) | ({"requests": len(native["filters"])} if native else {}),
        blockers=_blockers(planner, placed),
        estimate=estimate_of(
            placed,
            tenant=report.tenant,
            base_seq=planner.base_seq,
            assumed_seq=planner.assumed_seq,
            identities=planner.identities,
        ),
        native=native,
        undoes=undoes,
        created_at=clock.now(),
        created_by_id=actor.user_id,
    )
    if native:
        plan.estimate |= {
            "seconds": native["seconds"],
            "lanes": {},
            "requests": len(native["filters"]),
        }
    note_risks(plan, placed)
    plan.digest = store_steps(plan, placed)
    plan.save(force_insert=True)
    audit.record(
        actor=actor,
        event="plan.made",
        tenant_id=plan.tenant_id,
        subject=report.tenant.name,
        data={
            "plan_id": str(plan.pk),
            "digest": plan.digest_hex,
            "base_seq": plan.base_seq,
            "assumed_seq": plan.assumed_seq,
            "requests": plan.counts["requests"],
            "blocked": plan.is_blocked,
        },
    )
    return plan


def _counts(placed: Iterable[Placed]) -> dict[str, Any]:
    """One pass: no content is unpacked for it."""
    actions: Counter[str] = Counter()
    numbers = dict.fromkeys(("links", "requests", "irreversible"), 0)
    objects: set[tuple[str, str]] = set()
    for draft in (one.draft for one in placed):
        actions[str(draft.action)] += 1
        if not draft.writes:
            continue
        numbers["requests"] += draft.sends
        numbers["irreversible"] += not draft.reversible
        if draft.link:
            numbers["links"] += len(draft.targets)
        else:
            objects.add((draft.kind, draft.object_id))
    return {"actions": dict(actions), "objects": len(objects), **numbers}


def _blockers(planner: Planner, placed: Iterable[Placed]) -> list[dict[str, Any]]:
    if not planner.blockers:
        return []
    numbers = {one.draft.key: one.order for one in placed}
    return named(planner.report, planner.blockers, numbers)
