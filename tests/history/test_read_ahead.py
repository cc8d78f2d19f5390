"""Reading on while what was read is worked on."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.history.capture.read_ahead import AHEAD, read_ahead


@given(st.lists(st.integers(), max_size=4 * AHEAD))
def test_everything_comes_in_its_order(items: list[int]) -> None:
    assert list(read_ahead(iter(items))) == items


def test_the_next_items_are_fetched_while_one_is_worked_on() -> None:
    # given a source that tells when the item after the next is asked for
    asked_for = threading.Event()

    def source() -> Iterator[int]:
        yield from range(AHEAD + 2)
        asked_for.set()
        yield AHEAD + 2

    # when more were taken than most lists have
    items = read_ahead(source())
    assert [next(items) for _ in range(AHEAD + 1)] == [*range(AHEAD + 1)]

    # then those after them are on their way
    assert asked_for.wait(timeout=10)
    assert list(items) == [AHEAD + 1, AHEAD + 2]


def test_a_short_list_is_read_without_a_thread() -> None:
    def source() -> Iterator[bool]:
        for _ in range(AHEAD):
            yield "read-ahead" in threading.current_thread().name

    assert not any(read_ahead(source()))


def test_an_error_comes_after_what_was_read_before_it() -> None:
    def source() -> Iterator[int]:
        yield 1
        raise LookupError("no more")

    items = read_ahead(source())

    assert next(items) == 1
    with pytest.raises(LookupError):
        next(items)


def test_whoever_stops_early_leaves_no_thread_and_reads_no_further() -> None:
    # given an endless source
    given: list[int] = []

    def source() -> Iterator[int]:
        while True:
            given.append(len(given))
            yield given[-1]

    # when its reader goes away while it is read ahead
    items = read_ahead(source())
    for _ in range(AHEAD + 1):
        next(items)
    items.close()

    # then nothing goes on behind his back
    assert len(given) <= 2 * AHEAD + 1
    assert not [thread for thread in threading.enumerate() if "read-ahead" in thread.name]
