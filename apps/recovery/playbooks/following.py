"""Which objects a playbook takes: what it names, what that refers to, and what refers to that.

Looked at in both states that a report compares: what was referred to then counts as much as what
is now, or a policy whose exclusion was taken away would be brought back without the group.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.diffs.batches import batched
from apps.diffs.dependents import owner_ids
from apps.entra.catalogue import KINDS, kind
from apps.history import selectors as history
from apps.history.identities import bodies_then, identities_of
from apps.recovery.planning.references import attributes_with_references, references_in
from apps.recovery.playbooks.filters import Filter
from apps.tenants.models import Tenant

BATCH = 500
Key = tuple[str, str]
Body = Mapping[str, Any]


def objects_taken(tenant: Tenant, found: Filter, base_seq: int, target_seq: int) -> frozenset[str]:
    """The ids of what a playbook takes beside everything of its kinds.

    Costs the bodies of what is taken and refers to something, and of all objects of the kinds
    `referred_by`.
    """
    if not found.follows:
        return frozenset()
    return _Following(tenant, found, (base_seq, target_seq)).taken()


@dataclass
class _Following:
    tenant: Tenant
    filter: Filter
    positions: tuple[int, int]
    _taken: set[Key] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._identities = identities_of(self.tenant)

    def taken(self) -> frozenset[str]:
        named = {"object_ids": self.filter.object_ids} if self.filter.object_ids else {}
        kinds = self.filter.kinds or {self.filter.asks_for}
        edge = set(self._keys(kinds=kinds, **named))
        self._taken |= edge
        incoming = self._who_refers_where()
        for _ in range(self.filter.steps):
            names = self._names(edge)
            edge = self._referred_to(edge) | {one for name in names for one in incoming[name]}
            edge -= self._taken
            self._taken |= edge
        return frozenset(object_id for _, object_id in self._taken)

    def _keys(self, **only: Collection[str]) -> Iterator[Key]:
        for seq in self.positions:
            for item in history.state_at(self.tenant, seq, **only):
                yield item.kind, item.object_id

    def _bodies(self, keys: Iterable[Key]) -> Iterator[tuple[Key, Body]]:
        for batch in batched(sorted(keys), BATCH):
            for seq in self.positions:
                found = bodies_then(self.tenant, batch, seq, self._identities)
                yield from found.items()

    def _names(self, keys: Iterable[Key]) -> set[str]:
        """All that others may call these by: their ids, and what some references hold instead."""
        wanted = [key for key in keys if key[0] in NAMED_BY]
        names = {object_id.lower() for _, object_id in keys}
        for (name, _), body in self._bodies(wanted):
            names |= {str(body[by]).lower() for by in NAMED_BY[name] if body.get(by)}
        return names

    def _referred_to(self, keys: Iterable[Key]) -> set[Key]:
        """The objects of the kinds that are followed to, which these refer to."""
        if not self.filter.refers_to:
            return set()
        values: set[str] = set()
        for key, body in self._bodies(key for key in keys if kind(key[0]).references):
            values.update(_values(key[0], body))
        found = set(self._keys(kinds=self.filter.refers_to, object_ids=values))
        values = {one.lower() for one in values}
        for name in self.filter.refers_to & NAMED_BY.keys():
            every = set(self._keys(kinds=[name]))
            for key, body in self._bodies(every):
                if any(str(body.get(by, "")).lower() in values for by in NAMED_BY[name]):
                    found.add(key)
        return found

    def _who_refers_where(self) -> Mapping[str, list[Key]]:
        """By what they name: the objects of the kinds that are followed from."""
        found: defaultdict[str, list[Key]] = defaultdict(list)
        if self.filter.referred_by:
            every = set(self._keys(kinds=self.filter.referred_by))
            for key, body in self._bodies(every):
                for value in _values(key[0], body):
                    found[value.lower()].append(key)
        return found


def _values(name: str, body: Body) -> Iterator[str]:
    """The identities that a body holds of other objects."""
    of = kind(name)
    for found in references_in(of, body, attributes_with_references(of)):
        yield found.value
    yield from owner_ids(of, body)


def _named_by() -> Mapping[str, frozenset[str]]:
    names: defaultdict[str, set[str]] = defaultdict(set)
    for of in KINDS:
        for reference in of.references:
            if reference.by != "id":
                names[reference.kind].add(reference.by)
    return {name: frozenset(found) for name, found in names.items()}


NAMED_BY = _named_by()
