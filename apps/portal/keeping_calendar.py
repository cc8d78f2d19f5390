"""The picture of what stays: a row for each month, a square for each day, newest month first."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from django.utils import dateformat, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

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


def months(standings: Sequence[Standing], zone: ZoneInfo) -> list[Month]:
    """Every month that has snapshots, newest first. standings: oldest first."""

    def day_of(one: Standing) -> date:
        return one.fate.snapshot.taken_at.astimezone(zone).date()

    by_day = {day: _day(day, list(group)) for day, group in groupby(standings, key=day_of)}
    firsts = sorted({day.replace(day=1) for day in by_day}, reverse=True)
    return [_month(first, by_day) for first in firsts]


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
        words=_words(day, kept_as, number, going, longest.goes_at),
        seq=longest.seq,
        count=number,
        going=going,
        goes_at=longest.goes_at,
    )


def _words(day: date, kept_as: str, number: int, going: int, goes_at: datetime | None) -> str:
    """A year has a square a day: composed here, which takes a tenth of what a template takes."""
    snapshots = ngettext("%(number)s snapshot", "%(number)s snapshots", number) % {"number": number}
    kept = _("to be removed") if kept_as == "going" else kept_as
    said = f"{_date(day)}: {snapshots}, {kept}"
    if goes_at:
        said += _(", until %(goes_at)s") % {"goes_at": _date(timezone.localdate(goes_at))}
    if going:
        said += _("; %(going)s to be removed") % {"going": going}
    return said


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
