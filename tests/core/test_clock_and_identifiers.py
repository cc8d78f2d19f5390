from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from apps.core import clock
from apps.core.identifiers import new_id


def test_a_frozen_clock_stands_until_it_is_advanced() -> None:
    at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    with clock.frozen(at) as frozen:
        assert clock.now() == at
        frozen.advance(timedelta(hours=1))
        assert clock.now() == at + timedelta(hours=1)
    assert clock.now() > at


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"), clock.frozen(datetime(2026, 3, 1)):  # noqa: DTZ001
        pass


def test_identifiers_are_version_7_and_differ() -> None:
    made = [new_id() for _ in range(1000)]
    assert {identifier.version for identifier in made} == {7}
    assert len(set(made)) == 1000
    assert made[0].int >> 80 <= made[-1].int >> 80
