"""Reading collections that hang on each object of another kind."""

from collections.abc import Iterator, Sequence
from typing import Any

from apps.entra.catalogue import kind as kind_named
from apps.entra.catalogue import normalise
from apps.entra.catalogue.model import Kind
from apps.entra.catalogue.normalising import PARENT
from apps.entra.client import BatchItem, GraphClient
from apps.entra.client.graph import with_query
from apps.entra.client.paging import NEXT
from apps.entra.reading import asking
from apps.entra.reading.observed import ObservedObject, ReadBatch


def read(client: GraphClient, kind: Kind) -> Iterator[ReadBatch]:
    """Every child in the tenant: expanded beside its parent, asked for where that is cut off."""
    for page in client.pages(query(kind), version=kind.version):
        objects: list[ObservedObject] = []
        cut_off = []
        for raw in page.get("value") or ():
            children = raw.get(kind.parent_property) or []
            if len(children) >= asking.EXPAND_CAP:
                cut_off.append(str(raw["id"]))
            else:
                objects.extend(_observed(kind, str(raw["id"]), children))
        objects.extend(_of_parents(client, kind, cut_off))
        yield ReadBatch(kind.name, tuple(objects))
    yield ReadBatch(kind.name, whole=True)


def query(kind: Kind) -> str:
    """The path and query of the list of parents with their children."""
    parent = kind_named(kind.parent)
    params: dict[str, str | int] = {
        "$select": "id",
        "$expand": kind.parent_property,
        "$top": parent.page_size or 100,
    }
    return with_query(parent.list_path, params)


def _of_parents(
    client: GraphClient, kind: Kind, parents: Sequence[str]
) -> Iterator[ObservedObject]:
    params = {"$top": kind.page_size} if kind.page_size else None
    items = [
        BatchItem(parent, "GET", with_query(kind.list_path.replace("{parent}", parent), params))
        for parent in parents
    ]
    for parent, answer in zip(parents, client.batch(items, version=kind.version), strict=True):
        if answer.status == 404:
            # Deleted since the list was read; its children are gone with it.
            continue
        body = answer.unwrap()
        yield from _observed(kind, parent, body.get("value") or [])
        if more := body.get(NEXT):
            for page in client.pages(more, version=kind.version):
                yield from _observed(kind, parent, page.get("value") or [])


def _observed(
    kind: Kind, parent: str, children: Sequence[dict[str, Any]]
) -> Iterator[ObservedObject]:
    for raw in children:
        body = normalise(kind, {**raw, PARENT: parent}, version=kind.version)
        yield ObservedObject(str(raw["id"]), body)
