"""Reading kinds of which Graph lists the objects of one owner at a time."""

from collections.abc import Iterator, Mapping
from typing import Any

from apps.entra.catalogue import normalise
from apps.entra.catalogue.model import Kind, Owners
from apps.entra.catalogue.normalising import PARENT
from apps.entra.client import BatchItem, GraphClient
from apps.entra.client.graph import with_query
from apps.entra.client.paging import NEXT
from apps.entra.reading import asking, relations
from apps.entra.reading.observed import ObservedObject, ReadBatch


def read(client: GraphClient, kind: Kind, owners: Owners) -> Iterator[ReadBatch]:
    """Every object in the tenant: the owners that have any, and then 20 owners at a time."""
    for page in client.pages(owners.list_path, version=owners.version):
        ids = owner_ids(owners, page)
        paths = [asking.list_path(kind, {owners.property: one}) for one in ids]
        params = asking.list_params(client, kind)
        items = [
            BatchItem(one, "GET", with_query(path, params))
            for one, path in zip(ids, paths, strict=True)
        ]
        objects: list[ObservedObject] = []
        answers = client.batch(items, version=kind.version)
        for owner, answer in zip(ids, answers, strict=True):
            if answer.status == 404:
                # The owner was deleted since; what it had is gone with it.
                continue
            body = answer.unwrap()
            objects += _observed(kind, body, owner)
            if more := body.get(NEXT):
                for further in client.pages(more, version=kind.version):
                    objects += _observed(kind, further, owner)
        yield ReadBatch(kind.name, tuple(objects))
        for link in kind.links:
            found = relations.read_links(client, link, [one.object_id for one in objects])
            yield relations.as_batch(kind, link, found)
    yield ReadBatch(kind.name, whole=True)


def owner_ids(owners: Owners, page: Mapping[str, Any]) -> list[str]:
    """The owners on a page that have anything to ask for."""
    return [str(one["id"]) for one in page.get("value") or () if _has_any(owners, one)]


def _has_any(owners: Owners, owner: Mapping[str, Any]) -> bool:
    return owners.when is None or owner.get(owners.when[0]) == owners.when[1]


def _observed(kind: Kind, page: dict[str, Any], owner: str) -> list[ObservedObject]:
    found = asking.items_of(kind, page) if kind.items else [page]
    if kind.parent:
        found = [{**raw, PARENT: owner} for raw in found]
    return [
        ObservedObject(str(raw["id"]), normalise(kind, raw, version=kind.version)) for raw in found
    ]
