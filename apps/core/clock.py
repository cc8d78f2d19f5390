"""The time, in one place, so that a test can stop it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(slots=True)
class FrozenClock:
    """A clock that stands at `at` until it is advanced."""

    at: datetime

    def advance(self, by: timedelta) -> None:
        self.at += by


_frozen: ContextVar[FrozenClock | None] = ContextVar("holdfast_clock", default=None)


def now() -> datetime:
    """The current time in UTC."""
    clock = _frozen.get()
    return clock.at if clock else datetime.now(UTC)


@contextmanager
def frozen(at: datetime) -> Iterator[FrozenClock]:
    """Inside the block now() answers `at` (which must know its time zone) for this context."""
    if at.tzinfo is None:
        raise ValueError("a frozen time needs a time zone")
    clock = FrozenClock(at.astimezone(UTC))
    token = _frozen.set(clock)
    try:
        yield clock
    finally:
        _frozen.reset(token)
