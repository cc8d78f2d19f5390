"""Which type an object of a file has, and what it is to the object above it.

Told, in this order, by the object's `@odata.type`, by the `@odata.context` of the file, by the
names of the folders it lies in, and by its properties.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePath
from typing import Any

from apps.sandbox.schema import TYPES

_ALIASES = {
    "accesspolicies": "conditionalAccessPolicy",
    "accesspolicy": "conditionalAccessPolicy",
    "conditionalaccess": "conditionalAccessPolicy",
    "conditionalaccesspolicies": "conditionalAccessPolicy",
    "enterpriseapplications": "servicePrincipal",
    "enterpriseapps": "servicePrincipal",
    "appregistrations": "application",
    "approleassignments": "appRoleAssignment",
    "approleassignedto": "appRoleAssignment",
    "authenticationstrengths": "authenticationStrengthPolicy",
    "organisation": "organization",
    "securitydefaults": "identitySecurityDefaultsEnforcementPolicy",
}
_SHAPES = (
    ("conditionalAccessPolicy", {"conditions", "grantControls"}),
    ("ipNamedLocation", {"ipRanges"}),
    ("countryNamedLocation", {"countriesAndRegions"}),
    ("authenticationStrengthPolicy", {"allowedCombinations"}),
    ("user", {"userPrincipalName"}),
    ("servicePrincipal", {"appId", "servicePrincipalType"}),
    ("application", {"appId", "signInAudience"}),
    ("group", {"groupTypes"}),
    ("group", {"securityEnabled", "mailEnabled"}),
    ("oauth2PermissionGrant", {"clientId", "resourceId", "scope"}),
    ("appRoleAssignment", {"appRoleId", "principalId", "resourceId"}),
    ("unifiedRoleAssignment", {"roleDefinitionId", "principalId"}),
    ("unifiedRoleDefinition", {"rolePermissions"}),
    ("subscribedSku", {"skuPartNumber"}),
    ("organization", {"verifiedDomains"}),
    ("domain", {"isVerified", "authenticationType"}),
    ("federatedIdentityCredential", {"issuer", "subject", "audiences"}),
)
_ENTITY = re.compile(r"^(?P<name>\w+)\('(?P<id>[^']+)'\)$")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an object stands: its type by name, or what it is to another object.

    `relation` is a name such as "members"; then `parent_type` and `parent_id` tell whose.
    """

    type_name: str = ""
    relation: str = ""
    parent_type: str = ""
    parent_id: str = ""


def concrete_type(item: Mapping[str, Any]) -> str:
    """The type an object names itself, or ""."""
    name = str(item.get("@odata.type", "")).removeprefix("#").removeprefix("microsoft.graph.")
    known = TYPES.get(name)
    return "" if known is None or known.abstract else name


def named_type(item: Mapping[str, Any]) -> str:
    """What the object says it is, known here or not."""
    return str(item.get("@odata.type", "")).rpartition(".")[2]


def place_of_context(context: str) -> Place:
    """The place a context URL tells: `...$metadata#groups('1')/members` or `...#users/$entity`."""
    fragment = context.partition("#")[2]
    segments = [each for each in re.split(r"/(?![^(]*\))", fragment) if not each.startswith("$")]
    bare = [re.sub(r"\([^')]*\)$", "", each) for each in segments]
    return _place(bare)


def place_of_path(path: PurePath) -> Place:
    """The place folders and file name tell: `Groups/<id>/Members/<id>.json`, `users.json`."""
    return _place([*path.parent.parts, path.stem])


def type_of_shape(item: Mapping[str, Any]) -> str:
    """The type whose unmistakable properties the object has, or ""."""
    for type_name, properties in _SHAPES:
        if properties <= item.keys():
            return type_name
    return ""


def _place(segments: Iterable[str]) -> Place:
    """Read segments from the left: a collection, an id, perhaps a relation."""
    place = Place()
    for segment in segments:
        keyed = _ENTITY.match(segment)
        name = (keyed["name"] if keyed else segment).lower().replace(" ", "")
        place = _step(place, name, segment)
        if keyed:
            place = _step(place, "", keyed["id"])
    return Place() if place.parent_id and not place.relation and not place.type_name else place


def _step(place: Place, name: str, segment: str) -> Place:
    parent = place.type_name
    if parent and place.parent_id:
        relation = _relations(parent).get(name)
        if relation is not None:
            return Place(relation=relation, parent_type=parent, parent_id=place.parent_id)
    type_name = _by_name().get(name)
    if type_name is not None and not place.relation:
        return Place(type_name=type_name)
    if parent and not place.parent_id:
        return Place(type_name=parent, parent_id=segment)
    return place


@lru_cache(maxsize=1)
def _by_name() -> dict[str, str]:
    """Names of collections and types, lower case, to types."""
    names: dict[str, str] = {}
    for name, entity in TYPES.items():
        if entity.path and entity.family == name:
            names[entity.path.rpartition("/")[2].lower()] = name
        names[name.lower()] = name
    names.pop("policies", None)
    names.pop("entity", None)
    return names | _ALIASES


@lru_cache(maxsize=64)
def _relations(type_name: str) -> dict[str, str]:
    """Relations of a type by lower-case name."""
    return {name.lower(): name for name in TYPES[type_name].relations}
