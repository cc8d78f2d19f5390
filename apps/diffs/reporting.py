"""Filling a difference report: what its job does, and nothing else does."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django.db import connection, transaction

from apps.core import clock
from apps.core.collecting import fewer_collections
from apps.diffs.batches import batched
from apps.diffs.changes import Change
from apps.diffs.choices import ReportState, Risk
from apps.diffs.comparison import compare
from apps.diffs.models import DifferenceReport, ReportChange
from apps.history.selectors import require_kept
from apps.history.selectors.bodies import reading_often
from apps.notify.choices import EventKind
from apps.notify.events import Value, raise_event

ROWS = 2000
Counts = dict[str, dict[str, int]]
Progress = Callable[[int], None]


def fill(
    report: DifferenceReport,
    *,
    changes: Iterable[Change] | None = None,
    progress: Progress | None = None,
) -> Counts:
    """Compare and write the rows of `report`, whose target must be known; returns its counts.

    changes: what to write, of whoever compares for himself; all of the report's scope otherwise.
    Starts afresh when an earlier attempt left rows behind. `progress` is told the number of
    changes so far after each batch, and may raise to stop. Memory is bounded by the batch. Raises
    NotFound when a snapshot was pruned before it was done.
    """
    target = report.target
    if target is None:
        raise ValueError("the target of the report has not been captured yet")
    _start(report)
    tally = _Tally()
    if changes is None:
        changes = compare(report.tenant, report.base, target, scope=report.compared)
    written = 0
    with fewer_collections(), reading_often():
        for batch in batched(tally.counted(changes), ROWS):
            _write(report, batch, after=written)
            written += len(batch)
            if progress:
                progress(written)
    require_kept(report.base, target)
    _complete(report, tally.counts())
    return tally.counts()


def close(report: DifferenceReport, state: ReportState, words: str = "") -> None:
    """End a report that was not made, with the reason; a finished one is left as it is."""
    DifferenceReport.objects.filter(pk=report.pk, state__in=ReportState.unfinished()).update(
        state=state, finished_at=clock.now(), failure=words
    )


@transaction.atomic
def _start(report: DifferenceReport) -> None:
    ReportChange.objects.filter(report=report).delete()
    DifferenceReport.objects.filter(pk=report.pk, state__in=ReportState.unfinished()).update(
        state=ReportState.COMPARING, target_id=report.target_id
    )


def _complete(report: DifferenceReport, counts: Counts) -> None:
    changed = DifferenceReport.objects.filter(pk=report.pk, state=ReportState.COMPARING).update(
        state=ReportState.COMPLETE, finished_at=clock.now(), counts=counts
    )
    if changed:
        report.state, report.counts = ReportState.COMPLETE, counts
        _tell(report, counts.get("risk", {}))


def _tell(report: DifferenceReport, risks: Mapping[str, int]) -> None:
    """Have those told who want to know of changes of this risk."""
    found = {risk: risks.get(risk, 0) for risk in Risk.values}
    if not any(found.values()):
        return
    highest = max((risk for risk, count in found.items() if count), key=Risk.values.index)
    data: dict[str, Value] = {"changes": sum(found.values()), "risk": highest, **found}
    raise_event(EventKind.CHANGES, report.tenant, data, {"report": report.pk})


# A row of `ReportChange` without its id.
_COLUMNS = (
    "tenant_id",
    "report_id",
    "position",
    "subject",
    "change",
    "kind",
    "object_id",
    "link",
    "target_id",
    "returns_with",
    "attributes",
    "lost_attributes",
    "recoverable",
    "reason",
    "native",
    "risk",
    "changed_by",
    "actor_id",
    "event_id",
    "changed_at",
)
_NAMES = ", ".join(_COLUMNS)
_STAGING = "report_changes_coming"
_MAKE_STAGING = f"""
create temporary table if not exists {_STAGING} as
select {_NAMES} from diffs_reportchange with no data
"""  # noqa: S608 - names of ours
_COPY = f"copy {_STAGING} ({_NAMES}) from stdin"
_MOVE = f"""
insert into diffs_reportchange ({_NAMES}) select {_NAMES} from {_STAGING} order by position
"""  # noqa: S608 - names of ours


@transaction.atomic
def _write(report: DifferenceReport, changes: Iterable[Change], *, after: int) -> None:
    """COPY, because an INSERT of values costs as much as comparing does.

    By way of a temporary table: PostgreSQL takes no COPY into one with row-level security.
    """
    with connection.cursor() as cursor:
        cursor.execute(_MAKE_STAGING)
        with cursor.copy(_COPY) as copy:
            for position, change in enumerate(changes, after + 1):
                copy.write_row(_row(report, position, change))
        cursor.execute(_MOVE)
        cursor.execute(f"truncate {_STAGING}")


def _row(report: DifferenceReport, position: int, change: Change) -> tuple[Any, ...]:
    verdict, by = change.verdict, change.attribution
    return (
        report.tenant_id,
        report.pk,
        position,
        str(change.subject),
        str(change.change),
        change.kind,
        change.object_id,
        change.link,
        change.target_id,
        change.returns_with,
        list(change.attributes),
        list(verdict.lost),
        str(verdict.recoverable),
        verdict.reason,
        str(verdict.native),
        str(change.risk),
        str(by.changed_by),
        by.actor_id,
        by.event_id,
        by.at,
    )


class _Tally:
    """Counts changes as they stream by."""

    def __init__(self) -> None:
        self._counters: dict[str, Counter[str]] = defaultdict(Counter)

    def counted(self, changes: Iterable[Change]) -> Iterator[Change]:
        for change in changes:
            self._counters[f"{change.subject}s"][change.change] += 1
            self._counters["kinds"][change.kind] += 1
            self._counters["recoverable"][change.verdict.recoverable] += 1
            self._counters["native"][change.verdict.native] += 1
            self._counters["risk"][change.risk] += 1
            yield change

    def counts(self) -> Counts:
        return {name: dict(counter) for name, counter in self._counters.items()}
