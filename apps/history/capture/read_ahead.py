"""Reading on while what was read is being compared and staged."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

T = TypeVar("T")

# A portion is made of about so many pages of a delta answer.
AHEAD = 4


def read_ahead(items: Iterator[T]) -> Iterator[T]:
    """The same items in the same order, up to AHEAD of them fetched before they are asked for.

    One thread fetches, in the context of the caller and only while this iterator lives; it must not
    touch the database, whose connections belong to threads. What fetching raises is raised where
    its item would have come. The first AHEAD items are fetched as they are asked for: most lists
    have no more, and a thread for each costs more than they do.
    """
    for number, item in enumerate(items, 1):
        yield item
        if number == AHEAD:
            yield from _in_a_thread(items)
            return


def _in_a_thread(items: Iterator[T]) -> Iterator[T]:
    context = copy_context()
    pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="read-ahead")

    def following() -> T | None:
        return next(items, None)

    def fetch() -> Future[T | None]:
        return pool.submit(context.run, following)

    coming = deque(fetch() for _ in range(AHEAD))
    try:
        while (item := coming.popleft().result()) is not None:
            coming.append(fetch())
            yield item
    finally:
        pool.shutdown(cancel_futures=True)
