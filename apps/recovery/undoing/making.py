"""The report and the plan of an undo."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from apps.core.actor import Actor
from apps.core.errors import Conflict
from apps.diffs.changes import Change
from apps.diffs.comparison import compare
from apps.diffs.models import DifferenceReport, ReportChange
from apps.recovery.choices import PoliciesAs
from apps.recovery.models import Plan, Run
from apps.recovery.selection import Selection
from apps.recovery.services.plans import make_plan
from apps.recovery.undoing.since import Others, changed_since
from apps.recovery.undoing.touched import touched_by

Progress = Callable[[int], None]
# A policy that was in force minutes before the run was so by nobody's leave but the tenant's own.
AS_THEY_WERE = PoliciesAs.AS_THEY_WERE


def changes_by(run: Run, report: DifferenceReport) -> Iterator[Change]:
    """What of the difference between the safety snapshot and a report's target is a run's doing."""
    if report.target is None:
        raise ValueError("the target of the report has not been captured yet")
    return touched_by(run).changes(compare(report.tenant, report.base, report.target))


def plan_undo(
    *,
    actor: Actor,
    run: Run,
    report: DifferenceReport,
    overwrite: Collection[int] = (),
    progress: Progress | None = None,
) -> Plan:
    """The plan that takes back what a complete report of changes_by() has.

    overwrite: positions of what others changed since and that is to be taken back all the same;
    the rest of that stays as it is. Raises Conflict when nothing would be left to take back, and
    what make_plan() raises.
    """
    others = changed_since(run, report, touched_by(run)).without(overwrite)
    selection = selection_of(report, others)
    _require_something(report, selection)
    return make_plan(actor=actor, report=report, selection=selection, progress=progress, undoes=run)


def selection_of(report: DifferenceReport, others: Others) -> Selection:
    """All of the report but what others changed; empty when that is all of it."""
    if not others:
        return Selection(everything=True, remove_created=True, policies_as=AS_THEY_WERE)
    apart = others.whole | set(others.attributes)
    rows = ReportChange.objects.filter(report=report)
    own = rows.exclude(position__in=apart).values_list("position", flat=True)
    parts = rows.filter(position__in=set(others.attributes))
    return Selection(
        changes=frozenset(own.iterator()),
        attributes={
            row.object_id: frozenset(row.attributes) - others.attributes[row.position]
            for row in parts
        },
        policies_as=AS_THEY_WERE,
    )


def _require_something(report: DifferenceReport, selection: Selection) -> None:
    if not report.changes.exists():
        raise Conflict(
            "There is nothing to take back: all that the recovery wrote is as it was before it.",
            code="nothing-to-undo",
            safe="Nothing was written.",
        )
    if selection.is_empty:
        raise Conflict(
            "Others have changed all that the recovery wrote since.",
            code="all-changed-since",
            safe="Nothing was written.",
            todo="Choose what is to be taken back all the same.",
        )
