"""The last snapshots as bars: how much moved, day by day."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.utils import timezone

from apps.history.models import Snapshot

STEPS = 10


@dataclass(frozen=True, slots=True)
class Bar:
    """One snapshot. height: 0 to 10, by the logarithm of its changes, so that one shows."""

    snapshot: Snapshot
    changes: int
    height: int


@dataclass(frozen=True, slots=True)
class Day:
    """The snapshots of one day in the reader's zone, oldest first."""

    day: date
    bars: tuple[Bar, ...]

    @property
    def changes(self) -> int:
        """Changes of the day; the first reading of a tenant found things, it changed nothing."""
        return sum(bar.changes for bar in self.bars if not is_first(bar.snapshot))

    @property
    def is_first_alone(self) -> bool:
        return len(self.bars) == 1 and is_first(self.bars[0].snapshot)


def is_first_alone(self) -> bool:
    return len(self.bars) == 1 and is_first(self.bars[0].snapshot)


@dataclass(frozen=True, slots=True)
class Spark:
    """One bar of a dashboard's small chart, in the chart's own units (100 wide, 20 high)."""

    x: float
    y: float
    width: float
    height: float
    partial: bool


def is_first(snapshot: Snapshot) -> bool:
    """Whether it is the tenant's first, in which everything is new."""
    return snapshot.seq == 1


def days(newest_first: Iterable[Snapshot]) -> list[Day]:
    """The snapshots by day, oldest day first."""
    bars = _bars(sorted(newest_first, key=lambda snapshot: snapshot.seq))
    by_day = groupby(bars, key=lambda bar: timezone.localdate(bar.snapshot.taken_at))
    return [Day(day, tuple(group)) for day, group in by_day]


def _bars(snapshots: Sequence[Snapshot]) -> list[Bar]:
    changes = [sum(snapshot.counts.values()) for snapshot in snapshots]
    counted = zip(snapshots, changes, strict=True)
    most = max((number for snapshot, number in counted if not is_first(snapshot)), default=1)
    return [
        Bar(snapshot, number, _height(number, most))
        for snapshot, number in zip(snapshots, changes, strict=True)
    ]


def _height(changes: int, most: int) -> int:
    if not changes:
        return 0
    return min(STEPS, max(1, round(STEPS * math.log1p(changes) / math.log1p(max(most, 1)))))
