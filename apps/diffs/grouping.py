"""A report's changes counted along each thing by which people narrow them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count

from apps.diffs.models import DifferenceReport
from apps.diffs.selectors import NOBODY, Filters, changes

# Past this many changes what is counted is what the report counted when it was made.
COUNTED_UP_TO = 50_000
_COLUMNS = {
    "kinds": "kind",
    "changes": "change",
    "recoverable": "recoverable",
    "risk": "risk",
    "actors": "actor_id",
}


@dataclass(frozen=True, slots=True)
class Counted:
    """How many changes there are of each value, by the field of Filters. total: None where nobody
    counted. groups: (kind, link, what happened, how many), most first; empty where nobody counted.
    """

    by_field: Mapping[str, Mapping[str, int]]
    groups: tuple[tuple[str, str, str, int], ...] = ()
    total: int | None = None


def counted(report: DifferenceReport, filters: Filters) -> Counted:
    """The changes that meet the filters, counted. One query, of reports up to a size."""
    if changes_in(report) > COUNTED_UP_TO:
        return _as_made(report, filters)
    rows = changes(report, filters).order_by().values_list("link", *_COLUMNS.values())
    found: dict[str, Counter[str]] = {name: Counter() for name in _COLUMNS}
    groups: Counter[tuple[str, str, str]] = Counter()
    for link, *values, number in rows.annotate(number=Count("pk")):
        kind, change, *_ = values
        groups[kind, link, change] += number
        for name, value in zip(_COLUMNS, values, strict=True):
            found[name][value or NOBODY] += number
    sorts = tuple((*key, number) for key, number in groups.most_common())
    return Counted(found, sorts, sum(groups.values()))


def changes_in(report: DifferenceReport) -> int:
    """How many changes a complete report has. No query."""
    return sum(report.counts.get("risk", {}).values())


def _as_made(report: DifferenceReport, filters: Filters) -> Counted:
    counts = report.counts
    found = {name: counts.get(name, {}) for name in ("kinds", "recoverable", "risk")}
    found["changes"] = counts.get("objects", {}) | counts.get("links", {})
    return Counted(found, total=None if filters else changes_in(report))
