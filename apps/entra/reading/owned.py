"""Reading kinds of which Graph lists the objects of one owner at a time."""

from collections.abc import Iterator
from typing import Any

from apps.entra.catalogue import normalise
from apps.entra.catalogue.model import Kind, Owners
from apps.entra.client import BatchItem, GraphClient
from apps.entra.client.graph import with_query
from apps.entra.client.paging import NEXT
from apps.entra.reading import asking, relations
from apps.entra.reading.observed import ObservedObject, ReadBatch


def read(client: GraphClient, kind: Kind, owners: Owners) -> Iterator[ReadBatch]:
    """Every object in the tenant: the owners that have any, and then 20 owners at a time."""
    for page in client.pages(owners.list_path, version=owners.version):
        ids = [str(one["id"]) for one in page.get("value") or ()]
        paths = [asking.list_path(kind, {owners.property: one}) for one in ids]
        params = asking.list_params(client, kind)
        items = [
            BatchItem(one, "GET", with_query(path, params))
            for one, path in zip(ids, paths, strict=True)
        ]
        objects: list[ObservedObject] = []
        for answer in client.batch(items, version=kind.version):
            if answer.status == 404:
                # The owner was deleted since; what it had is gone with it.
                continue
            body = answer.unwrap()
            objects += _observed(kind, body)
            if more := body.get(NEXT):
                for further in client.pages(more, version=kind.version):
                    objects += _observed(kind, further)
        yield ReadBatch(kind.name, tuple(objects))
        for link in kind.links:
            found = relations.read_links(client, link, [one.object_id for one in objects])
            yield relations.as_batch(kind, link, found)
    yield ReadBatch(kind.name, whole=True)


def _observed(kind: Kind, page: dict[str, Any]) -> list[ObservedObject]:
    return [
        ObservedObject(str(raw["id"]), normalise(kind, raw, version=kind.version))
        for raw in ((page.get("value") or ()) if kind.items else (page,))
    ]
