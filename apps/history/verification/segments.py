"""The positions of a history, cut into the pieces that digests were taken over."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from apps.history.models import Pruning, Snapshot


@dataclass(frozen=True, slots=True)
class Segment:
    """The versions after one position up to another, and what they should be.

    objects_digest, links_digest: over them; object_versions, link_versions: how many.
    folded: a pruning vouches for them, otherwise the snapshot that brought them. unfinished: that
    pruning has not removed everything yet.
    """

    low: int
    high: int
    objects_digest: bytes
    links_digest: bytes
    object_versions: int
    link_versions: int
    folded: bool = False
    unfinished: bool = False

    @property
    def versions(self) -> int:
        return self.object_versions + self.link_versions


def segment_of(snapshot: Snapshot) -> Segment:
    """What one snapshot brought."""
    links = {"links_added", "links_removed"}
    return Segment(
        snapshot.seq - 1,
        snapshot.seq,
        bytes(snapshot.objects_digest),
        bytes(snapshot.links_digest),
        sum(number for name, number in snapshot.counts.items() if name not in links),
        sum(number for name, number in snapshot.counts.items() if name in links),
    )


def segment_after(pruning: Pruning) -> Segment:
    """What a pruning left."""
    return Segment(
        pruning.low_seq,
        pruning.high_seq,
        bytes(pruning.objects_digest),
        bytes(pruning.links_digest),
        pruning.object_versions,
        pruning.link_versions,
        folded=True,
        unfinished=pruning.finished_at is None,
    )


def in_force(prunings: Iterable[Pruning]) -> list[Pruning]:
    """The prunings that no wider one has taken the place of, in the order of their positions."""
    found: list[Pruning] = []
    for pruning in sorted(prunings, key=lambda one: (one.low_seq, -one.high_seq)):
        if not found or pruning.high_seq > found[-1].high_seq:
            found.append(pruning)
    return found


def cut(snapshots: Iterable[Segment], prunings: Iterable[Segment]) -> Iterator[Segment]:
    """The pieces in order: what prunings left, and for the rest what each snapshot brought."""
    folded = iter(prunings)
    piece = next(folded, None)
    for snapshot in snapshots:
        while piece is not None and piece.high < snapshot.high:
            yield piece
            piece = next(folded, None)
        if piece is None or snapshot.high <= piece.low:
            yield snapshot
    if piece is not None:
        yield piece
