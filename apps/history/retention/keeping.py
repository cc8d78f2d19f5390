"""Which snapshots stay, by which rules, until when. Pure: times in, reasons out.

Rules keep by the period of the calendar, never by "the last n snapshots": of each period one
snapshot is kept, the first complete one, or the first where none is complete. A later snapshot
never takes an earlier complete one's place, so that whoever floods a tenant with snapshots only
adds to what is kept. A partial snapshot holds a period's place only until a complete one of the
same period comes; under "all for n days" it counts as any other.

Time is counted from the newest snapshot, not from the clock: a tenant that is not captured any
more loses nothing while it waits.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cached_property
from typing import overload

from apps.history.retention.periods import PERIODS, over_at, period_of
from apps.history.retention.rules import KeepRules


@dataclass(frozen=True, slots=True)
class Taken:
    """A snapshot as far as keeping goes. taken_at: in any time zone, but in one."""

    seq: int
    taken_at: datetime
    complete: bool


@dataclass(frozen=True, slots=True)
class Keeping:
    """One rule that a snapshot is kept by, and the time from which on it is not."""

    rule: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Fate:
    """What the rules say of one snapshot. by: the longest first, never empty.

    newest: it is the newest, or the newest complete one, which stay whatever the rules say.
    """

    snapshot: Taken
    by: tuple[Keeping, ...]
    newest: bool

    @property
    def goes_at(self) -> datetime:
        """When no rule keeps it any more, if captures go on."""
        return self.by[0].until

    def kept_at(self, time: datetime) -> bool:
        return self.newest or time < self.goes_at

    def rules_at(self, time: datetime) -> tuple[Keeping, ...]:
        """The rules that keep it at a time."""
        return tuple(one for one in self.by if time < one.until)


class Fates(Sequence[Fate]):
    """The fate of every snapshot, oldest first; each is worked out when it is asked for, because a
    page shows fifty of what may be thousands.

    zone: in which periods begin and end.
    """

    def __init__(self, snapshots: Iterable[Taken], rules: KeepRules, zone: tzinfo) -> None:
        self.taken = sorted(snapshots, key=lambda one: (one.taken_at, one.seq))
        self._rules, self._zone = rules, zone
        self._counts = {rule: count for rule in PERIODS if (count := getattr(rules, rule))}
        self._known: dict[int, Fate] = {}

    def __len__(self) -> int:
        return len(self.taken)

    @overload
    def __getitem__(self, index: int) -> Fate: ...
    @overload
    def __getitem__(self, index: slice) -> list[Fate]: ...
    def __getitem__(self, index: int | slice) -> Fate | list[Fate]:
        if isinstance(index, slice):
            return [self[one] for one in range(*index.indices(len(self)))]
        place = range(len(self))[index]
        if place not in self._known:
            self._known[place] = self._fate(place)
        return self._known[place]

    def of(self, seq: int) -> Fate | None:
        """The fate of one snapshot; None for one that is not among them."""
        place = self._places.get(seq)
        return None if place is None else self[place]

    def _fate(self, place: int) -> Fate:
        one, local = self.taken[place], self._local[place]
        by = [Keeping("all", one.taken_at.astimezone(UTC) + timedelta(days=self._rules.all_days))]
        by += [
            Keeping(rule, over_at(rule, local, count))
            for rule, count in self._counts.items()
            if place in self._chosen[rule]
        ]
        if len(by) > 1:
            by.sort(key=_longest_first)
        return Fate(one, tuple(by), one.seq in self._newest)

    @cached_property
    def _places(self) -> dict[int, int]:
        return {one.seq: place for place, one in enumerate(self.taken)}

    @cached_property
    def _local(self) -> list[datetime]:
        return [one.taken_at.astimezone(self._zone) for one in self.taken]

    @cached_property
    def _chosen(self) -> dict[str, frozenset[int]]:
        """By rule, the places of the one snapshot that is kept of each period."""
        return {rule: frozenset(_chosen(rule, self.taken, self._local)) for rule in self._counts}

    @cached_property
    def _newest(self) -> frozenset[int]:
        return _newest(self.taken)


def fates(snapshots: Iterable[Taken], rules: KeepRules, zone: tzinfo) -> Fates:
    """The fate of every snapshot, oldest first. zone: in which periods begin and end."""
    return Fates(snapshots, rules, zone)


def present(snapshots: Iterable[Taken], now: datetime) -> datetime:
    """The time from which rules count back: that of the newest snapshot, never later than now."""
    return min([now, max((one.taken_at for one in snapshots), default=now)])


def _chosen(rule: str, found: Sequence[Taken], local: Sequence[datetime]) -> Iterable[int]:
    """The index of the one snapshot that is kept of each period."""
    first: dict[tuple[int, ...], int] = {}
    for index, (one, time) in enumerate(zip(found, local, strict=True)):
        period = period_of(rule, time)
        standing = first.get(period)
        if standing is None or (one.complete and not found[standing].complete):
            first[period] = index
    return first.values()


def _newest(found: Sequence[Taken]) -> frozenset[int]:
    """The newest snapshot, and the newest complete one, by their seq."""
    complete = [one.seq for one in found if one.complete]
    return frozenset([one.seq for one in found[-1:]] + complete[-1:])


def _longest_first(one: Keeping) -> tuple[float, str]:
    return (-one.until.timestamp(), one.rule)
