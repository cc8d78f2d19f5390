"""The report and the plan of an undo."""

from __future__ import annotations

from collections.abc import Callable, Collection

from apps.core.actor import Actor
from apps.core.errors import Conflict
from apps.diffs import reporting
from apps.diffs.comparison import compare
from apps.diffs.models import DifferenceReport, ReportChange
from apps.recovery.models import Plan, Run
from apps.recovery.selection import Selection
from apps.recovery.services.plans import make_plan
from apps.recovery.undoing.since import Others, changed_since
from apps.recovery.undoing.touched import Touched, touched_by

Progress = Callable[[int], None]


def fill_report(
    run: Run, report: DifferenceReport, touched: Touched, *, progress: Progress | None = None
) -> None:
    """Write what of the difference between the safety snapshot and now is the run's doing."""
    if report.target is None:
        raise ValueError("the target of the report has not been captured yet")
    found = compare(report.tenant, report.base, report.target)
    reporting.fill(report, changes=touched.changes(found), progress=progress)


def plan_undo(
    *,
    actor: Actor,
    run: Run,
    report: DifferenceReport,
    overwrite: Collection[int] = (),
    progress: Progress | None = None,
) -> Plan:
    """The plan that takes back what a complete report of fill_report() has.

    overwrite: positions of what others changed since and that is to be taken back all the same;
    the rest of that stays as it is. Raises Conflict when nothing would be left to take back, and
    what make_plan() raises.
    """
    others = changed_since(run, report, touched_by(run)).without(overwrite)
    return make_plan(
        actor=actor,
        report=report,
        selection=selection_of(report, others),
        progress=progress,
        undoes=run,
    )


def selection_of(report: DifferenceReport, others: Others) -> Selection:
    """All of the report but what others changed. Raises Conflict when that is nothing."""
    if not report.changes.exists():
        raise Conflict(
            "There is nothing to take back: all that the recovery wrote is as it was before it.",
            code="nothing-to-undo",
            safe="Nothing was written.",
        )
    if not others:
        return Selection(everything=True, remove_created=True)
    apart = others.whole | set(others.attributes)
    rows = ReportChange.objects.filter(report=report)
    own = rows.exclude(position__in=apart).values_list("position", flat=True)
    parts = rows.filter(position__in=set(others.attributes))
    selection = Selection(
        changes=frozenset(own.iterator()),
        attributes={
            row.object_id: frozenset(row.attributes) - others.attributes[row.position]
            for row in parts
        },
    )
    if selection.is_empty:
        raise Conflict(
            "Others have changed all that the recovery wrote since.",
            code="all-changed-since",
            safe="Nothing was written.",
            todo="Choose what is to be taken back all the same.",
        )
    return selection
