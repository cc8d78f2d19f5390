"""Making the slices of a kind from its leaves."""

from __future__ import annotations

from collections.abc import Iterator

from apps.history.search.entries import Entry
from apps.history.search.leaves import Leaves
from apps.history.search.slices import Places, Slices, places_of
from apps.history.search.tokens import sliced_tokens


def build_slices(leaves: Leaves, slices: Slices, kind: str) -> None:
    """Make them anew, from what the leaves say now. Opens every leaf of the kind once."""
    slices.remove(kind)
    slices.build(kind, _marks(leaves, kind))


def _marks(leaves: Leaves, kind: str) -> Iterator[tuple[int, Places]]:
    for place in leaves.places([kind]):
        ((_, content),) = leaves.read([place])
        entries = list(map(Entry.from_line, content.split(b"\n")))
        yield place.number, places_of(sliced_tokens(entries))
