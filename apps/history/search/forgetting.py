"""What only pruned snapshots knew goes out of the index as it went out of the log."""

from __future__ import annotations

from uuid import UUID

from apps.history.models import Snapshot
from apps.history.search.entries import Entry
from apps.history.search.leaves import LeafPlace, Leaves
from apps.history.search.slices import Slices
from apps.history.search.slicing import build_slices
from apps.history.search.tokens import bitmap_of


def forget_pruned(tenant_id: UUID, leaves: Leaves, slices: Slices) -> None:
    """Reduce every entry to what the kept snapshots know of it. Opens every leaf once, and those of
    kinds with slices a second time where any has changed."""
    kept = Snapshot.objects.kept().filter(tenant_id=tenant_id)
    positions = list(kept.order_by("seq").values_list("seq", flat=True))
    changed = {place.kind for place in leaves.places() if _reduce(leaves, place, positions)}
    for kind in sorted(changed & slices.kinds()):
        build_slices(leaves, slices, kind)


def _reduce(leaves: Leaves, place: LeafPlace, positions: list[int]) -> bool:
    """Whether the leaf is another one now."""
    ((_, content),) = leaves.read([place])
    lines = content.split(b"\n")
    entries = (Entry.from_line(line).without_pruned(positions) for line in lines)
    left = [entry for entry in entries if entry is not None]
    remaining = [entry.to_line() for entry in left]
    if remaining == lines:
        return False
    if left:
        leaves.write(place.kind, place.first_id, remaining, bitmap_of(left), number=place.number)
    else:
        leaves.remove(place.kind, place.first_id)
    return True
