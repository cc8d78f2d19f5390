"""The picture of what stays: a row for each month, a square for each day, newest month first."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from html import escape
from itertools import groupby
from typing import overload
from zoneinfo import ZoneInfo

from django.utils import dateformat, timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from apps.history.retention.standing import HOLD, PIN, Standing

# From what keeps shortest to what keeps longest; a day shows the longest.
ORDER = ("going", "newest", "all", "hourly", "daily", "weekly", "monthly", "yearly", PIN, HOLD)
LEGEND = (
    ("all", "kept because it is recent"),
    ("hourly", "hourly"),
    ("daily", "daily"),
    ("weekly", "weekly"),
    ("monthly", "monthly"),
    ("yearly", "yearly"),
    (PIN, "pinned"),
    (HOLD, "on legal hold"),
    ("going", "to be removed"),
)
MONTHS = 12


@dataclass(frozen=True, slots=True)
class Day:
    """One day that has snapshots, or none. tone: one of ORDER, "" for none.

    words: all of it in a sentence. seq: of the snapshot that stays longest. going: how many of the
    day's are to be removed.
    """

    number: int
    tone: str = ""
    words: str = ""
    seq: int = 0
    count: int = 0
    going: int = 0
    goes_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Month:
    """The days of one month in the tenant's time zone; count: its snapshots."""

    first: date
    days: tuple[Day, ...]
    count: int


class Months(Sequence[Month]):
    """Every month that has snapshots, newest first; each is put together when it is asked for,
    because a page shows a year of what may be ten. standings: oldest first."""

    def __init__(self, standings: Sequence[Standing], zone: ZoneInfo) -> None:
        self._by_day: dict[date, list[Standing]] = {
            day: list(group)
            for day, group in groupby(
                standings, key=lambda one: one.fate.snapshot.taken_at.astimezone(zone).date()
            )
        }
        self._firsts = sorted({day.replace(day=1) for day in self._by_day}, reverse=True)

    def __len__(self) -> int:
        return len(self._firsts)

    @overload
    def __getitem__(self, index: int) -> Month: ...
    @overload
    def __getitem__(self, index: slice) -> list[Month]: ...
    def __getitem__(self, index: int | slice) -> Month | list[Month]:
        if isinstance(index, slice):
            return [self._month(first) for first in self._firsts[index]]
        return self._month(self._firsts[index])

    def _month(self, first: date) -> Month:
        in_month = (day for day in self._by_day if day.replace(day=1) == first)
        return _month(first, {day: _day(day, self._by_day[day]) for day in in_month})


def months(standings: Sequence[Standing], zone: ZoneInfo) -> Months:
    """Every month that has snapshots, newest first. standings: oldest first."""
    return Months(standings, zone)


def _month(first: date, by_day: dict[date, Day]) -> Month:
    length = monthrange(first.year, first.month)[1]
    numbers = range(1, length + 1)
    days = tuple(by_day.get(first.replace(day=number), Day(number)) for number in numbers)
    return Month(first, days, sum(day.count for day in days))


def _day(day: date, standings: Sequence[Standing]) -> Day:
    longest = max(standings, key=lambda one: (ORDER.index(tone(one)), _end(one)))
    number, kept_as = len(standings), tone(longest)
    going = sum(1 for one in standings if not one.kept)
    return Day(
        number=day.day,
        tone=kept_as,
        words=_words(
            get_language(),
            day,
            kept_as,
            number,
            going,
            timezone.localdate(longest.goes_at) if longest.goes_at else None,
        ),
        seq=longest.seq,
        count=number,
        going=going,
        goes_at=longest.goes_at,
    )


@lru_cache(maxsize=20_000)
def _words(
    language: str | None, day: date, kept_as: str, number: int, going: int, goes_on: date | None
) -> str:
    """A year has a square a day: composed here, which takes a tenth of what a template takes, and
    once in a process. language: the one that is active, and all that the words depend on beside."""
    snapshots = ngettext("%(number)s snapshot", "%(number)s snapshots", number) % {"number": number}
    kept = _("to be removed") if kept_as == "going" else kept_as
    said = f"{_date(day)}: {snapshots}, {kept}"
    if goes_on:
        said += _(", until %(goes_at)s") % {"goes_at": _date(goes_on)}
    if going:
        said += _("; %(going)s to be removed") % {"going": going}
    return said


def squares(days: Iterable[Day], snapshots_url: str) -> SafeString:
    """A cell of a table for each day, leading to the snapshot that stays longest. In one go: a
    template takes a dozen steps for each of a year's."""
    return mark_safe("".join(_square(day, snapshots_url) for day in days))  # noqa: S308 - see there


def _square(day: Day, snapshots_url: str) -> str:
    """words alone may have something to escape."""
    if not day.tone:
        return '<td><span class="keep-none" aria-hidden="true"></span></td>'
    going = " has-going" if day.going and day.tone != "going" else ""
    return (
        f'<td><a href="{snapshots_url}{day.seq}/" class="keep-{day.tone}{going}" '
        f'title="{escape(day.words)}"><span class="is-sr-only">'
        f"{day.number}: {day.count}, {day.tone}</span></a></td>"
    )


def _date(day: date) -> str:
    return dateformat.format(day, _("j M Y"))


def tone(one: Standing) -> str:
    """What keeps a snapshot longest, as one of ORDER."""
    codes = [code for code, _ in one.reasons if code in ORDER]
    return _longest(codes) if codes else "going"


def _longest(codes: Iterable[str]) -> str:
    return max(codes, key=ORDER.index)


def _end(one: Standing) -> float:
    return one.ends_at.timestamp()
