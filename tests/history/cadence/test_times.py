"""When captures are due: properties of any schedule, and the hours that clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
from hypothesis import strategies as st

from apps.history.cadence.times import (
    JITTER,
    longest_blackout,
    next_delta,
    next_full,
    share_of,
    widest_gap,
)
from apps.tenants.schedules import WEEK, Blackout, CaptureSchedule

ZONES = ["UTC", "Europe/Zurich", "America/Sao_Paulo", "Australia/Lord_Howe", "Asia/Kathmandu"]
START = datetime(2026, 3, 1, tzinfo=UTC)
moments = st.integers(0, 365 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
shares = st.floats(0, 1, exclude_max=True, allow_nan=False)
blackouts = st.builds(
    Blackout,
    st.lists(st.sampled_from(WEEK), min_size=1, max_size=3, unique=True).map(tuple),
    st.integers(0, 11),
    st.integers(12, 24),
)
schedules = st.builds(
    CaptureSchedule,
    time_zone=st.sampled_from(ZONES),
    full_hour=st.integers(0, 23),
    full_weekdays=st.lists(st.sampled_from(WEEK), min_size=1, unique=True).map(tuple),
    delta_every=st.sampled_from([5, 15, 20, 60, 360]).map(lambda number: timedelta(minutes=number)),
    blackouts=st.lists(blackouts, max_size=2).map(tuple),
)


def in_blackout(schedule: CaptureSchedule, moment: datetime) -> bool:
    local = moment.astimezone(schedule.zone)
    return any(
        local.weekday() in one.weekdays and one.begin <= local.hour < one.end
        for one in schedule.blackouts
    )


@given(schedules, moments, shares)
@example(CaptureSchedule(), datetime(2026, 1, 1, tzinfo=UTC), 2e-10)
@settings(max_examples=80, deadline=None)
def test_captures_are_due_later_outside_blackouts_and_within_what_was_agreed(
    schedule: CaptureSchedule, after: datetime, share: float
) -> None:
    full, delta = next_full(schedule, after, share), next_delta(schedule, after, share)

    assert full is not None
    assert delta is not None
    assert schedule.delta_every is not None
    for due in (full, delta):
        assert due > after
        assert not in_blackout(schedule, due)
    gap = widest_gap(schedule)
    assert gap is not None
    # Clocks that are set back in a blackout make it longer.
    assert delta - after <= gap + timedelta(hours=1)
    assert full - after <= timedelta(days=8)


@given(schedules, moments, shares)
@settings(max_examples=40, deadline=None)
def test_a_capture_follows_its_predecessor_without_leaving_any_out(
    schedule: CaptureSchedule, after: datetime, share: float
) -> None:
    due = next_full(schedule, after, share)
    assert due is not None

    assert next_full(schedule, due - timedelta(seconds=1), share) == due


def test_full_captures_keep_their_hour_when_clocks_change() -> None:
    schedule = CaptureSchedule(time_zone="Europe/Zurich", full_hour=4)
    due, hours = START, set()
    for _ in range(300):
        found = next_full(schedule, due, 0.0)
        assert found is not None
        due = found
        hours.add(due.astimezone(ZoneInfo("Europe/Zurich")).hour)

    assert hours == {4}
    assert due - START < timedelta(days=301)


def test_two_hundred_tenants_do_not_start_at_once() -> None:
    schedule = CaptureSchedule(delta_every=timedelta(minutes=15))
    minutes: dict[str, list[int]] = {"full": [], "delta": []}
    for _ in range(200):
        share = share_of(uuid4())
        for name, due in (
            ("full", next_full(schedule, START, share)),
            ("delta", next_delta(schedule, START, share)),
        ):
            assert due is not None
            minutes[name].append(int((due - START).total_seconds() // 60))

    assert max(map(minutes["full"].count, minutes["full"])) < 16
    assert max(map(minutes["delta"].count, minutes["delta"])) < 40
    assert min(minutes["full"]) >= 2 * 60
    assert max(minutes["full"]) < 2 * 60 + JITTER.total_seconds() / 60


def test_what_falls_into_a_blackout_comes_after_it() -> None:
    night = CaptureSchedule(full_hour=2, blackouts=(Blackout(WEEK, 22, 6),))

    due = next_full(night, START, 0.5)

    assert due == datetime(2026, 3, 1, 6, 30, tzinfo=UTC)
    assert next_delta(night, START, 0.0) == datetime(2026, 3, 1, 6, tzinfo=UTC)
    assert longest_blackout(night) == 8
    assert widest_gap(night) == timedelta(hours=8, minutes=15)


def test_fewer_captures_leave_wider_gaps() -> None:
    weekly = CaptureSchedule(delta_every=None, full_weekdays=(6,))

    assert widest_gap(weekly) == timedelta(days=7)
    assert next_delta(weekly, START, 0.0) is None
    assert next_full(CaptureSchedule(full_weekdays=()), START, 0.0) is None
    assert widest_gap(CaptureSchedule(enabled=False)) is None
    assert next_full(CaptureSchedule(enabled=False), START, 0.0) is None
