"""Reading what there is to know of undos. Everything here needs a scope that has the tenant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from apps.core import clock
from apps.core.errors import HoldfastError, NotFound
from apps.diffs.choices import ReportState
from apps.diffs.models import DifferenceReport, ReportChange
from apps.diffs.selectors import reports
from apps.recovery.models import Plan, Run
from apps.recovery.undoing.approved_before import approved_until, objections
from apps.recovery.undoing.losses import Loss, losses_of
from apps.recovery.undoing.services import require_undoable
from apps.recovery.undoing.since import Others, changed_since
from apps.recovery.undoing.touched import touched_by

__all__ = ["Loss", "losses_of", "undo_of", "undo_plan_of"]
# A list for people to read and to tick; all of it is in the report.
SHOWN = 200


@dataclass(frozen=True, slots=True)
class Undo:
    """Whether and how a run can be taken back.

    why_not: in words; empty when it can. until: the end of the time for which the undo was
    approved with the recovery, None when that is over or was not asked for. plans: that were made,
    newest first.
    """

    why_not: str
    losses: tuple[Loss, ...]
    until: datetime | None
    plans: tuple[Plan, ...]


@dataclass(frozen=True, slots=True)
class UndoPlan:
    """What is particular of a plan that takes a run back.

    objections: why it has to be approved like any other; empty when that was done with the
    recovery. left_out: how many changes of others it leaves alone, wholly or in part.
    """

    run: Run
    losses: tuple[Loss, ...]
    objections: tuple[str, ...]
    left_out: int


def undo_of(run: Run) -> Undo:
    """What the page of a run says of its undo. A handful of queries."""
    until = approved_until(run)
    plans = Plan.objects.filter(undoes=run).select_related("request__run").order_by("-created_at")
    return Undo(
        why_not=_why_not(run),
        losses=tuple(losses_of(run)),
        until=until if until and until > clock.now() else None,
        plans=tuple(plans[:10]),
    )


def undo_plan_of(plan: Plan) -> UndoPlan | None:
    """What the page of a plan says of its being an undo; None for any other plan."""
    run = plan.undoes
    if run is None:
        return None
    every = plan.selection["everything"]
    named = len(plan.selection["changes"])
    return UndoPlan(
        run=run,
        losses=tuple(losses_of(run)),
        objections=tuple(objections(plan)),
        left_out=0 if every else plan.report.changes.count() - named,
    )


def access_report(run: Run, report_id: UUID) -> DifferenceReport:
    """The complete report of a run's undo. Raises NotFound for any other."""
    rows = reports(run.tenant).select_related("tenant")
    found = rows.filter(pk=report_id, scope__run=str(run.pk), state=ReportState.COMPLETE).first()
    if found is None:
        raise NotFound("There is no such undo.", code="no-such-undo")
    return found


def changed_by_others(run: Run, report: DifferenceReport) -> QuerySet[ReportChange]:
    """The report's changes that others have had a hand in since, wholly or in part."""
    others: Others = changed_since(run, report, touched_by(run))
    rows = report.changes.filter(position__in=others.whole | set(others.attributes))
    return rows.order_by("position")


def _why_not(run: Run) -> str:
    try:
        require_undoable(run)
    except HoldfastError as error:
        return error.explanation()
    return ""
