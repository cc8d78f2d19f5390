"""Reading by delta: everything the first time, afterwards what moved.

https://learn.microsoft.com/graph/delta-query-overview
"""

from collections.abc import Iterator, Mapping
from typing import Any

from apps.entra.catalogue import normalise, partial_body
from apps.entra.catalogue.model import Kind, Link
from apps.entra.client import GraphClient
from apps.entra.client.graph import with_query
from apps.entra.client.paging import DELTA
from apps.entra.errors import ResyncRequired
from apps.entra.reading import asking, relations
from apps.entra.reading.observed import ObservedLink, ObservedObject, ReadBatch, RemovedObject
from apps.entra.reading.subtypes import Extras


def read(client: GraphClient, kind: Kind, cursor: str | None) -> Iterator[ReadBatch]:
    """The whole collection (cursor None) or what moved since the cursor was given.

    Raises ResyncRequired when the cursor is no longer good.
    """
    first = cursor is None
    inline = [link for link in kind.links if link.on_delta == "inline"]
    extras = Extras(client, kind)
    sources: dict[str, None] = {}
    last = ""
    for page in client.pages(cursor or _start(client, kind, inline), version=kind.version):
        batch = _batch(kind, page, inline, extras, seen=sources, first=first)
        if first:
            sources.update(dict.fromkeys(_multiple_sources(page, inline)))
        yield batch
        if not first:
            yield from _changed_sources(client, kind, batch)
        last = page.get(DELTA, last)
    if not last:
        raise ResyncRequired(
            "Graph ended the stream of changes without a place to go on from.",
            safe="Nothing was changed in the tenant.",
            todo="Nothing: a full capture takes its place by itself.",
        )
    yield from relations.relist(client, kind, everything=first)
    complete = tuple(
        (link.name, source) for link in inline if not link.single for source in sources
    )
    yield ReadBatch(kind.name, link_sets_complete=complete, cursor=last, whole=first)


def brings_links(kind: Kind) -> bool:
    """Whether delta gives links that would have to be asked for beside a list, source by source."""
    return any(link.on_delta == "inline" and not link.single for link in kind.links)


def latest_cursor(client: GraphClient, kind: Kind) -> str:
    """A cursor from which delta tells what happens from now on, without the state of now."""
    last = ""
    for page in client.pages(latest_query(client, kind), version=kind.version):
        last = page.get(DELTA, last)
    return last


def latest_query(client: GraphClient, kind: Kind) -> str:
    """The path and query that latest_cursor() begins with."""
    inline = [link for link in kind.links if link.on_delta == "inline"]
    return with_query(_start(client, kind, inline), {"$deltatoken": "latest"})


def _start(client: GraphClient, kind: Kind, inline: list[Link]) -> str:
    names = (*asking.selected(client, kind), *(link.property for link in inline))
    return with_query(kind.delta_path, {"$select": ",".join(names)})


def _batch(
    kind: Kind,
    page: dict[str, Any],
    inline: list[Link],
    extras: Extras,
    *,
    seen: dict[str, None],
    first: bool,
) -> ReadBatch:
    objects: list[ObservedObject] = []
    links: list[ObservedLink] = []
    removed: list[RemovedObject] = []
    complete: list[tuple[str, str]] = []
    for raw in page.get("value") or ():
        object_id = str(raw["id"])
        if gone := raw.get("@removed"):
            removed.append(RemovedObject(object_id, soft=gone.get("reason") == "changed"))
            continue
        if not raw.keys().isdisjoint(kind.by_name):
            # A second slice of an object that came whole before may hold only a part of it.
            partial = not first or object_id in seen
            objects.append(_object(kind, object_id, extras.add_to(raw), partial=partial))
        for link in inline:
            links.extend(_links(link, object_id, raw))
            if link.single and first:
                complete.append((link.name, object_id))
    return ReadBatch(kind.name, tuple(objects), tuple(links), tuple(removed), tuple(complete))


def _object(kind: Kind, object_id: str, raw: Mapping[str, Any], *, partial: bool) -> ObservedObject:
    if partial:
        return ObservedObject(object_id, partial_body(kind, raw), partial=True)
    return ObservedObject(object_id, normalise(kind, raw, version=kind.version))


def _links(link: Link, source: str, raw: dict[str, Any]) -> Iterator[ObservedLink]:
    for item in raw.get(f"{link.property}@delta") or ():
        yield ObservedLink(link.name, source, str(item["id"]), present="@removed" not in item)


def _multiple_sources(page: dict[str, Any], inline: list[Link]) -> Iterator[str]:
    if any(not link.single for link in inline):
        yield from (str(raw["id"]) for raw in page.get("value") or () if "@removed" not in raw)


def _changed_sources(client: GraphClient, kind: Kind, batch: ReadBatch) -> Iterator[ReadBatch]:
    """Links that delta does not tell of, asked for where their source has moved."""
    ids = [item.object_id for item in batch.objects]
    for link in kind.links:
        if link.on_delta == "changed" and ids:
            yield relations.as_batch(kind, link, relations.read_links(client, link, ids))
