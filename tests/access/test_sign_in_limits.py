"""Guessing gets slow; the owner at his own device does not notice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from apps.access.signin import limits
from apps.core import clock

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def a_try(address: str = "192.0.2.1", device: str = "", account: str = "alice@x.example") -> bool:
    """Whether one may try; the try fails."""
    try:
        limits.take(limits.for_password(account=account, address=address, device=device))
    except limits.TooManyTries:
        return False
    return True


def test_the_wait_doubles_with_each_failure() -> None:
    waits = []
    with clock.frozen(NOON) as time:
        assert [a_try() for _ in range(6)] == [True] * 5 + [False]
        for _ in range(7):
            waited = timedelta()
            while not a_try():
                time.advance(timedelta(seconds=10))
                waited += timedelta(seconds=10)
            waits.append(waited.total_seconds())

    assert waits == [30, 60, 120, 240, 480, 900, 900]


def test_a_guesser_does_not_lock_out_the_owner_at_his_device() -> None:
    with clock.frozen(NOON):
        while a_try(address="198.51.100.7"):
            pass
        for number in range(100):
            a_try(address=f"203.0.113.{number}")

        assert not a_try(address="192.0.2.200")
        assert a_try(device="the owner's")


def test_a_device_is_counted_too_but_for_itself() -> None:
    with clock.frozen(NOON):
        tries = [a_try(device="stolen") for _ in range(12)]

        assert tries.count(True) == 10
        assert a_try(device="another of the owner's")


def test_one_address_cannot_try_all_accounts() -> None:
    with clock.frozen(NOON):
        tries = [a_try(account=f"person{number}@x.example") for number in range(60)]

    assert tries.count(True) == 50


def test_own_successes_do_not_wipe_what_a_guesser_did() -> None:
    with clock.frozen(NOON):
        for number in range(60):
            a_try(account=f"person{number}@x.example")
            buckets = limits.for_password(
                account="mallory@x.example", address="192.0.2.1", device=""
            )
            try:
                limits.take(buckets)
            except limits.TooManyTries:
                break
            limits.give_back(buckets)

        assert not a_try(account="another@x.example")


def test_a_success_forgives_the_pair() -> None:
    with clock.frozen(NOON):
        for _ in range(4):
            a_try()
        buckets = limits.for_password(account="alice@x.example", address="192.0.2.1", device="")
        limits.take(buckets)
        limits.give_back(buckets)

        assert [a_try() for _ in range(5)] == [True] * 5


def test_only_the_first_who_runs_into_a_limit_is_news() -> None:
    news = []
    with clock.frozen(NOON):
        for _ in range(9):
            try:
                limits.take(limits.for_code(account="1", address="192.0.2.1", device=""))
            except limits.TooManyTries as held:
                news.append(held.first_time)

    assert news == [True, False, False, False]
