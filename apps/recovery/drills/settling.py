"""What was not as before at the end: announced before the run, refused in it, or unexpected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.diffs import reasons as of_changes
from apps.diffs.choices import Recoverable, Subject
from apps.diffs.models import DifferenceReport, ReportChange
from apps.entra.catalogue import kind
from apps.history.identities import Identities, identities_of
from apps.recovery import reasons
from apps.recovery.choices import ResultState
from apps.recovery.drills.issues import Issues
from apps.recovery.models import Run, StepResult

_LOST = (Recoverable.NO, Recoverable.NOTHING_TO_DO)
Where = tuple[str, str, str, str]
Changes = Mapping[Where, ReportChange]


@dataclass
class Outcome:
    """In numbers. damaged, recovered: "objects", "links", "attributes". partly: objects that came
    back but for what was announced. lost: of what was damaged what cannot come back, wholly or in
    part, by the reason that was given beforehand."""

    damaged: dict[str, int] = field(default_factory=dict)
    recovered: dict[str, int] = field(default_factory=dict)
    partly: int = 0
    lost: list[dict[str, Any]] = field(default_factory=list)
    unexpected: int = 0

    def plain(self) -> dict[str, Any]:
        return {
            "damaged": self.damaged,
            "recovered": self.recovered,
            "partly_recovered": self.partly,
            "not_recoverable": self.lost,
            "unexpected": self.unexpected,
        }


def outcome_of(
    before: DifferenceReport, after: DifferenceReport, run: Run, issues: Issues
) -> Outcome:
    """Compare what was damaged (the report that the plan was made of) with what still differs.

    before, after: of the same base. In the scope of the rehearsal. An object that was made anew is
    the object that it was, so it is known here by its first id.
    """
    known = identities_of(before.tenant_id)
    damaged = {_where(row, known): row for row in _rows(before)}
    left = {_where(row, known): row for row in _rows(after)}
    return Outcome(
        damaged=_numbers(damaged.values()),
        recovered=_numbers(row for where, row in damaged.items() if where not in left),
        partly=sum(_came_partly(where, damaged) for where in left),
        lost=_losses(damaged.values()),
        unexpected=_note_unexpected(damaged, left, _note_results(run, known, issues), issues),
    )


def _losses(damaged: Iterable[ReportChange]) -> list[dict[str, Any]]:
    """What the report said beforehand, each reason once, the most frequent first."""
    lost = (row for row in damaged if row.recoverable in _LOST or row.lost_attributes)
    counted = Counter(_reason(row) for row in lost)
    return [{"reason": reason, "count": count} for reason, count in counted.most_common()]


def _note_unexpected(
    damaged: Changes, left: Changes, refused: Container[Where], issues: Issues
) -> int:
    """How much is left that nobody had announced. refused: where a step says itself why."""
    announced = _announced(damaged)
    unexpected = 0
    for where, row in left.items():
        if _is_announced(row, announced.get(where)):
            continue
        if row.recoverable == Recoverable.NOTHING_TO_DO:
            continue
        unexpected += 1
        if where not in refused:
            name = ", ".join(row.attributes) or row.get_change_display()
            issues.note("unexpected", row.link or row.kind, name, row.object_id)
    return unexpected


def _came_partly(where: Where, damaged: Changes) -> bool:
    row = damaged.get(where)
    return row is not None and not row.link and row.recoverable == Recoverable.PARTLY


def _rows(report: DifferenceReport) -> Iterator[ReportChange]:
    return ReportChange.objects.filter(report=report).order_by("position").iterator(2000)


def _where(row: ReportChange, known: Identities) -> Where:
    return (row.kind, known.original(row.object_id), row.link, known.original(row.target_id))


def _announced(damaged: Changes) -> dict[Where, frozenset[str]]:
    """What the report said beforehand cannot be brought back: the attributes; none for all."""
    lost = {
        where: frozenset(row.lost_attributes)
        for where, row in damaged.items()
        if row.recoverable in _LOST or row.lost_attributes
    }
    gone = {where[1] for where in lost if not where[2] and damaged[where].recoverable in _LOST}
    hanging = [where for where in damaged if where[2] and {where[1], where[3]} & gone]
    return lost | dict.fromkeys(hanging, frozenset())


def _is_announced(row: ReportChange, lost: frozenset[str] | None) -> bool:
    """Whether what is left of a change is no more than was announced."""
    return lost is not None and (not lost or lost.issuperset(row.attributes))


def _reason(row: ReportChange) -> str:
    words = of_changes.explain(row.reason) if row.reason else ""
    if row.lost_attributes:
        names = ", ".join(row.lost_attributes)
        return f"{_thing(row)}: {names}. {words}".strip()
    return f"{_thing(row)}: {words}".strip()


def _thing(row: ReportChange) -> str:
    """ "Group", and "Group members" for a link."""
    title = kind(row.kind).title
    return f"{title} {row.link.rpartition('.')[2]}" if row.link else title


def _numbers(rows: Iterable[ReportChange]) -> dict[str, int]:
    numbers = {"objects": 0, "links": 0, "attributes": 0}
    for row in rows:
        if row.subject == Subject.LINK:
            numbers["links"] += 1
        else:
            numbers["objects"] += 1
            numbers["attributes"] += len(row.attributes)
    return numbers


def _note_results(run: Run, known: Identities, issues: Issues) -> set[Where]:
    """Steps that failed or could not be confirmed are issues; where they were."""
    bad = StepResult.objects.filter(run=run, state__in=ResultState.bad()).select_related("step")
    places: set[Where] = set()
    for row in bad.iterator(2000):
        step = row.step
        confirmed = row.state != ResultState.UNVERIFIED
        code = "step-failed" if confirmed else "step-not-confirmed"
        name = reasons.explain(row.reason) if confirmed else ""
        issues.note(code, step.link or step.kind, name, step.object_id)
        places.add(
            (step.kind, known.original(step.object_id), step.link, known.original(row.target_id))
        )
    for one in run.came_back.get("named", []):
        issues.note("came-back", one["kind"], "", one["object_id"])
    return places
