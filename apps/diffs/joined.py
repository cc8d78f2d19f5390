"""Changes of objects that were made anew: what went under one id and came under another is one.

Such an object appears under the id it has now. What Entra sets by itself (its id, when it was made)
is the new object's own, and no change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from apps.diffs.changes import AttributeChange
from apps.entra.catalogue import Kind, Writability
from apps.history import selectors as history
from apps.history.choices import ObjectState
from apps.history.identities import Identities
from apps.history.records import ChangedLink, ChangedObject, VersionRef
from apps.tenants.models import Tenant

_OF_THE_NEW_ONE = {Writability.READ_ONLY, Writability.CREATE_ONLY}


@dataclass(frozen=True)
class Joiner:
    """Joins the changes between two positions of a tenant's history."""

    tenant: Tenant
    low: int
    high: int
    identities: Identities

    def objects(self, batch: tuple[ChangedObject, ...]) -> tuple[ChangedObject, ...]:
        """The changes of a batch, joined; those told under a later id are left out."""
        if not self.identities:
            return batch
        before = self._states(self.low, (item.object_id for item in batch))
        after = self._states(self.high, (item.object_id for item in batch))
        return tuple(
            joined for item in batch if (joined := self._joined(item, before, after)) is not None
        )

    def is_another(self, item: ChangedObject) -> bool:
        """Whether the object had another id at the lower position."""
        return item.before is not None and item.object_id in self.identities.then

    def links(self, changed: Iterable[ChangedLink]) -> Iterator[ChangedLink]:
        """The same for links, whose ends may both have other ids than before."""
        aside: dict[tuple[str, str, str], list[ChangedLink]] = {}
        for item in changed:
            ends = (item.source_id, item.target_id)
            if any(len(self.identities.aliases(end)) > 1 for end in ends):
                source, target = map(self.identities.current, ends)
                aside.setdefault((item.link, source, target), []).append(item)
            else:
                yield item
        for (link, source, target), items in aside.items():
            before = any(item.before for item in items)
            after = any(item.after for item in items)
            if before != after:
                yield ChangedLink(link, source, target, before, after)

    def _joined(
        self,
        item: ChangedObject,
        before: dict[str, VersionRef],
        after: dict[str, VersionRef],
    ) -> ChangedObject | None:
        now = self.identities.current(item.object_id)
        if now != item.object_id:
            if now in after:
                return None
            return item._replace(object_id=now)
        if item.before is None or item.before.state == ObjectState.HARD_DELETED:
            known = (before.get(one) for one in reversed(self.identities.aliases(item.object_id)))
            return item._replace(before=next((one for one in known if one), item.before))
        return item

    def _states(self, seq: int, object_ids: Iterable[str]) -> dict[str, VersionRef]:
        """The versions that hold at a position of every id that these objects ever had."""
        wanted = {
            alias
            for one in object_ids
            for aliases in [self.identities.aliases(one)]
            if len(aliases) > 1
            for alias in aliases
        }
        if not wanted:
            return {}
        return {
            item.object_id: VersionRef(item.seq, item.state, item.digest)
            for item in history.state_at(self.tenant, seq, object_ids=wanted)
        }


def says_something(kind: Kind, difference: AttributeChange) -> bool:
    """Whether this is a difference, between an object and the one in its place.

    Into what nobody ever set in the old one Entra has put its defaults in the new one.
    """
    known = kind.by_name.get(difference.name)
    if known is not None and known.write in _OF_THE_NEW_ONE:
        return False
    return difference.before is not None or not _is_default(difference.after)


def _is_default(value: Any) -> bool:
    """Whether a complex value says nothing: no, nothing and none, all the way down."""
    return isinstance(value, Mapping) and all(
        not part or _is_default(part) for part in value.values()
    )
