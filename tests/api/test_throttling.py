"""Requests are counted exactly, by token and by address."""

from __future__ import annotations

from datetime import timedelta

import pytest

from apps.api import throttling
from apps.api.models import RequestCount
from apps.core import clock
from tests.api.calls import Program, program
from tests.portal.world import World


@pytest.fixture
def few(settings: pytest.FixtureRequest) -> None:
    settings.HOLDFAST_API_REQUESTS_PER_TOKEN = 2  # type: ignore[attr-defined]
    settings.HOLDFAST_API_REQUESTS_PER_ADDRESS = 4  # type: ignore[attr-defined]


def test_a_token_has_its_number_of_requests_a_minute(world: World, few: None) -> None:
    alice = program(world.cast.alice)

    with clock.frozen(clock.now()) as time:
        answers = [alice.get("/api/v1/me") for _ in range(3)]
        time.advance(timedelta(minutes=1))
        later = alice.get("/api/v1/me")

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert [answer["RateLimit-Remaining"] for answer in answers] == ["1", "0", "0"]
    assert answers[2]["Retry-After"] == answers[2]["RateLimit-Reset"] == "60"
    assert answers[1]["RateLimit"] == '"token";r=0;t=60'
    assert answers[1]["RateLimit-Policy"] == '"token";q=2;w=60'
    assert answers[1]["X-RateLimit-Limit"] == "2"
    assert int(answers[1]["X-RateLimit-Reset"]) - int(later["X-RateLimit-Reset"]) == -60
    assert answers[2].json()["code"] == "too-many-requests"
    assert later.status_code == 200


def test_guesses_are_counted_by_address_before_they_are_looked_at(world: World, few: None) -> None:
    answers = [Program("hf_wrong").get("/api/v1/me").status_code for _ in range(5)]
    other = Program("hf_wrong", address="192.0.2.99").get("/api/v1/me").status_code

    assert answers == [401, 401, 401, 401, 429]
    assert other == 401


def test_a_line_of_ipv6_counts_as_one(world: World, few: None) -> None:
    for end in range(4):
        Program(address=f"2001:db8::{end}").get("/api/v1/me")

    assert Program(address="2001:db8::ffff").get("/api/v1/me").status_code == 429
    assert Program(address="2001:db8:0:1::1").get("/api/v1/me").status_code == 401


def test_old_counts_are_forgotten(world: World, few: None) -> None:
    with clock.frozen(clock.now()) as time:
        Program().get("/api/v1/me")
        assert throttling.forget_old() == 0
        time.advance(timedelta(minutes=2))
        assert throttling.forget_old() == 1
    assert not RequestCount.objects.exists()
