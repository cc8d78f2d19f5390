"""Keep rules: how many calendar periods back one snapshot of each is kept."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Final, Self
from zoneinfo import ZoneInfo

from apps.core.errors import Invalid
from apps.core.time_zones import known_zones

# The longest that each rule may reach back: a hundred years, in its own periods.
LONGEST: Final = {
    "all_days": 36_500,
    "hourly": 876_000,
    "daily": 36_500,
    "weekly": 5_200,
    "monthly": 1_200,
    "yearly": 100,
}


@dataclass(frozen=True, slots=True)
class KeepRules:
    """all_days: every snapshot of so many days. The others: one snapshot of each of the last so
    many hours, days, ISO weeks, months and years of the calendar, the present one included.

    Raises Invalid for a number that is negative or beyond LONGEST, and for less than a day of all.
    """

    all_days: int
    hourly: int = 0
    daily: int = 0
    weekly: int = 0
    monthly: int = 0
    yearly: int = 0

    def __post_init__(self) -> None:
        for name, longest in LONGEST.items():
            number = getattr(self, name)
            least = 1 if name == "all_days" else 0
            if type(number) is not int or not least <= number <= longest:
                raise Invalid(
                    f"{WORDS[name]}: a whole number from {least} to {longest} is needed.",
                    code="keep-rules",
                    safe="The rules were not changed.",
                )

    @classmethod
    def from_plain(cls, values: Mapping[str, Any]) -> Self:
        """The rules from plain values. Raises Invalid for a name that there is not."""
        if unknown := set(values) - set(LONGEST):
            raise Invalid(f"There is no such rule: {min(unknown)}.", code="keep-rules")
        if "all_days" not in values:
            raise Invalid("Say for how many days every snapshot is kept.", code="keep-rules")
        return cls(**values)

    def plain(self) -> dict[str, int]:
        """The rules as plain values, for a row or for JSON."""
        return asdict(self)

    def reaches(self, other: "KeepRules") -> bool:
        """Whether nothing can go earlier by these than by the other, in one time zone."""
        return all(getattr(self, one.name) >= getattr(other, one.name) for one in fields(KeepRules))

    @property
    def words(self) -> str:
        """The rules in a sentence without its full stop."""
        numbers = self.plain()
        said = (_IN_WORDS[name].format(number=numbers[name]) for name in LONGEST if numbers[name])
        return ", ".join(said)


WORDS: Final = {
    "all_days": "Days of which every snapshot is kept",
    "hourly": "Hourly",
    "daily": "Daily",
    "weekly": "Weekly",
    "monthly": "Monthly",
    "yearly": "Yearly",
}

_IN_WORDS: Final = {
    "all_days": "all of {number} days",
    "hourly": "{number} hourly",
    "daily": "{number} daily",
    "weekly": "{number} weekly",
    "monthly": "{number} monthly",
    "yearly": "{number} yearly",
}

# What tenants have that nobody has decided for. Years, because what was done quietly is often
# noticed a year later, and insurers and auditors ask for seven.
DEFAULT_RULES: Final = KeepRules(
    all_days=14, hourly=30 * 24, daily=180, weekly=104, monthly=84, yearly=10
)


def zone(name: str) -> ZoneInfo:
    """The time zone of a name like "Europe/Zurich". Raises Invalid."""
    if name not in known_zones():
        raise Invalid(
            "There is no such time zone.",
            code="time-zone",
            safe="Nothing was changed.",
            todo='Choose one like "Europe/Zurich" or "UTC".',
        )
    return ZoneInfo(name)
