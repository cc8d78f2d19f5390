"""What a capture schedule may say."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from apps.core.errors import Invalid
from apps.tenants.schedules import WEEK, Blackout, CaptureSchedule, blackout_of

OFFICE = Blackout((0, 1, 2, 3, 4), 8, 18)


@pytest.mark.parametrize(
    "values",
    [
        {"time_zone": "Middle/Earth"},
        {"full_hour": 24},
        {"full_weekdays": (7,)},
        {"delta_every": timedelta(minutes=4)},
        {"delta_every": timedelta(days=2)},
        {"delta_every": None, "full_weekdays": ()},
        {"objective": timedelta(minutes=1)},
        {"objective": timedelta(days=60)},
        {"blackouts": (Blackout(WEEK, 0, 24),)},
    ],
)
def test_a_schedule_that_makes_no_sense_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        CaptureSchedule(**values)


@pytest.mark.parametrize(
    "values", [((), 8, 18), ((0,), 8, 8), ((0,), -1, 8), ((0,), 8, 25), ((9,), 8, 9), ((0,), 8, 0)]
)
def test_a_blackout_has_weekdays_and_hours(values: Any) -> None:
    with pytest.raises(Invalid):
        Blackout(*values)


def test_a_blackout_over_midnight_goes_on_the_next_day() -> None:
    night = Blackout((6,), 22, 6)

    week = CaptureSchedule(blackouts=(night,)).week_of_blackouts()

    assert [hour for hour, black in enumerate(week) if black] == [*range(6), 166, 167]
    assert night.length == 8
    assert CaptureSchedule(blackouts=(night,)).hours_free == 160


def test_a_schedule_is_kept_as_plain_values() -> None:
    schedule = CaptureSchedule(blackouts=(OFFICE,), delta_every=None)

    plain = schedule.plain()

    assert plain["delta_minutes"] is None
    assert plain["objective_minutes"] == 24 * 60
    assert blackout_of(plain["blackouts"][0]) == OFFICE
    assert OFFICE.words == "Monday, Tuesday, Wednesday, Thursday, Friday, 08:00 to 18:00"
    assert Blackout(WEEK, 22, 6).words == "every day, 22:00 to 06:00"
