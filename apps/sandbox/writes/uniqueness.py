"""Values that only one object of a tenant may hold.

Soft-deleted objects hold theirs too, but for principal names and addresses, which are free again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from apps.sandbox.graph.context import Call
from apps.sandbox.rules.refusals import not_unique

UNIQUE: Mapping[str, tuple[str, ...]] = {
    "user": ("userPrincipalName", "onPremisesImmutableId"),
    "group": ("uniqueName",),
    "application": ("uniqueName",),
}
"""Single-valued properties by family."""


def check(call: Call, family: str, values: Mapping[str, Any], *, own_id: str | None = None) -> None:
    """Refuse a value that another live object of the family holds."""
    for name in UNIQUE.get(family, ()):
        value = values.get(name)
        if value is None:
            continue
        holder = call.directory.find(family, name, value)
        if holder is not None and holder.id != own_id:
            raise not_unique(name)


def check_nickname(call: Call, nickname: str, *, own_id: str | None = None) -> None:
    """The mail nickname of a Microsoft 365 group is its alone."""
    for holder in call.directory.find_all("group", "mailNickname", nickname):
        if holder.id != own_id and holder.body.get("mailEnabled"):
            raise not_unique("mailNickname")


def check_addresses(call: Call, addresses: Iterable[str], *, own_id: str | None = None) -> None:
    """An address belongs to one user or group."""
    for address in addresses:
        for prefix in ("SMTP:", "smtp:"):
            for family in ("user", "group"):
                holder = call.directory.find(family, "proxyAddresses", f"{prefix}{address}")
                if holder is not None and holder.id != own_id:
                    raise not_unique("proxyAddresses")


def check_identifier_uris(call: Call, uris: Iterable[str], *, own_id: str | None = None) -> None:
    """Identifier URIs are unique in the tenant."""
    for uri in uris:
        holder = call.directory.find("application", "identifierUris", uri)
        if holder is not None and holder.id != own_id:
            raise not_unique("identifierUris")
