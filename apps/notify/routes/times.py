"""When a message may go: quiet hours and grouping."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from apps.notify.choices import EventKind
from apps.notify.models import NotificationRoute


def due_at(
    route: NotificationRoute, kind: str, now: datetime, together_at: datetime | None = None
) -> datetime:
    """When an event that happens now is to be told.

    together_at: when the message goes that is being gathered already, if one is.
    """
    if kind in EventKind.urgent():
        return now
    at = now
    if route.group_minutes:
        gathered = together_at if together_at is not None and together_at > now else None
        at = gathered or now + timedelta(minutes=route.group_minutes)
    return after_quiet(route, at)


def after_quiet(route: NotificationRoute, at: datetime) -> datetime:
    """`at`, or the end of the route's quiet hours if it is within them."""
    begin, until = time_of(route.quiet_from), time_of(route.quiet_until)
    if begin is None or until is None:
        return at
    local = at.astimezone(ZoneInfo(route.time_zone))
    if not _is_quiet(local.time(), begin, until):
        return at
    end = datetime.combine(local.date(), until, tzinfo=local.tzinfo)
    if end <= local:
        day_after = local.date() + timedelta(days=1)
        end = datetime.combine(day_after, until, tzinfo=local.tzinfo)
    return end.astimezone(at.tzinfo)


def time_of(minutes: int | None) -> time | None:
    """A time of day from minutes since midnight."""
    return None if minutes is None else time(minutes // 60, minutes % 60)


def minutes_of(at: time | None) -> int | None:
    """Minutes since midnight."""
    return None if at is None else at.hour * 60 + at.minute


def _is_quiet(at: time, begin: time, end: time) -> bool:
    """Over midnight where the end is before the beginning; equal times are never quiet."""
    if begin <= end:
        return begin <= at < end
    return at >= begin or at < end
