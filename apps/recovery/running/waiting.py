"""Things to be looked at again at a certain moment: no thread sleeps for one of them alone."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from itertools import count
from typing import Generic, TypeVar

T = TypeVar("T")


class Due(Generic[T]):
    """A queue ordered by when its entries are due."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, T]] = []
        self._number = count()

    def __len__(self) -> int:
        return len(self._heap)

    def put(self, entries: Iterable[T], at: float) -> None:
        for entry in entries:
            heapq.heappush(self._heap, (at, next(self._number), entry))

    def take(self, now: float, limit: int) -> list[T]:
        """Up to `limit` entries that are due by now, the longest due first."""
        taken: list[T] = []
        while self._heap and self._heap[0][0] <= now and len(taken) < limit:
            taken.append(heapq.heappop(self._heap)[2])
        return taken

    def next_due(self) -> float:
        """When the next entry is due. Raises IndexError when there is none."""
        return self._heap[0][0]
