"""The leaves worth opening, in the order of their keys: found without going through the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice
from typing import Final
from uuid import UUID

from apps.history.records import ObjectKey
from apps.history.search.leaves import LeafMoved, LeafPlace, Leaves
from apps.history.search.slices import Slices
from apps.history.search.sought import Sought

_MOST_LEAVES: Final = 16

Batch = Sequence[LeafPlace]


class Candidates:
    """Of one tenant. kinds: only these. stamp: of the index as it was a moment ago."""

    def __init__(
        self,
        tenant_id: UUID,
        key: bytes,
        leaves: Leaves,
        kinds: Sequence[str] | None,
        stamp: str,
    ) -> None:
        self._leaves, self._kinds, self._known_stamp = leaves, kinds, stamp
        self._slices = Slices(tenant_id, key)

    def batches(self, sought: Sought, after: ObjectKey) -> Iterator[Batch]:
        """Leaves of one kind at a time that may hold what is sought past a key, in portions of 1,
        2, 4 and so on: most pages are full after the first. Raises LeafMoved."""
        if sought.sees_all:
            for batch in self._following(after):
                yield from (list(of_kind) for _, of_kind in groupby(batch, lambda one: one.kind))
            return
        # Slices and leaves are read one after the other: an update in between moves objects to
        # leaves that the slices did not know yet.
        stamp, self._known_stamp = self._known_stamp or self._leaves.stamp(), ""
        sliced = self._slices.leaves_with(sought.sliced, self._kinds)
        small = self._small(sought, after, frozenset(sliced))
        if sliced and self._leaves.stamp() != stamp:
            raise LeafMoved
        for kind in sorted({*small, *sliced}):
            if kind in small:
                yield from _growing(small[kind])
            elif kind >= after[0]:
                past = after[1] if kind == after[0] else ""
                yield from self._following((kind, past), numbers=sliced[kind], stamp=stamp)

    def _small(
        self, sought: Sought, after: ObjectKey, sliced: frozenset[str]
    ) -> dict[str, list[LeafPlace]]:
        """Those of kinds that have no slices, by what their bitmaps say."""
        places = self._leaves.places(self._kinds, after=after, bitmaps=True, besides=sliced)
        worth = (one for one in places if sought.may_be_in(one, self._leaves.bitmap(one)))
        return {kind: list(of_kind) for kind, of_kind in groupby(worth, lambda one: one.kind)}

    def _following(
        self, after: ObjectKey, *, numbers: list[int] | None = None, stamp: str | None = None
    ) -> Iterator[Batch]:
        """With numbers, leaves of the one kind that `after` names."""
        size = 1
        kinds = self._kinds if numbers is None else [after[0]]
        while found := self._leaves.following(
            after, limit=size, kinds=kinds, numbers=numbers, stamp=stamp
        ):
            yield found
            if len(found) < size or (numbers is not None and found[-1].ends is None):
                return
            after, size = _next(found[-1]), min(2 * size, _MOST_LEAVES)


def _next(place: LeafPlace) -> ObjectKey:
    """Where the leaf behind one begins."""
    return (place.kind, place.ends) if place.ends is not None else (f"{place.kind}\x01", "")


def _growing(places: Iterable[LeafPlace]) -> Iterator[Batch]:
    size, left = 1, iter(places)
    while portion := list(islice(left, size)):
        yield portion
        size = min(2 * size, _MOST_LEAVES)
