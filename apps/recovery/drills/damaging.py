"""Doing the damage, by Graph, as somebody else's application would."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from apps.entra.catalogue import LINKS, SoftDelete, kind
from apps.entra.client import BatchItem, GraphClient
from apps.recovery.drills.choosing import Hit

Told = Callable[[int], None]
_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Done:
    """How many requests did damage, and how many Graph refused. spared: kinds of which there was
    nothing to damage."""

    requests: int
    refused: int
    spared: tuple[str, ...]


def damage(client: GraphClient, hits: Iterable[Hit], tell: Told) -> Done:
    """Do it. What is refused is no more than that: not all that is tried succeeds in earnest.

    tell: how many requests were sent so far; it may raise to stop.
    """
    done = sent = 0
    spared: dict[str, None] = {}
    for hit in hits:
        if not hit.object_ids:
            spared[hit.damage.kind] = None
        for round_ in (list(_deleting(hit)), list(_purging(hit))):
            for start in range(0, len(round_), _AT_ONCE):
                part = round_[start : start + _AT_ONCE]
                done += _send(client, hit, part)
                sent += len(part)
                tell(sent)
    return Done(done, sent - done, tuple(spared))


def _send(client: GraphClient, hit: Hit, items: list[BatchItem]) -> int:
    version = LINKS[hit.damage.link].version if hit.damage.link else kind(hit.damage.kind).version
    return sum(answer.ok for answer in client.batch(items, version=version))


def _deleting(hit: Hit) -> Iterator[BatchItem]:
    """The first round: all but what takes things out of the bin."""
    path = kind(hit.damage.kind).item_path
    for object_id in hit.object_ids:
        if hit.damage.act == "empty":
            yield from _emptying(hit, object_id)
        elif hit.damage.act == "change":
            body = dict(hit.damage.values)
            yield BatchItem(object_id, "PATCH", path.format(id=object_id), body)
        else:
            yield BatchItem(object_id, "DELETE", path.format(id=object_id))


def _emptying(hit: Hit, object_id: str) -> Iterator[BatchItem]:
    link = LINKS[hit.damage.link]
    for target in hit.targets.get(object_id, ()):
        yield BatchItem(object_id, "DELETE", link.remove_path.format(id=object_id, target=target))


def _purging(hit: Hit) -> Iterator[BatchItem]:
    """Out of the bin for good (https://learn.microsoft.com/graph/api/directory-deleteditems-delete)."""
    catalogued = kind(hit.damage.kind)
    if hit.damage.act != "purge" or catalogued.soft_delete == SoftDelete.NONE:
        return
    for object_id in hit.object_ids:
        path = catalogued.undelete_path.removesuffix("/restore").format(id=object_id)
        yield BatchItem(object_id, "DELETE", path)
