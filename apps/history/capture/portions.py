"""Read batches, gathered into portions that are worth a statement each.

Graph decides how many objects a page has (a delta page often 100 to 200); the database is asked
once for about a thousand. Within a portion the last word about an object wins.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from apps.entra.catalogue import Kind, normalise
from apps.entra.catalogue.normalising import DELETED
from apps.entra.reading import ObservedLink, ObservedObject, ReadBatch, RemovedObject

OBJECTS = 1000
LINKS = 20_000


@dataclass(slots=True)
class Portion:
    """Some batches as one. cursor, whole: those of the last batch, when it is among them."""

    changes: dict[str, ObservedObject | RemovedObject] = field(default_factory=dict)
    links: list[ObservedLink] = field(default_factory=list)
    link_sets: list[tuple[str, str]] = field(default_factory=list)
    cursor: str | None = None
    whole: bool = False

    @property
    def full(self) -> bool:
        return len(self.changes) >= OBJECTS or len(self.links) >= LINKS

    def add(self, batch: ReadBatch, kind: Kind) -> None:
        changes = self.changes
        for item in batch.objects:
            if item.partial:
                item = _laid_over(changes.get(item.object_id), item, kind)
            changes[item.object_id] = item
        for gone in batch.removed:
            self.changes[gone.object_id] = gone
        self.links.extend(batch.links)
        self.link_sets.extend(batch.link_sets_complete)
        self.cursor = batch.cursor or self.cursor
        self.whole = self.whole or batch.whole


def gather(batches: Iterable[ReadBatch], kind: Kind) -> Iterator[Portion]:
    """Portions of at least 1,000 objects or 20,000 links, the last one whatever remains."""
    portion = Portion()
    for batch in batches:
        portion.add(batch, kind)
        if portion.full:
            yield portion
            portion = Portion()
    yield portion


def merged(kind: Kind, before: dict[str, Any] | None, changes: dict[str, Any]) -> dict[str, Any]:
    """The body after a partial answer: null clears, what is not named stays.

    But for the time of its deletion: what says nothing of it is not, or no more, in the bin.
    """
    after = {**(before or {}), DELETED: None, **changes}
    return normalise(kind, after, version=kind.version)


def _laid_over(
    earlier: ObservedObject | RemovedObject | None, item: ObservedObject, kind: Kind
) -> ObservedObject:
    if not isinstance(earlier, ObservedObject):
        return item
    if earlier.partial:
        return ObservedObject(item.object_id, {**earlier.body, **item.body}, partial=True)
    return ObservedObject(item.object_id, merged(kind, earlier.body, item.body))
