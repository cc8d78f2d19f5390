"""What Graph calls things, what Holdfast calls them, and snapshots' identifiers.

https://learn.microsoft.com/graph/api/resources/enums-entrarecoveryservices
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from datetime import UTC, datetime

from rest_framework.request import Request

from apps.entra.catalogue import KINDS

NAMESPACE = "microsoft.graph.entraRecoveryServices"
UNKNOWN = "unknownFutureValue"
# Members of Graph's enumerations that every caller gets; the others (resourceTypeName's
# oAuth2PermissionGrant, recoveryStatus's loadingData, ...) only who has asked for them.
# https://learn.microsoft.com/graph/best-practices-concept#handling-future-members-in-evolvable-enumerations
_ALWAYS = frozenset(
    {
        *("initialized", "running", "successful", "failed", "abandoned"),
        *("softDelete", "update", "restore"),
        *("user", "group", "application", "servicePrincipal"),
        *("conditionalAccessPolicy", "namedLocationPolicy", "authenticationMethodPolicy"),
        *("authorizationPolicy", "authenticationStrengthPolicy"),
    }
)
_PREFERENCE = "include-unknown-enum-members"

# resourceTypeName -> kinds, where the names differ. What Graph has no name for has our own.
_KINDS_OF = {
    "namedLocationPolicy": ("namedLocation",),
    "authenticationMethodPolicy": (
        "authenticationMethodsPolicy",
        "authenticationMethodConfiguration",
    ),
    "oAuth2PermissionGrant": ("oauth2PermissionGrant",),
}
_TYPE_OF = {kind: name for name, kinds in _KINDS_OF.items() for kind in kinds}
_GRAPH_TYPES = {kind.name: kind.graph_type for kind in KINDS}


def wants_unknown(request: Request) -> bool:
    """Whether the caller takes members that were added to enumerations later."""
    return _PREFERENCE in request.META.get("HTTP_PREFER", "")


def member(value: str, *, every: bool) -> str:
    """A member of an enumeration, as this caller gets it."""
    return value if every or value in _ALWAYS else UNKNOWN


def kinds_of(entity_type: str) -> tuple[str, ...]:
    """The kinds that a resourceTypeName stands for; () for an unknown one."""
    if found := _KINDS_OF.get(entity_type):
        return found
    return (entity_type,) if entity_type in _GRAPH_TYPES and entity_type not in _TYPE_OF else ()


def entity_type(kind: str) -> str:
    """The resourceTypeName of a kind."""
    return _TYPE_OF.get(kind, kind)


def entity_types(kinds: Iterable[str]) -> list[str]:
    return sorted({entity_type(kind) for kind in kinds})


def graph_type(kind: str) -> str:
    """The @odata.type of an object of a kind."""
    return f"#microsoft.graph.{_GRAPH_TYPES.get(kind, kind)}"


def moment(value: datetime | None) -> str | None:
    """As Graph writes a DateTimeOffset, to the microsecond where there are any."""
    if value is None:
        return None
    return value.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def snapshot_id(taken_at: datetime) -> str:
    """A snapshot's identifier: the Base64 of when it was taken."""
    return base64.b64encode(str(moment(taken_at)).encode()).decode()


def taken_at(identifier: str) -> datetime | None:
    """When the snapshot of an identifier was taken; None for what is no identifier."""
    try:
        text = base64.b64decode(identifier, validate=True).decode("ascii")
        return datetime.fromisoformat(text).astimezone(UTC) if text.endswith("Z") else None
    except (binascii.Error, ValueError, OverflowError):
        return None
