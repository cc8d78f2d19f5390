"""Reading by list, for kinds without delta and for the full enumeration that checks delta."""

from collections.abc import Iterator

from apps.entra.catalogue import normalise
from apps.entra.catalogue.model import Kind
from apps.entra.client import GraphClient
from apps.entra.reading import asking, deltas, relations
from apps.entra.reading.observed import ObservedObject, ReadBatch
from apps.entra.reading.subtypes import Extras


def read(client: GraphClient, kind: Kind) -> Iterator[ReadBatch]:
    """The whole collection and all its links, page by page.

    The cursor at the end is taken before the first page, so that nothing falls in between.
    """
    cursor = deltas.latest_cursor(client, kind) if kind.delta_path else None
    extras = Extras(client, kind)
    params = asking.list_params(client, kind)
    pages = client.pages(kind.list_path, params, version=kind.version, headers=kind.headers)
    for page in pages:
        objects = tuple(
            ObservedObject(
                str(raw["id"]), normalise(kind, extras.add_to(raw), version=kind.version)
            )
            for raw in asking.items_of(kind, page)
        )
        yield ReadBatch(kind.name, objects)
    for link in kind.links:
        yield from relations.list_links(client, kind, link)
    yield ReadBatch(kind.name, cursor=cursor, whole=True)
