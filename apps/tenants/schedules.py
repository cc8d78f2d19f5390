"""When a tenant is captured, as people agree it: hours and weekdays in the tenant's time zone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from apps.core.errors import Invalid
from apps.core.time_zones import known_zones

WEEK: Final = tuple(range(7))
WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SHORTEST_DELTA: Final = timedelta(minutes=5)
LONGEST_DELTA: Final = timedelta(hours=24)
SHORTEST_OBJECTIVE: Final = timedelta(minutes=15)
LONGEST_OBJECTIVE: Final = timedelta(days=31)
# Captures must have somewhere to go: so many hours of a week stay free of blackouts.
LEAST_FREE_HOURS: Final = 7
_SAFE = "The schedule was not changed."


@dataclass(frozen=True, slots=True)
class Blackout:
    """Hours in which no capture begins by itself: on these weekdays (0 is Monday) from one full
    hour until another, which is on the next day where it is not later."""

    weekdays: tuple[int, ...]
    begin: int
    end: int

    def __post_init__(self) -> None:
        hours = 0 <= self.begin <= 23 and 1 <= self.end <= 24 and self.begin != self.end
        if not self.weekdays or not set(self.weekdays) <= set(WEEK) or not hours:
            raise Invalid(
                "A blackout needs weekdays, a full hour from 0 to 23 at which it begins, and "
                "another one from 1 to 24 at which it ends.",
                code="blackout",
                safe=_SAFE,
            )

    @property
    def length(self) -> int:
        """Hours."""
        return self.end - self.begin if self.end > self.begin else 24 - self.begin + self.end

    def plain(self) -> dict[str, Any]:
        """As a row keeps it."""
        return {"weekdays": list(self.weekdays), "begin": self.begin, "end": self.end}

    @property
    def words(self) -> str:
        days = (
            "every day"
            if len(self.weekdays) == 7
            else ", ".join(WEEKDAYS[day] for day in sorted(self.weekdays))
        )
        return f"{days}, {self.begin:02}:00 to {self.end:02}:00"


@dataclass(frozen=True, slots=True)
class CaptureSchedule:
    """enabled: captured by itself at all. full_hour, full_weekdays: when full captures begin; on no
    day for none. delta_every: between the others, None for none. objective: how old the newest
    recovery point may be. time_zone: of hours and days. Raises Invalid.
    """

    enabled: bool = True
    time_zone: str = "UTC"
    full_hour: int = 2
    full_weekdays: tuple[int, ...] = WEEK
    delta_every: timedelta | None = timedelta(minutes=15)
    objective: timedelta = timedelta(hours=24)
    blackouts: tuple[Blackout, ...] = field(default=())

    def __post_init__(self) -> None:
        if self.time_zone not in known_zones():
            raise _invalid('There is no such time zone. Choose one like "Europe/Zurich".')
        if not 0 <= self.full_hour <= 23 or not set(self.full_weekdays) <= set(WEEK):
            raise _invalid("Full captures begin at a full hour from 0 to 23, on days of the week.")
        if self.delta_every is not None and not (
            SHORTEST_DELTA <= self.delta_every <= LONGEST_DELTA
        ):
            raise _invalid("Between other captures there are from 5 minutes to 24 hours.")
        if self.delta_every is None and not self.full_weekdays:
            raise _invalid("Choose days for full captures, or captures in between, or pause them.")
        if not SHORTEST_OBJECTIVE <= self.objective <= LONGEST_OBJECTIVE:
            raise _invalid("A recovery point may be from 15 minutes to 31 days old.")
        if self.hours_free < LEAST_FREE_HOURS:
            raise _invalid(f"Leave at least {LEAST_FREE_HOURS} hours of a week for captures.")

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def words(self) -> str:
        """When captures come, in short."""
        if not self.enabled:
            return "paused"
        said = []
        if self.delta_every is not None:
            minutes = int(self.delta_every.total_seconds() // 60)
            said.append(f"every {minutes} minutes" if minutes < 120 else f"every {minutes // 60} h")
        if self.full_weekdays:
            days = "every day" if len(self.full_weekdays) == 7 else self.days_in_short
            said.append(f"in full {days} after {self.full_hour:02}:00 ({self.time_zone})")
        return ", ".join(said)

    @property
    def days_in_short(self) -> str:
        """The weekdays of full captures, three letters each."""
        return " ".join(WEEKDAYS[day][:3] for day in sorted(self.full_weekdays))

    @property
    def hours_free(self) -> int:
        """How many hours of a week are in no blackout."""
        return self.week_of_blackouts().count(False)

    def week_of_blackouts(self) -> list[bool]:
        """Whether each hour of a week is in a blackout, from Monday 0:00 on."""
        hours = [False] * 168
        for blackout in self.blackouts:
            for day in blackout.weekdays:
                for hour in range(blackout.length):
                    hours[(day * 24 + blackout.begin + hour) % 168] = True
        return hours

    def plain(self) -> dict[str, Any]:
        """Plain values, for the audit trail and for JSON."""
        return {
            "enabled": self.enabled,
            "time_zone": self.time_zone,
            "full_hour": self.full_hour,
            "full_weekdays": list(self.full_weekdays),
            "delta_minutes": _minutes(self.delta_every),
            "objective_minutes": _minutes(self.objective),
            "blackouts": [one.plain() for one in self.blackouts],
        }


def schedule_of(values: Mapping[str, Any]) -> CaptureSchedule:
    """A schedule from its plain values. Raises Invalid."""
    minutes = values["delta_minutes"]
    return CaptureSchedule(
        enabled=values["enabled"],
        time_zone=values["time_zone"],
        full_hour=values["full_hour"],
        full_weekdays=tuple(sorted(set(values["full_weekdays"]))),
        delta_every=timedelta(minutes=minutes) if minutes is not None else None,
        objective=timedelta(minutes=values["objective_minutes"]),
        blackouts=tuple(blackout_of(one) for one in values["blackouts"]),
    )


def blackout_of(values: Mapping[str, Any]) -> Blackout:
    """A blackout from its plain values. Raises Invalid."""
    return Blackout(tuple(sorted(set(values["weekdays"]))), values["begin"], values["end"])


def _minutes(time: timedelta | None) -> int | None:
    return None if time is None else int(time.total_seconds() // 60)


def _invalid(message: str) -> Invalid:
    return Invalid(message, code="backup-policy", safe=_SAFE)
