"""Reading what has a pace of its own while everything else is read."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextvars import ContextVar

import pytest

from apps.entra.reading import ReadBatch
from apps.history.capture.background import Background

HERE = ContextVar("HERE", default="nowhere")


def test_reads_go_on_in_their_order_before_anybody_asks() -> None:
    # given two reads, of which the second tells when it has begun
    begun: list[str] = []
    second_began = threading.Event()

    def first() -> Iterator[ReadBatch]:
        begun.append("first")
        yield ReadBatch("group")
        yield ReadBatch("group", whole=True)

    def second() -> Iterator[ReadBatch]:
        begun.append("second")
        second_began.set()
        yield ReadBatch("user")

    beside = Background({"one": first, "two": second})

    assert second_began.wait(timeout=10)
    assert begun == ["first", "second"]
    taken = beside.take("one")
    assert taken is not None
    assert [batch.whole for batch in taken] == [False, True]


def test_what_was_read_is_given_once() -> None:
    beside = Background({"one": lambda: iter([ReadBatch("group")])})

    taken = beside.take("one")

    assert taken is not None
    assert [batch.kind for batch in taken] == ["group"]
    assert beside.take("one") is None
    assert beside.take("never begun") is None


def test_an_error_is_raised_to_whoever_asks_and_the_next_read_goes_on() -> None:
    def broken() -> Iterator[ReadBatch]:
        yield ReadBatch("group")
        raise LookupError("no more")

    beside = Background({"one": broken, "two": lambda: iter([ReadBatch("user")])})

    with pytest.raises(LookupError):
        beside.take("one")
    taken = beside.take("two")
    assert taken is not None
    assert [batch.kind for batch in taken] == ["user"]


def test_a_read_runs_in_another_thread_with_the_context_of_the_caller() -> None:
    seen: list[tuple[str, bool]] = []
    caller = threading.get_ident()

    def read() -> Iterator[ReadBatch]:
        seen.append((HERE.get(), threading.get_ident() != caller))
        yield ReadBatch("group")

    token = HERE.set("in a scope")
    beside = Background({"one": read})
    HERE.reset(token)

    beside.take("one")
    assert seen == [("in a scope", True)]


def test_once_stopped_it_begins_no_further_read() -> None:
    # given a read that waits, and one behind it
    may_end, begun = threading.Event(), threading.Event()
    read_on: list[str] = []

    def waiting() -> Iterator[ReadBatch]:
        begun.set()
        may_end.wait(timeout=10)
        yield ReadBatch("group")

    def behind() -> Iterator[ReadBatch]:
        read_on.append("behind")
        yield ReadBatch("user")

    beside = Background({"one": waiting, "two": behind})
    assert begun.wait(timeout=10)

    beside.stop()
    may_end.set()

    assert beside.take("two") is None
    for thread in threading.enumerate():
        if thread.name.startswith("read-beside"):
            thread.join(timeout=10)
    assert read_on == []
