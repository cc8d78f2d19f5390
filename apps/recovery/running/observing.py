"""What the tenant says about items at this moment: as wanted, as assumed, or neither."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from enum import Enum
from typing import Any, Final

from apps.entra import reading
from apps.entra.catalogue import Kind, Lane, kind, link
from apps.entra.client import GraphClient
from apps.entra.writing import SECRETS
from apps.history.identities import Identities
from apps.recovery import states
from apps.recovery.choices import Action
from apps.recovery.running.items import Item

Body = Mapping[str, Any]
NOTHING_MADE: Final = Identities()
# From so many policies on, one list is cheaper than single reads at one a second.
LIST_FROM = 3


class Sight(Enum):
    WANTED = "wanted"
    ASSUMED = "assumed"
    OTHER = "other"


def observe(
    client: GraphClient,
    items: Iterable[Item],
    made: Identities = NOTHING_MADE,
    *,
    written: bool = False,
) -> dict[int, Sight]:
    """By result id. Reads each object and each source of links once, through $batch.

    made: what the run has made anew, which the items still call by the ids from before. What is to
    be made and is not among them is as assumed: see `making` for what nobody heard of. written: all
    of the items were; what is not among `made` then got the id that it had (that of a delegated
    grant says whose it is, to whom and for what). Raises an EntraError when Graph refuses to say.
    """
    objects: dict[str, list[Item]] = defaultdict(list)
    links: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        (links[item.link] if item.link else objects[item.kind]).append(item)
    seen: dict[int, Sight] = {}
    for name, of_kind in objects.items():
        seen |= _objects(client, kind(name), of_kind, made, written=written)
    for name, of_link in links.items():
        seen |= _links(client, name, of_link, made)
    return seen


def _objects(
    client: GraphClient, of: Kind, items: list[Item], made: Identities, *, written: bool
) -> dict[int, Sight]:
    unmade = {
        item.object_id
        for item in items
        if item.action == Action.CREATE
        and not (written or of.is_id_chosen)
        and made.current(item.object_id) == item.object_id
    }
    parents = {
        made.current(item.object_id): made.current(item.parent_id)
        for item in items
        if item.object_id not in unmade
    }
    names = {name for item in items for name in item.attributes}
    bodies = _bodies(client, of, parents, names) if parents else {}
    return {
        item.result_id: _object_sight(of, item, bodies.get(now), made)
        for item in items
        for now in [made.current(item.object_id)]
    }


def _bodies(
    client: GraphClient, of: Kind, parents: Mapping[str, str], names: Collection[str]
) -> dict[str, Any]:
    if of.lane == Lane.CONDITIONAL_ACCESS and len(parents) >= LIST_FROM:
        batches = reading.read(client, of, first_read=False)
        return {one.object_id: one.body for batch in batches for one in batch.objects}
    return reading.read_objects(client, of, list(parents), parents=parents, apart=names)


def _object_sight(of: Kind, item: Item, body: Body | None, made: Identities) -> Sight:
    if item.action in {Action.UPDATE, Action.PREPARE}:
        return _attribute_sight(of, item, body, made)
    if item.action == Action.RETURN:
        return _return_sight(of, item, body, made)
    if item.action == Action.SECRET:
        return _secret_sight(item, body)
    should_live = item.action in {Action.UNDELETE, Action.CREATE}
    return Sight.WANTED if (body is not None) == should_live else Sight.ASSUMED


def _secret_sight(item: Item, body: Body | None) -> Sight:
    if body is None:
        return Sight.OTHER
    return Sight.WANTED if secrets_of(item, body) else Sight.ASSUMED


def secrets_of(item: Item, body: Body) -> list[str]:
    """The keyIds of what a step that makes a client secret has made."""
    held = body.get(SECRETS) or ()
    return [
        str(one["keyId"])
        for one in held
        if states.of_secret(str(one.get("displayName", ""))) == item.wants
    ]


def _return_sight(of: Kind, item: Item, body: Body | None, made: Identities) -> Sight:
    """What is not back yet may come; how it looks matters where it can be written."""
    if body is None:
        return Sight.OTHER
    return _attribute_sight(of, item, body, made) if item.attributes else Sight.WANTED


def _attribute_sight(of: Kind, item: Item, body: Body | None, made: Identities) -> Sight:
    if body is None:
        return Sight.OTHER
    touched = {name: body[name] for name in item.attributes if name in body}
    # The plan knows what is made anew by the id from before; who still names that has yet to learn.
    digest = states.of_attributes(of, {**body, **made.as_then(touched)}, item.attributes)
    if digest == item.wants:
        return Sight.ASSUMED if made.as_now(touched) != touched else Sight.WANTED
    # Between two requests for one property its state is not known before: anything may be right.
    return Sight.ASSUMED if not item.assumes or digest == item.assumes else Sight.OTHER


def _links(client: GraphClient, name: str, items: list[Item], made: Identities) -> dict[int, Sight]:
    sources = list(dict.fromkeys(made.current(item.object_id) for item in items))
    targets = reading.read_links(client, link(name), sources)
    return {
        item.result_id: _link_sight(item, targets.get(made.current(item.object_id)), made)
        for item in items
    }


def _link_sight(item: Item, targets: frozenset[str] | None, made: Identities) -> Sight:
    if targets is None:
        # Without its source a link is gone, which is all that a removal wants.
        return Sight.WANTED if item.action == Action.LINK_REMOVE else Sight.OTHER
    there = made.current(item.target_id) in targets
    if item.action == Action.LINK_ADD:
        return Sight.WANTED if there else Sight.ASSUMED
    return Sight.ASSUMED if there else Sight.WANTED
