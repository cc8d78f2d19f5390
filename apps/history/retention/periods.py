"""Periods of the calendar in a time zone: which one a time falls into, and when so many are over.

Two times are in the same period when `period_of` says the same. An hour that a clock goes through
twice when it is set back is two hours.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Final

PERIODS: Final = ("hourly", "daily", "weekly", "monthly", "yearly")


def period_of(rule: str, local: datetime) -> tuple[int, ...]:
    """The period that a local time falls into. Raises ValueError for an unknown rule."""
    match rule:
        case "hourly":
            return (local.toordinal(), local.hour, local.fold)
        case "daily":
            return (local.toordinal(),)
        case "weekly":
            return (local.toordinal() - local.weekday(),)
        case "monthly":
            return (local.year, local.month)
        case "yearly":
            return (local.year,)
    raise ValueError(f"there is no rule {rule}")


def over_at(rule: str, local: datetime, count: int) -> datetime:
    """When the period of a local time is no more among the last `count`, in UTC.

    With 1 that is when the next period begins.
    """
    if rule == "hourly":
        begin = local.replace(minute=0, second=0, microsecond=0)
        return begin.astimezone(UTC) + timedelta(hours=count)
    day = _day_after(rule, local.date(), count)
    return datetime(day.year, day.month, day.day, tzinfo=local.tzinfo).astimezone(UTC)


def _day_after(rule: str, day: date, count: int) -> date:
    """The first day of the period that is `count` after the day's own."""
    match rule:
        case "daily":
            return day + timedelta(days=count)
        case "weekly":
            return day + timedelta(days=7 * count - day.weekday())
        case "monthly":
            months = day.year * 12 + day.month - 1 + count
            return date(months // 12, months % 12 + 1, 1)
        case "yearly":
            return date(day.year + count, 1, 1)
    raise ValueError(f"there is no rule {rule}")
