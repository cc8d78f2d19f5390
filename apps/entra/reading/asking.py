"""Which question gets a kind's objects out of Graph."""

from collections.abc import Mapping
from typing import Any

from apps.entra.catalogue.model import Kind, Link
from apps.entra.client import GraphClient
from apps.entra.client.graph import with_query

# Graph cuts an expanded relation off here and gives no next link.
EXPAND_CAP = 20
FILTER = "$filter="


def object_path(kind: Kind, object_id: str, parent: str = "") -> str:
    """The path of one object. parent: the id of its parent, for children."""
    return kind.own_path(object_id).replace("{parent}", parent)


def selected(client: GraphClient, kind: Kind) -> tuple[str, ...]:
    """The properties to ask for: those whose permission we hold. Empty: ask for no selection."""
    if not kind.supports_select:
        return ()
    held = client.roles() if any(item.read_permission for item in kind.properties) else frozenset()
    refused = {
        item.name
        for item in kind.properties
        if item.read_permission and item.read_permission not in held
    }
    return tuple(name for name in kind.select if name not in refused)


def left_out(client: GraphClient, kind: Kind) -> tuple[str, ...]:
    """The properties that a capture goes without, for want of a permission."""
    if not kind.supports_select:
        return ()
    return tuple(sorted(set(kind.select) - set(selected(client, kind))))


def list_path(kind: Kind, body: Mapping[str, Any]) -> str:
    """The path of the list that holds an object with this body."""
    if kind.owners is None:
        return kind.list_path
    name = kind.owners.property
    return kind.list_path.replace(f"{{{name}}}", str(body[name]))


def list_params(client: GraphClient, kind: Kind, *more: str) -> dict[str, str | int]:
    """The query of the kind's list."""
    params: dict[str, str | int] = _shown(client, kind, *more)
    if kind.page_size:
        params["$top"] = kind.page_size
    return params


def item_query(client: GraphClient, kind: Kind, object_id: str, parent: str = "") -> str:
    """The path and query of one object."""
    return with_query(object_path(kind, object_id, parent), _shown(client, kind))


def _shown(client: GraphClient, kind: Kind, *more: str) -> dict[str, str | int]:
    """What the query asks to see of each object."""
    params: dict[str, str | int] = {}
    if names := selected(client, kind):
        params["$select"] = ",".join((*names, *more))
    if kind.expand:
        params["$expand"] = kind.expand
    return params


def expansion(link: Link) -> str:
    """What `$expand` takes to bring a link's targets along."""
    return f"{link.property}($select=id)"


def links_query(link: Link, source_id: str) -> str:
    """The path and query of the targets of one source."""
    params: dict[str, str | int] = {}
    if link.expandable:
        params["$select"] = "id"
    if link.expandable and not link.single:
        params["$top"] = 999
    return with_query(link.read_path.replace("{id}", source_id), params)


def item_of(kind: Kind, answer: Mapping[str, Any]) -> dict[str, Any] | None:
    """The one object that an answer is, or that is all that it lists; None where it lists none."""
    if FILTER not in kind.item_path:
        return kind.identified(answer)
    found = answer.get("value") or ()
    return kind.identified(found[0]) if found else None


def items_of(kind: Kind, page: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The objects on a page of the kind's list; a singleton is its own only object."""
    if not kind.items:
        own = {name: value for name, value in page.items() if name != "@odata.context"}
        return [kind.identified(own)]
    found = page.get(kind.items) or ()
    return list(found) if kind.key == "id" else [kind.identified(raw) for raw in found]
