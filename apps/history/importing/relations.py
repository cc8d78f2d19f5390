"""What hangs on an object: where a path or an @odata.context says of which object, and as what."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from apps.entra.catalogue import KINDS, Kind, Link, kind
from apps.history.importing import layouts

# ".../$metadata#groups('<id>')/members" and ".../$metadata#servicePrincipals('<id>')/owners(id)".
_OF_ONE = re.compile(r"^([\w/]+)\('([^']+)'\)/(\w+)")
# Whatever has relations is a directory object, and those have such ids.
_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_CHOSEN = re.compile(r"\(.*\)$")


@dataclass(frozen=True, slots=True)
class Relation:
    """That a file's items hang on one object. Either link (they are its targets) or child is set.

    name: what the relation is called, for people.
    """

    source: Kind
    source_id: str
    name: str
    link: Link | None = None
    child: Kind | None = None


def from_path(folders: Sequence[str], stem: str) -> Relation | None:
    """What the folders say: <kind>/<id>/<relation>/[<id>/]<file>, or <kind>/<id>/<relation>.json.

    A relation that Holdfast does not keep has neither link nor child.
    """
    places = [place for place, name in enumerate(folders) if layouts.kind_of_folder(name)]
    if not places:
        return None
    inner = places[-1]
    if inner >= 2 and (outer := layouts.kind_of_folder(folders[inner - 2])):
        above = _relation(outer, folders[inner - 1], folders[inner])
        if above.link or above.child:
            return above
    below = [*folders[inner + 1 :], stem]
    source = layouts.kind_of_folder(folders[inner])
    if source is None or len(below) < 2 or below[0] == below[1] or not _ID.fullmatch(below[0]):
        return None
    name = below[1] if len(below) <= 4 else "/".join(below[1:-1])
    return _relation(source, below[0], name)


def from_context(context: str) -> Relation | None:
    """What an @odata.context says, if it names one object and something that hangs on it."""
    found = _OF_ONE.match(context.partition("#")[2])
    source = layouts.BY_PATH.get(found.group(1).casefold()) if found else None
    if found is None or source is None:
        return None
    return _relation(source, found.group(2), found.group(3))


def kind_from_context(context: str) -> Kind | None:
    """The kind that an @odata.context names: "#users/$entity", "#users(id,displayName)"."""
    fragment = context.partition("#")[2].removesuffix("/$entity")
    collection = re.fullmatch(r"Collection\((microsoft\.graph\.\w+)\)", fragment)
    if collection or fragment.startswith("microsoft.graph."):
        name = collection.group(1) if collection else fragment
        return layouts.BY_TYPE.get(f"#{name}".casefold())
    return layouts.BY_PATH.get(_CHOSEN.sub("", fragment).casefold())


def children_in(entry: Kind) -> dict[str, Kind]:
    """The kinds whose objects may lie inside an object of this kind, by the property they are in.

    Those with this kind as their parent, and those that Graph gives in one answer with it.
    """
    inside = {one.parent_property: one for one in KINDS if one.parent == entry.name}
    beside = {
        one.items: one
        for one in KINDS
        if one.list_path == entry.list_path and one.items not in ("", "value")
    }
    return {**inside, **(beside if entry.name not in {k.name for k in beside.values()} else {})}


def parent_of(entry: Kind, raw: dict[str, Any], relation: Relation | None) -> str:
    """The id of the object that a child belongs to; "" when nothing tells."""
    if relation is not None and relation.source.name == entry.parent and entry.name not in _OWN:
        return relation.source_id
    return str(raw.get(_OWN.get(entry.name, "")) or "")


# Children that say themselves whose they are: an assignment lies beneath who has it, too.
_OWN = {"appRoleAssignment": "resourceId"}


def _relation(source: Kind, source_id: str, name: str) -> Relation:
    wanted = name.casefold()
    for link in source.links:
        if link.property.casefold() == wanted:
            return Relation(source, source_id, name, link=link)
    for prop, child in children_in(source).items():
        if prop.casefold() == wanted:
            return Relation(source, source_id, name, child=child)
    beneath = {"approleassignments": "appRoleAssignment"} | {
        "oauth2permissiongrants": "oauth2PermissionGrant"
    }
    found = beneath.get(wanted)
    return Relation(source, source_id, name, child=kind(found) if found else None)
