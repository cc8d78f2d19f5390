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
    # given a source that tells when its third item is asked for
    third_asked_for = threading.Event()

    def source() -> Iterator[int]:
        yield 1
        yield 2
        third_asked_for.set()
        yield 3

    # when only the first has been taken
    items = read_ahead(source())
    assert next(items) == 1

    # then the third is on its way
    assert third_asked_for.wait(timeout=10)
    assert list(items) == [2, 3]


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

    # when its reader goes away after the first item
    items = read_ahead(source())
    next(items)
    items.close()

    # then nothing goes on behind his back
    assert len(given) <= AHEAD + 1
    assert not [thread for thread in threading.enumerate() if "read-ahead" in thread.name]
