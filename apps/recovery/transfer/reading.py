"""The two histories that a transfer reads: the source's snapshot, and the target's newest one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from apps.core.scope import no_scope, tenant_scope
from apps.diffs.batches import batched
from apps.entra.catalogue import Kind
from apps.history import selectors as history
from apps.history.choices import ObjectState
from apps.history.identities import Identities, identities_of
from apps.tenants.models import Tenant

BATCH = 500
Bodies = dict[str, dict[str, Any]]
"""Bodies by object id."""


@dataclass(frozen=True)
class Side:
    """One tenant at one position. Each method enters the tenant's scope by itself and leaves it
    before it hands anything out, so that both sides can be read in turns."""

    tenant: Tenant
    seq: int

    @contextmanager
    def _inside(self) -> Iterator[None]:
        with no_scope("two tenants are read in turns"), tenant_scope(self.tenant.pk):
            yield

    def ids(self, of: Kind) -> dict[str, ObjectState]:
        """The objects of a kind, present or in the bin."""
        with self._inside():
            found = history.state_at(self.tenant, self.seq, kinds=[of.name])
            return {item.object_id: item.state for item in found}

    def present(self, of: Kind) -> list[str]:
        """The ids of the live objects of a kind, in one order each time."""
        return sorted(one for one, state in self.ids(of).items() if state == ObjectState.PRESENT)

    def bodies(self, of: Kind, object_ids: Collection[str]) -> Bodies:
        """Of these objects, those that are there."""
        with self._inside():
            found = history.bodies_at(self.tenant, [(of.name, one) for one in object_ids], self.seq)
            return {object_id: body for (_, object_id), body in found.items()}

    def objects(self, of: Kind) -> Iterator[Bodies]:
        """The live objects of a kind, so many at a time."""
        for batch in batched(self.present(of), BATCH):
            yield self.bodies(of, batch)

    def targets(self, link: str, source_ids: Collection[str]) -> dict[str, list[str]]:
        """Where these sources' links of a name lead to, by source."""
        found: dict[str, list[str]] = {}
        with self._inside():
            for item in history.links_at(
                self.tenant, self.seq, link=link, source_ids=list(source_ids)
            ):
                found.setdefault(item.source_id, []).append(item.target_id)
        return found

    def identities(self) -> Identities:
        """Which objects of the tenant were made anew."""
        with self._inside():
            return identities_of(self.tenant)

    def kinds(self, object_ids: Collection[str]) -> Mapping[str, str]:
        """The kind of each of these ids that some snapshot knew."""
        with self._inside():
            found = history.newest_states(self.tenant, object_ids)
            return {object_id: kind for kind, object_id, _ in found}
