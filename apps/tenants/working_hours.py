"""Hours of the week in which people are at work, in one time zone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from apps.core.errors import Invalid
from apps.tenants.schedules import WEEK, WEEKDAYS

DAYS_AHEAD: Final = 9


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """On these weekdays (0 is Monday) from one full hour to a later one, both of time_zone.

    Raises Invalid.
    """

    time_zone: str = "UTC"
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    begin: int = 8
    end: int = 18

    def __post_init__(self) -> None:
        days = self.weekdays and set(self.weekdays) <= set(WEEK)
        hours = 0 <= self.begin < self.end <= 24
        if not days or not hours or not _is_zone(self.time_zone):
            raise Invalid(
                "Working hours need weekdays, a full hour at which they begin and a later one at "
                'which they end, and a time zone like "Europe/Zurich".',
                code="working-hours",
                safe="Nothing was changed.",
            )

    def holds(self, at: datetime) -> bool:
        """Whether people are at work then."""
        return self.next_open(at) == at

    def next_open(self, at: datetime) -> datetime:
        """The first moment from `at` on at which people are at work, in UTC."""
        return next(max(begin, at) for begin, end in self._windows(at) if at < end)

    def next_close(self, at: datetime) -> datetime:
        """When the working day ends that `at` is in or comes before, in UTC."""
        return next(end for _, end in self._windows(at) if at < end)

    def within(self, other: "WorkingHours") -> bool:
        """Whether all of these hours are hours of the other; not where the zones differ."""
        return (
            self.time_zone == other.time_zone
            and set(self.weekdays) <= set(other.weekdays)
            and other.begin <= self.begin
            and self.end <= other.end
        )

    def plain(self) -> dict[str, Any]:
        """As a row keeps it."""
        return {
            "time_zone": self.time_zone,
            "weekdays": list(self.weekdays),
            "begin": self.begin,
            "end": self.end,
        }

    @property
    def words(self) -> str:
        """For people: "Monday to Friday, 08:00 to 18:00 (Europe/Zurich)"."""
        days = sorted(self.weekdays)
        if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):
            said = f"{WEEKDAYS[days[0]]} to {WEEKDAYS[days[-1]]}"
        else:
            said = ", ".join(WEEKDAYS[day] for day in days)
        return f"{said}, {self.begin:02}:00 to {self.end:02}:00 ({self.time_zone})"

    def moment_words(self, at: datetime) -> str:
        """A moment as people of that zone say it: "Monday 3 August, 08:00 (Europe/Zurich)"."""
        local = at.astimezone(ZoneInfo(self.time_zone))
        return f"{local:%A} {local.day} {local:%B, %H:%M} ({self.time_zone})"

    def _windows(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The working days around a moment, the one it may be in first; in UTC."""
        zone = ZoneInfo(self.time_zone)
        today = at.astimezone(zone).date()
        for ahead in range(DAYS_AHEAD):
            day = today + timedelta(days=ahead)
            if day.weekday() in self.weekdays:
                yield _moment(day, self.begin, zone), _moment(day, self.end, zone)


def working_hours_of(values: Mapping[str, Any]) -> WorkingHours:
    """Working hours from their plain values. Raises Invalid."""
    return WorkingHours(
        time_zone=values["time_zone"],
        weekdays=tuple(sorted(set(values["weekdays"]))),
        begin=values["begin"],
        end=values["end"],
    )


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _moment(day: date, hour: int, zone: ZoneInfo) -> datetime:
    on = day + timedelta(days=1) if hour == 24 else day
    return datetime.combine(on, time(hour % 24), zone).astimezone(UTC)
