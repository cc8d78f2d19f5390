"""What hangs on objects and goes into the bin and comes back with them, asked owner by owner."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from apps.entra.catalogue import KINDS
from apps.entra.catalogue.model import Dependence, Kind
from apps.entra.client import BatchItem, GraphClient
from apps.entra.client.graph import with_query
from apps.entra.client.paging import NEXT


@dataclass(frozen=True, slots=True)
class Dependent:
    """An object (`kind`, `object_id`) that lives as long as its `owner_id` does."""

    kind: str
    object_id: str
    owner_id: str


def read_dependents(
    client: GraphClient, owner_kind: str, owner_ids: Sequence[str]
) -> Iterator[Dependent]:
    """The dependents of these owners as they are now, each once for each way to list it.

    None of an owner that does not exist. Raises an EntraError when Graph refuses to say.
    """
    for of, dependence in listed_with(owner_kind):
        # What the customer keeps from us is in no snapshot, and nobody misses it here.
        if not client.roles().issuperset(of.read_permission):
            continue
        yield from _listed(client, of, dependence, owner_ids)


def listed_with(owner_kind: str) -> tuple[tuple[Kind, Dependence], ...]:
    """The kinds whose objects Graph lists beneath an owner of this kind, and how."""
    return tuple(
        (of, one)
        for of in KINDS
        for one in of.lives_with
        if one.owner == owner_kind and one.list_path
    )


def _listed(
    client: GraphClient, of: Kind, dependence: Dependence, owner_ids: Sequence[str]
) -> Iterator[Dependent]:
    params = {"$top": of.page_size} if of.page_size else None
    items = [
        BatchItem(owner, "GET", with_query(dependence.list_path.replace("{id}", owner), params))
        for owner in owner_ids
    ]
    for owner, answer in zip(owner_ids, client.batch(items, version=of.version), strict=True):
        if answer.status == 404:
            continue
        body = answer.unwrap()
        yield from (Dependent(of.name, str(one["id"]), owner) for one in body.get("value") or ())
        if more := body.get(NEXT):
            for page in client.pages(more, version=of.version):
                found = page.get("value") or ()
                yield from (Dependent(of.name, str(one["id"]), owner) for one in found)
