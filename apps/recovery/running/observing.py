"""What the tenant says about items at this moment: as wanted, as assumed, or neither."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from enum import Enum
from typing import Any

from apps.entra import reading
from apps.entra.catalogue import Kind, Lane, kind, link
from apps.entra.client import GraphClient
from apps.recovery import states
from apps.recovery.choices import Action
from apps.recovery.running.items import Item

Body = Mapping[str, Any]
# From so many policies on, one list is cheaper than single reads at one a second.
LIST_FROM = 3


class Sight(Enum):
    WANTED = "wanted"
    ASSUMED = "assumed"
    OTHER = "other"


def observe(client: GraphClient, items: Iterable[Item]) -> dict[int, Sight]:
    """By result id. Reads each object and each source of links once, through $batch.

    Raises an EntraError when Graph refuses to say.
    """
    objects: dict[str, list[Item]] = defaultdict(list)
    links: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        (links[item.link] if item.link else objects[item.kind]).append(item)
    seen: dict[int, Sight] = {}
    for name, of_kind in objects.items():
        seen |= _objects(client, kind(name), of_kind)
    for name, of_link in links.items():
        seen |= _links(client, name, of_link)
    return seen


def _objects(client: GraphClient, of: Kind, items: list[Item]) -> dict[int, Sight]:
    parents = {item.object_id: item.parent_id for item in items}
    names = {name for item in items for name in item.attributes}
    bodies = _bodies(client, of, parents, names)
    return {item.result_id: _object_sight(of, item, bodies.get(item.object_id)) for item in items}


def _bodies(
    client: GraphClient, of: Kind, parents: Mapping[str, str], names: Collection[str]
) -> dict[str, Any]:
    if of.lane == Lane.CONDITIONAL_ACCESS and len(parents) >= LIST_FROM:
        batches = reading.read(client, of, first_read=False)
        return {one.object_id: one.body for batch in batches for one in batch.objects}
    return reading.read_objects(client, of, list(parents), parents=parents, apart=names)


def _object_sight(of: Kind, item: Item, body: Body | None) -> Sight:
    if item.action in {Action.UPDATE, Action.PREPARE}:
        return _attribute_sight(of, item, body)
    if item.action == Action.RETURN:
        return _return_sight(of, item, body)
    should_live = item.action == Action.UNDELETE
    return Sight.WANTED if (body is not None) == should_live else Sight.ASSUMED


def _return_sight(of: Kind, item: Item, body: Body | None) -> Sight:
    """What is not back yet may come; how it looks matters where it can be written."""
    if body is None:
        return Sight.OTHER
    return _attribute_sight(of, item, body) if item.attributes else Sight.WANTED


def _attribute_sight(of: Kind, item: Item, body: Body | None) -> Sight:
    if body is None:
        return Sight.OTHER
    digest = states.of_attributes(of, body, item.attributes)
    if digest == item.wants:
        return Sight.WANTED
    # Between two requests for one property its state is not known before: anything may be right.
    return Sight.ASSUMED if not item.assumes or digest == item.assumes else Sight.OTHER


def _links(client: GraphClient, name: str, items: list[Item]) -> dict[int, Sight]:
    sources = list(dict.fromkeys(item.object_id for item in items))
    targets = reading.read_links(client, link(name), sources)
    return {item.result_id: _link_sight(item, targets.get(item.object_id)) for item in items}


def _link_sight(item: Item, targets: frozenset[str] | None) -> Sight:
    if targets is None:
        # Without its source a link is gone, which is all that a removal wants.
        return Sight.WANTED if item.action == Action.LINK_REMOVE else Sight.OTHER
    there = item.target_id in targets
    if item.action == Action.LINK_ADD:
        return Sight.WANTED if there else Sight.ASSUMED
    return Sight.ASSUMED if there else Sight.WANTED
