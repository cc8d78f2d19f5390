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


def fates(snapshots: Iterable[Taken], rules: KeepRules, zone: tzinfo) -> list[Fate]:
    """The fate of every snapshot, oldest first. zone: in which periods begin and end."""
    found = sorted(snapshots, key=lambda one: (one.taken_at, one.seq))
    local = [one.taken_at.astimezone(zone) for one in found]
    kept: list[list[Keeping]] = [
        [Keeping("all", one.taken_at.astimezone(UTC) + timedelta(days=rules.all_days))]
        for one in found
    ]
    for rule in PERIODS:
        count = getattr(rules, rule)
        for index in _chosen(rule, found, local) if count else ():
            kept[index].append(Keeping(rule, over_at(rule, local[index], count)))
    newest = _newest(found)
    return [
        Fate(one, tuple(sorted(by, key=_longest_first)), one.seq in newest)
        for one, by in zip(found, kept, strict=True)
    ]


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
