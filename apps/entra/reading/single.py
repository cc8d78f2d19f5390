"""Looking at single objects as they are at this moment: before a write, and after it."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from apps.entra.catalogue import normalise
from apps.entra.catalogue.model import Kind
from apps.entra.catalogue.normalising import PARENT
from apps.entra.client import BatchItem, GraphClient
from apps.entra.reading import asking
from apps.entra.reading.apart import read_apart
from apps.entra.reading.subtypes import Extras


def read_objects(
    client: GraphClient,
    kind: Kind,
    object_ids: Sequence[str],
    *,
    parents: Mapping[str, str] | None = None,
    apart: Collection[str] = (),
) -> dict[str, dict[str, Any] | None]:
    """The normalised bodies of live objects by id; None for one that Graph does not have.

    parents: parent id by object id, for children. apart: also these of the properties that are
    read apart, for one more request each. A soft-deleted object is not live. Raises an EntraError
    when Graph refuses for another reason.
    """
    owners = parents or {}
    if kind.singleton:
        params = asking.list_params(client, kind)
        body = client.get(kind.item_path, params, version=kind.version, headers=kind.headers)
        own = normalise(kind, kind.identified(body), version=kind.version)
        return dict.fromkeys(object_ids, own)
    extras = Extras(client, kind)
    items = [
        BatchItem(
            object_id,
            "GET",
            asking.item_query(client, kind, object_id, owners.get(object_id, "")),
            headers=kind.headers,
        )
        for object_id in object_ids
    ]
    found: dict[str, dict[str, Any] | None] = {}
    for object_id, answer in zip(
        object_ids, client.batch(items, version=kind.version), strict=True
    ):
        if answer.status == 404:
            found[object_id] = None
            continue
        raw = asking.item_of(kind, extras.add_to(answer.unwrap()))
        if raw is None:
            found[object_id] = None
            continue
        if kind.parent:
            raw[PARENT] = owners.get(object_id, "")
        found[object_id] = normalise(kind, raw, version=kind.version)
    live = [object_id for object_id, body in found.items() if body is not None]
    if not kind.read_apart.keys().isdisjoint(apart):
        for object_id, values in read_apart(client, kind, live, names=apart).items():
            (found[object_id] or {}).update(values or {})
    return found
