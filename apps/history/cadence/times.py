"""When the next captures of a schedule are due. Pure.

share: a tenant's own number from 0 to 1 (see `share_of`), by which tenants with the same schedule
come one after the other: full captures within an hour, captures in between within their interval.
"""

import hashlib
import math
from datetime import UTC, datetime, time, timedelta
from typing import Final
from uuid import UUID

from apps.tenants.schedules import Blackout, CaptureSchedule

# Full captures of the same hour are spread over this time.
JITTER: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)
# A schedule has a full capture in every week, and no blackout fills one.
_FAR_ENOUGH: Final = 16


def share_of(tenant_id: UUID) -> float:
    """The tenant's own number, the same for ever."""
    return int.from_bytes(hashlib.sha256(tenant_id.bytes).digest()[:4], "big") / 2**32


def next_full(schedule: CaptureSchedule, after: datetime, share: float) -> datetime | None:
    """When the first full capture after a time is due, None for never. UTC."""
    if not schedule.enabled or not schedule.full_weekdays:
        return None
    first = (after - 8 * _DAY).astimezone(schedule.zone).date()
    for days in range(_FAR_ENOUGH):
        day = first + timedelta(days=days)
        if day.weekday() not in schedule.full_weekdays:
            continue
        local = datetime.combine(day, time(schedule.full_hour), schedule.zone)
        due = _out_of_blackout(schedule, local.astimezone(UTC) + share * JITTER, share * JITTER)
        if due > after:
            return due
    return None


def next_delta(schedule: CaptureSchedule, after: datetime, share: float) -> datetime | None:
    """When the first capture in between after a time is due, None for never. UTC."""
    if not schedule.enabled or schedule.delta_every is None:
        return None
    every = schedule.delta_every.total_seconds()
    due = _next_turn(after, every, share)
    while (end := _end_of_blackout(schedule, due)) is not None:
        due = _next_turn(end - timedelta(microseconds=1), every, share)
    return due


def widest_gap(schedule: CaptureSchedule) -> timedelta | None:
    """The longest time that the schedule leaves between two captures, None when it has none."""
    if not schedule.enabled:
        return None
    if schedule.delta_every is not None:
        return schedule.delta_every + longest_blackout(schedule) * _HOUR
    start = datetime(2026, 1, 1, tzinfo=UTC)
    due, gaps = next_full(schedule, start, 0.0), []
    while due is not None and due < start + 15 * _DAY:
        following = next_full(schedule, due, 0.0)
        gaps.append((following or due) - due)
        due = following
    return max(gaps)


def longest_blackout(schedule: CaptureSchedule) -> int:
    """The most hours in a row in which no capture begins."""
    week, longest, running = schedule.week_of_blackouts(), 0, 0
    for hour in week + week:
        running = running + 1 if hour else 0
        longest = max(longest, running)
    return longest


def _next_turn(after: datetime, every: float, share: float) -> datetime:
    """The first moment after a time that is the tenant's own within each interval."""
    number = math.floor(after.timestamp() / every - share) + 1
    due = datetime.fromtimestamp((number + share) * every, UTC)
    # Moments are whole microseconds: the one before may round to where it began.
    return due if due > after else datetime.fromtimestamp((number + 1 + share) * every, UTC)


def _out_of_blackout(schedule: CaptureSchedule, due: datetime, jitter: timedelta) -> datetime:
    while (end := _end_of_blackout(schedule, due)) is not None:
        due = end + jitter
    return due


def _end_of_blackout(schedule: CaptureSchedule, moment: datetime) -> datetime | None:
    """When the blackout that a moment falls into ends, None for none."""
    ends = [end for one in schedule.blackouts if (end := _end(schedule, one, moment)) is not None]
    return max(ends, default=None)


def _end(schedule: CaptureSchedule, blackout: Blackout, moment: datetime) -> datetime | None:
    zone = schedule.zone
    today = moment.astimezone(zone).date()
    for day in (today - _DAY, today):
        if day.weekday() not in blackout.weekdays:
            continue
        begin = datetime.combine(day, time(blackout.begin), zone).astimezone(UTC)
        end_day = day + timedelta(days=(blackout.begin + blackout.length) // 24)
        end = datetime.combine(end_day, time(blackout.end % 24), zone).astimezone(UTC)
        if begin <= moment < end:
            return end
    return None
