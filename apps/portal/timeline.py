"""A tenant's timeline: how much changed when, what else happened, and the points to compare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_noop

from apps.core import clock
from apps.core.languages.choosing import shown
from apps.diffs.volume_bars import Bar, volume_bars
from apps.history.models import Snapshot
from apps.portal.dashboard.charts import Block, scaled, stacked
from apps.portal.dashboard.facts import LATELY
from apps.portal.timeline_marks import SORTS, Mark, marks_by_bar, marks_since
from apps.tenants.models import Tenant

HEIGHT: Final = 120.0
# The height of a line of marks.
LINE: Final = 16.0
# Of the width that one bar has, so much is drawn.
_DRAWN: Final = 0.8
_TICKS: Final = 5
# What the timeline goes back to, in days; 0 for all.
RANGES: Final = (
    ("2", "2 days"),
    ("14", "14 days"),
    ("30", "30 days"),
    ("90", "3 months"),
    ("365", "1 year"),
    ("all", "all"),
)
USUAL: Final = "30"
_FORMATS: Final = {
    "snapshot": "D j M Y H:i",
    "day": "D j M Y",
    "week": gettext_noop("\\w\\e\\e\\k \\o\\f j M Y"),
    "month": "F Y",
}
_UNITS: Final = {
    "snapshot": gettext_noop("snapshot"),
    "day": gettext_noop("day"),
    "week": gettext_noop("week"),
    "month": gettext_noop("month"),
}
_TICK_FORMATS: Final = {"snapshot": "j M H:i", "day": "j M", "week": "j M Y", "month": "M Y"}


@dataclass(frozen=True, slots=True)
class Place:
    """One bar as it is drawn. x, width: in per cent of the chart; blocks: in its units downwards.

    marks: what happened in its time, up to the next bar's.
    """

    bar: Bar
    words: str
    x: float
    width: float
    blocks: tuple[Block, ...]
    marks: tuple[Mark, ...] = ()

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 3)

    @property
    def sorts(self) -> list[str]:
        """The sorts of its marks, each once; a partial snapshot is one."""
        partial = ["partial"] if self.bar.partial else []
        return partial + list(dict.fromkeys(mark.sort for mark in self.marks))


class Tick(NamedTuple):
    """A time written under the chart. anchor: how the text stands to its place."""

    x: float
    words: str
    anchor: str


class Line(NamedTuple):
    """A line of marks above the bars. y: of its top."""

    sort: str
    words: str
    y: float


@dataclass(frozen=True)
class Timeline:
    """unit: what a bar is. chosen: one of RANGES. base, target: what is compared at first."""

    unit: str
    chosen: str
    places: tuple[Place, ...]
    ticks: tuple[Tick, ...] = ()
    ranges: tuple[tuple[str, str], ...] = RANGES
    height: float = field(default=HEIGHT)

    @property
    def unit_words(self) -> str:
        return shown(_UNITS[self.unit])

    @property
    def points(self) -> list[Place]:
        """The bars with a snapshot that can be compared."""
        return [place for place in self.places if place.bar.seq is not None]

    @property
    def base(self) -> int | None:
        """The last point but one, so that what is shown first is what changed last."""
        points = self.points
        return points[-2 if len(points) > 1 else -1].bar.seq if points else None

    @property
    def target(self) -> int | None:
        points = self.points
        return points[-1].bar.seq if len(points) > 1 else None

    @property
    def day_ago(self) -> int | None:
        """The newest point that is a day old, the first where none is that old."""
        yesterday = clock.now() - LATELY
        old = [one for one in self.points if one.bar.taken_at and one.bar.taken_at <= yesterday]
        found = old[-1:] or self.points[:1]
        return found[0].bar.seq if found else None

    @property
    def lines(self) -> list[Line]:
        """What is drawn above the bars, a line for each sort that there is."""
        found = {sort for place in self.places for sort in place.sorts}
        present = [sort for sort in SORTS if sort in found]
        return [Line(sort, shown(SORTS[sort]), LINE * row) for row, sort in enumerate(present)]

    @property
    def top(self) -> float:
        """The height of those lines."""
        return LINE * len(self.lines)

    @property
    def has_unrated(self) -> bool:
        return any(place.bar.unrated for place in self.places)


def timeline(tenant: Tenant, latest: Snapshot, chosen: str) -> Timeline:
    """The tenant's timeline back from its newest snapshot. chosen: of RANGES, else the usual.

    Two queries. Needs the tenant's scope and the reader's time zone.
    """
    known = {name for name, _ in RANGES}
    chosen = chosen if chosen in known else USUAL
    since = _since(latest.taken_at, chosen)
    found = volume_bars(tenant, since=since, zone=timezone.get_current_timezone())
    marks = marks_by_bar(marks_since(tenant, since), found.bars)
    places = _places(found.bars, found.unit, marks)
    return Timeline(found.unit, chosen, places, tuple(_ticks(places, found.unit)))


def _since(newest: datetime, chosen: str) -> datetime:
    if chosen == "all":
        return datetime.fromtimestamp(0, tz=UTC)
    return min(newest, clock.now()) - timedelta(days=int(chosen))


def _places(bars: Sequence[Bar], unit: str, marks: dict[int, list[Mark]]) -> tuple[Place, ...]:
    most = max((bar.changes for bar in bars), default=0)
    step = 100 / max(len(bars), 12)
    return tuple(
        Place(
            bar,
            date_format(timezone.localtime(bar.start), shown(_FORMATS[unit])),
            round(number * step, 3),
            round(step * _DRAWN, 3),
            tuple(_blocks(bar, most, number * step)),
            tuple(marks.get(number, ())),
        )
        for number, bar in enumerate(bars)
    )


def _blocks(bar: Bar, most: int, x: float) -> list[Block]:
    """High risk at the bottom; what is not rated yet has a colour and a pattern of its own."""
    whole = scaled(bar.changes, most, HEIGHT)
    rated = whole * bar.risks.total / bar.changes if bar.changes else 0.0
    blocks = stacked(bar.risks, x, rated, HEIGHT)
    if bar.unrated:
        rest = Block("unrated", round(x, 3), round(HEIGHT - whole, 2), round(whole - rated, 2))
        blocks.append(rest)
    return blocks


def _ticks(places: Sequence[Place], unit: str) -> list[Tick]:
    if not places:
        return []
    step = max(1, -(-len(places) // _TICKS))
    told = places[::step]
    return [
        Tick(
            place.x if place is places[0] else place.middle,
            date_format(timezone.localtime(place.bar.start), shown(_TICK_FORMATS[unit])),
            "start" if place is places[0] else "middle",
        )
        for place in told
    ]
