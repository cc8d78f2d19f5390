"""Objects that were made anew have other ids than before: this is what tells which is which.

A body of an old snapshot, read with `as_now`, names every object by the id that it has today; so it
can be compared with today's, and written back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from apps.entra.catalogue import kind as kind_named
from apps.entra.catalogue.normalising import in_order
from apps.history.database import TenantRef, scoped_id
from apps.history.models import Identity
from apps.history.records import ObjectKey
from apps.history.selectors.bodies import bodies_at

# Ids stand inside texts too: application URIs, membership rules, device filters, addresses; there
# people write them in capitals as well.
_GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@dataclass
class Identities:
    """Today's ids by the ones before, and the first ones by those after. Empty for most tenants."""

    now: dict[str, str] = field(default_factory=dict)
    then: dict[str, str] = field(default_factory=dict)
    _aliases: dict[str, list[str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.now)

    def add(self, previous: str, current: str) -> None:
        """Of one object the pairs have to come in the order in which they were made."""
        first = self.original(previous)
        aliases = self._aliases.setdefault(first, [first])
        self.now.update(dict.fromkeys(aliases, current))
        self.then[current] = first
        aliases.append(current)

    def current(self, value: str) -> str:
        """The id that the object has now; the same one where it was never made anew."""
        return self.now.get(value, value)

    def original(self, value: str) -> str:
        """The first id that the object ever had."""
        return self.then.get(value, value)

    def aliases(self, value: str) -> list[str]:
        """Every id that the object ever had, the first one first."""
        return self._aliases.get(self.original(value), [value])

    def as_now(self, value: Any) -> Any:
        """A body, or a part of one, with today's ids in place of those before."""
        return _replaced(value, self.now) if self.now else value

    def as_then(self, value: Any) -> Any:
        """A body with the first ids in place of today's."""
        return _replaced(value, self.then) if self.then else value


def identities_of(tenant: TenantRef) -> Identities:
    """All of a tenant's. One query."""
    rows = Identity.objects.filter(tenant_id=scoped_id(tenant)).order_by("joined_at", "current")
    return _from(rows.values_list("previous", "current"))


def identities_made_by(tenant: TenantRef, run_id: UUID) -> Identities:
    """Those of one recovery; what comes before is how its plan knows the objects. One query."""
    rows = Identity.objects.filter(tenant_id=scoped_id(tenant), run_id=run_id)
    return _from(rows.order_by("joined_at", "current").values_list("previous", "current"))


def join(
    tenant: TenantRef, run_id: UUID, *, kind: str, known: Mapping[str, str], made: Mapping[str, str]
) -> None:
    """Note what an object was made as. known, made: by property ("id", "appId"), before and now.

    Doing it twice does no harm.
    """
    tenant_id = scoped_id(tenant)
    rows = [
        Identity(
            tenant_id=tenant_id,
            kind=kind,
            property=name,
            previous=known[name],
            current=value,
            run_id=run_id,
        )
        for name, value in made.items()
        if name in known and known[name] != value
    ]
    Identity.objects.bulk_create(rows, ignore_conflicts=True)


def bodies_then(
    tenant: TenantRef, keys: Iterable[ObjectKey], seq: int, identities: Identities
) -> dict[ObjectKey, dict[str, Any]]:
    """The bodies of objects at a position, by kind and today's id, and with today's ids in them.

    As selectors.bodies_at(), also for what had another id at the time.
    """
    if not identities:
        return bodies_at(tenant, keys, seq)
    wanted = {(kind, one): (kind, now) for kind, now in keys for one in identities.aliases(now)}
    found = bodies_at(tenant, wanted, seq)
    return {
        wanted[key]: in_order(kind_named(key[0]), identities.as_now(body))
        for key, body in found.items()
    }


def _from(pairs: Iterable[tuple[str, str]]) -> Identities:
    found = Identities()
    for previous, current in pairs:
        found.add(previous, current)
    return found


def _in_text(text: str, table: Mapping[str, str]) -> str:
    """Ids within a text; those that are no GUIDs are known as segments of a path alone."""

    def guid(match: re.Match[str]) -> str:
        return table.get(match[0]) or table.get(match[0].lower(), match[0])

    if text.startswith("/"):
        text = "/".join(table.get(segment, segment) for segment in text.split("/"))
    return _GUID.sub(guid, text)


def _replaced(value: Any, table: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return table[value] if value in table else _in_text(value, table)
    if isinstance(value, Mapping):
        return {name: _replaced(held, table) for name, held in value.items()}
    if isinstance(value, list):
        return [_replaced(held, table) for held in value]
    return value
