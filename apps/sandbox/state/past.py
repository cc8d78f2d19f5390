"""How a directory was at the daily points of the last week, for Microsoft's own recovery.

One point a day, at a time that nobody chooses, kept for seven days
(https://learn.microsoft.com/entra/backup/overview). What is kept is what was there before each
thing's first change since a point, so a point costs what changes after it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from .records import Record

if TYPE_CHECKING:
    from .directory import Directory

DAY = timedelta(days=1)
KEPT = timedelta(days=7)
TAKEN = timedelta(hours=2, minutes=30)
LinkKey = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Day:
    """What objects (None: not live) and links (there or not) were at a point, where they changed
    before the next one."""

    at: datetime
    objects: dict[str, Record | None] = field(default_factory=dict)
    links: dict[LinkKey, bool] = field(default_factory=dict)


@dataclass(slots=True)
class Past:
    """The points of one directory, oldest first. ``jobs``: of the recovery service, oldest first;
    ``loaded``: points whose data one of them has loaded."""

    days: list[Day] = field(default_factory=list)
    jobs: list[Any] = field(default_factory=list)
    loaded: set[datetime] = field(default_factory=set)

    def note_object(self, now: datetime, object_id: str, before: Record | None) -> None:
        """An object is about to become different."""
        self._today(now).objects.setdefault(object_id, before)

    def note_link(self, now: datetime, key: LinkKey, *, added: bool) -> None:
        """A link (relation, source, target) has come or gone."""
        self._today(now).links.setdefault(key, not added)

    def points(self, now: datetime) -> list[Day]:
        """Those that can be recovered to, newest first."""
        self._today(now)
        return [day for day in reversed(self.days) if now - KEPT < day.at <= now]

    def since(self, point: Day) -> Sequence[Day]:
        """The point and those after it."""
        return self.days[self.days.index(point) :]

    def object_then(self, directory: Directory, point: Day, object_id: str) -> Record | None:
        """The live object as it was at a point."""
        for day in self.since(point):
            if object_id in day.objects:
                return day.objects[object_id]
        return directory.get(object_id)

    def touched(self, point: Day) -> Iterator[str]:
        """Ids of the objects that may be different from what they were at a point, once each."""
        yield from dict.fromkeys(one for day in self.since(point) for one in day.objects)

    def links_then(self, point: Day) -> dict[LinkKey, bool]:
        """The links that may be different, and whether they were there."""
        found: dict[LinkKey, bool] = {}
        for day in reversed(self.since(point)):
            found |= day.links
        return found

    def _today(self, now: datetime) -> Day:
        if not self.days:
            midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
            first = midnight + TAKEN
            self.days.append(Day(first if first <= now else first - DAY))
        while self.days[-1].at + DAY <= now:
            self.days.append(Day(self.days[-1].at + DAY))
        while len(self.days) > 1 and self.days[1].at <= now - KEPT:
            del self.days[0]
        return self.days[-1]
