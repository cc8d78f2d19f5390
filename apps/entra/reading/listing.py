"""Reading by list, for kinds without delta and for the full enumeration that checks delta."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from apps.entra.catalogue import normalise
from apps.entra.catalogue.model import Kind, Link
from apps.entra.client import GraphClient
from apps.entra.client.graph import with_query
from apps.entra.client.responses import Question
from apps.entra.errors import EntraError
from apps.entra.reading import asking, deltas, relations
from apps.entra.reading.beside import Told
from apps.entra.reading.observed import Later, ObservedObject, ReadBatch
from apps.entra.reading.subtypes import Extras

NOT_FOUND = 404


def read(client: GraphClient, kind: Kind) -> Iterator[ReadBatch]:
    """The whole collection and all its links, page by page.

    The cursor at the end is taken before the first page, so that nothing falls in between.
    """
    cursor = deltas.latest_cursor(client, kind) if kind.delta_path else None
    extras, told = Extras(client, kind), Told(client, kind)
    with_page = _with_page(kind)
    for page in _pages(client, kind):
        raws = [told.add_to(extras.add_to(raw)) for raw in asking.items_of(kind, page)]
        yield ReadBatch(kind.name, Later(partial(_observed, kind, raws)))
        for link in with_page:
            yield relations.expanded(client, kind, link, page)
    for link in kind.links:
        if link not in with_page:
            yield from relations.list_links(client, kind, link)
    yield ReadBatch(kind.name, cursor=cursor, whole=True)


def _observed(kind: Kind, raws: Sequence[Mapping[str, Any]]) -> tuple[ObservedObject, ...]:
    version = kind.version
    return tuple(
        ObservedObject(str(raw["id"]), normalise(kind, raw, version=version)) for raw in raws
    )


def questions(client: GraphClient, kind: Kind) -> Iterator[Question]:
    """The first request of read(), what lies beside it, and the first of relist() where links are
    listed anew by delta."""
    if kind.owners:
        yield Question(kind.owners.version, kind.owners.list_path)
        return
    if not kind.delta_path:
        yield Question(kind.version, query(client, kind), kind.headers)
    if kind.beside:
        yield Question(kind.version, kind.beside.list_path)
    for link in kind.links:
        if kind.delta_path and link.on_delta == "relist":
            yield Question(kind.version, relations.list_query(kind, link))


def questions_of_all(client: GraphClient, kind: Kind) -> Iterator[Question]:
    """The requests of read() for a kind that has delta, but for the cursor."""
    yield Question(kind.version, query(client, kind), kind.headers)
    if kind.beside:
        yield Question(kind.version, kind.beside.list_path)
    for link in kind.links:
        if link not in _with_page(kind):
            yield Question(kind.version, relations.list_query(kind, link))


def query(client: GraphClient, kind: Kind) -> str:
    """The path and query of the kind's list."""
    return with_query(kind.list_path, _params(client, kind))


def _with_page(kind: Kind) -> list[Link]:
    """The links that are read with each page of the list."""
    return [link for link in kind.links if link is kind.links[0] or not link.expandable]


def _params(client: GraphClient, kind: Kind) -> dict[str, str | int]:
    beside = kind.links[0] if kind.links else None
    params = asking.list_params(client, kind)
    if beside is not None and beside.expandable and kind.items == "value":
        params["$expand"] = asking.expansion(beside)
    return params


def _pages(client: GraphClient, kind: Kind) -> Iterator[dict[str, Any]]:
    """The kind's list, with one relation expanded in it (Graph expands one at a time)."""
    path = query(client, kind)
    try:
        if kind.items != "value":
            # Several kinds lie in one answer: it is asked for once.
            yield client.shared(path, version=kind.version, headers=kind.headers, reader=kind.name)
            return
        yield from client.pages(path, version=kind.version, headers=kind.headers)
    except EntraError as error:
        if not (kind.none_is_404 and error.status == NOT_FOUND):
            raise
