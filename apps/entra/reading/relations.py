"""Links, read apart from their objects."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from apps.entra.catalogue.model import Kind, Link, Version
from apps.entra.client import BatchItem, GraphClient
from apps.entra.client.graph import with_query
from apps.entra.client.paging import NEXT
from apps.entra.reading import asking
from apps.entra.reading.observed import ObservedLink, ReadBatch

Targets = Mapping[str, frozenset[str] | None]
_NONE: frozenset[str] = frozenset()


def relist(client: GraphClient, kind: Kind, *, everything: bool) -> Iterator[ReadBatch]:
    """The links that delta leaves out, listed anew beside their sources.

    everything: also those that a delta read asks for only where their source has moved.
    """
    for link in kind.links:
        if link.on_delta == "relist" or (everything and link.on_delta == "changed"):
            yield from list_links(client, kind, link)


def list_links(client: GraphClient, kind: Kind, link: Link) -> Iterator[ReadBatch]:
    """Every link of this name in the tenant, by expanding the list of its sources."""
    for page in client.pages(list_query(kind, link), version=kind.version):
        yield expanded(client, kind, link, page)


def list_query(kind: Kind, link: Link) -> str:
    """The path and query of the list of a kind's objects, with their targets of one link where the
    list brings them along."""
    params: dict[str, str | int] = {"$select": "id"}
    if link.expandable:
        params["$expand"] = asking.expansion(link)
        params["$top"] = kind.page_size or 100
    return with_query(kind.list_path, params)


def expanded(client: GraphClient, kind: Kind, link: Link, page: Mapping[str, Any]) -> ReadBatch:
    """The links of a page's sources, asked for by themselves where the expansion is cut off."""
    if not link.expandable:
        sources = [str(raw["id"]) for raw in page.get("value") or ()]
        return as_batch(kind, link, read_links(client, link, sources))
    found: dict[str, frozenset[str] | None] = {}
    cut_off = []
    for raw in page.get("value") or ():
        value = raw.get(link.property)
        # Most have none.
        targets = _expanded(value) if value else _NONE
        if len(targets) >= asking.EXPAND_CAP:
            cut_off.append(str(raw["id"]))
        else:
            found[str(raw["id"])] = targets
    return as_batch(kind, link, {**found, **read_links(client, link, cut_off)})


def read_links(client: GraphClient, link: Link, source_ids: Sequence[str]) -> Targets:
    """The targets of these sources as they are now; None for a source that does not exist.

    Raises an EntraError when Graph refuses to say.
    """
    version = link.read_version or link.version
    items = [BatchItem(source, "GET", asking.links_query(link, source)) for source in source_ids]
    found: dict[str, frozenset[str] | None] = {}
    for source, answer in zip(source_ids, client.batch(items, version=version), strict=True):
        if answer.status == 404:
            # A user without a manager is answered with 404 too.
            found[source] = frozenset() if link.single else None
            continue
        body = answer.unwrap()
        found[source] = frozenset(
            [str(body["id"])] if link.single else _all_pages(client, body, version)
        )
    return found


def as_batch(kind: Kind, link: Link, targets: Targets) -> ReadBatch:
    """Whole link sets as a part of a read."""
    return ReadBatch(
        kind.name,
        links=tuple(
            ObservedLink(link.name, source, target)
            for source, found in targets.items()
            if found
            for target in sorted(found)
        ),
        link_sets_complete=tuple((link.name, source) for source in targets),
    )


def _all_pages(client: GraphClient, body: dict[str, Any], version: Version) -> Iterator[str]:
    yield from _ids(body.get("value") or ())
    if more := body.get(NEXT):
        for page in client.pages(more, version=version):
            yield from _ids(page.get("value") or ())


def _expanded(value: Any) -> frozenset[str]:
    if isinstance(value, Mapping):
        return frozenset((str(value["id"]),))
    return frozenset(_ids(value))


def _ids(items: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    return (str(item["id"]) for item in items)
