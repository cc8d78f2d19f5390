"""Which objects each relation takes, and how many.

https://learn.microsoft.com/graph/api/group-post-members (table of member types),
https://learn.microsoft.com/graph/api/group-post-owners,
https://learn.microsoft.com/entra/identity/users/directory-service-limits-restrictions
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from apps.sandbox.rules import groups
from apps.sandbox.rules.refusals import bad_request, invalid_values

BIND_LIMIT = 20
COLLECTIONS = {
    "directoryobjects": None,
    "users": "user",
    "groups": "group",
    "serviceprincipals": "servicePrincipal",
    "applications": "application",
    "devices": "device",
    "contacts": "orgContact",
}
_REFERENCE = re.compile(
    r"(?:https?://[^/]+/(?:v1\.0|beta)/|/)?(?P<collection>[A-Za-z]+)"
    r"(?:/(?P<id>[^/()]+)|\('(?P<key>[^']+)'\))(?:/microsoft\.graph\.\w+)?/?"
)


@dataclass(frozen=True, slots=True)
class Rule:
    """Families that may stand at the end of a relation, and how many of them."""

    families: frozenset[str]
    limit: int | None = None


RULES: Mapping[str, Rule] = {
    "group.members": Rule(frozenset({"user", "group", "device", "orgContact", "servicePrincipal"})),
    "group.owners": Rule(frozenset({"user", "servicePrincipal"}), groups.OWNER_LIMIT),
    "application.owners": Rule(frozenset({"user", "servicePrincipal"}), 100),
    "servicePrincipal.owners": Rule(frozenset({"user", "servicePrincipal"}), 100),
    "administrativeUnit.members": Rule(frozenset({"user", "group", "device"})),
    "directoryRole.members": Rule(frozenset({"user", "group", "servicePrincipal"})),
    "user.manager": Rule(frozenset({"user", "orgContact"}), 1),
    "user.sponsors": Rule(frozenset({"user", "group"}), 5),
    "application.sponsors": Rule(frozenset({"user", "group"}), 5),
    "servicePrincipal.sponsors": Rule(frozenset({"user", "group"}), 5),
}


def parse_reference(value: object, relation: str) -> tuple[str | None, str]:
    """(family the address names or None, id). Raises GraphError for an address of another form."""
    match = _REFERENCE.fullmatch(value) if isinstance(value, str) else None
    collection = match.group("collection").lower() if match else ""
    if match is None or collection not in COLLECTIONS:
        raise bad_request(f"Invalid URL format specified in @odata.bind for {relation} payload.")
    return COLLECTIONS[collection], match.group("id") or match.group("key")


def check_target(
    relation: str, source: Mapping[str, Any], family: str, target: Mapping[str, Any]
) -> None:
    """Refuse a target of a sort that the relation, or this group, does not take."""
    if family not in RULES[relation].families:
        raise invalid_values()
    if relation != "group.members":
        return
    if groups.is_unified(source) and family != "user":
        raise invalid_values()
    if family == "group" and (groups.is_unified(target) or groups.is_role_assignable(source)):
        raise invalid_values()


def check_limit(relation: str, count: int) -> None:
    """Refuse one reference more than the relation holds."""
    limit = RULES[relation].limit
    if limit is not None and count > limit:
        raise bad_request(
            "The directory object quota limit for the Principal has been exceeded. Please ask your "
            "administrator to increase the quota limit or delete objects to reduce the used quota."
        )
