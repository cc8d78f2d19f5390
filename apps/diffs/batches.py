"""A stream in pieces of bounded size."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def batched(stream: Iterable[T], size: int) -> Iterator[tuple[T, ...]]:
    """Tuples of up to `size` items, none of them empty."""
    iterator = iter(stream)
    while batch := tuple(islice(iterator, size)):
        yield batch
