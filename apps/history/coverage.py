"""What of each kind is backed up, what can be put back, and why the rest cannot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from apps.entra.catalogue import KINDS, Kind
from apps.history.models import Snapshot, SnapshotCollection


class Kept(NamedTuple):
    """An attribute that is backed up and not written back; why not."""

    attribute: str
    reason: str


@dataclass(frozen=True, slots=True)
class KindCovered:
    """written: attributes that a recovery writes back. kept: the others.

    collection: how its last reading went, None before the first.
    """

    kind: Kind
    collection: SnapshotCollection | None
    written: tuple[str, ...]
    kept: tuple[Kept, ...]

    @property
    def number(self) -> int:
        """Attributes that are backed up."""
        return len(self.written) + len(self.kept)


def coverage(newest: Snapshot | None) -> list[KindCovered]:
    """Every kind of the catalogue, in its order. One query."""
    collections: Mapping[str, SnapshotCollection] = (
        {row.collection: row for row in newest.collections.all()} if newest is not None else {}
    )
    return [_covered(kind, collections.get(kind.name)) for kind in KINDS]


def _covered(kind: Kind, collection: SnapshotCollection | None) -> KindCovered:
    read = [item for item in kind.by_name.values() if item.captured]
    return KindCovered(
        kind=kind,
        collection=collection,
        written=tuple(item.name for item in read if item.recoverable),
        kept=tuple(Kept(item.name, item.reason) for item in read if not item.recoverable),
    )
