"""Finding objects at a snapshot: from the leaves, and from the log what the leaves do not know yet.

Both give what they hold in the order of the keys. Where both know an object the log is right, so
the answer is that of the position asked for, however far behind the index is. Time is bounded: a
walk that takes too long ends early and says where to go on.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple
from uuid import UUID

from apps.history.choices import ObjectState as State
from apps.history.database import TenantRef, scoped_id
from apps.history.records import ObjectKey
from apps.history.search.candidates import Candidates
from apps.history.search.entries import Entry, Known, id_of
from apps.history.search.folding import Question, fold
from apps.history.search.leaves import LeafMoved, LeafPlace, Leaves
from apps.history.search.sought import LAST, Sought, by_key, by_text
from apps.history.search.unindexed import Unindexed, known_by_log
from apps.history.selectors.states import state_at
from apps.tenants import keys

PAGE: Final = 50
# How long a page may look before it says where it stopped.
SECONDS: Final = 1.0
EXISTING: Final = (State.PRESENT,)
DELETED: Final = (State.SOFT_DELETED, State.HARD_DELETED)
START: Final = ("", "")


class FoundObject(NamedTuple):
    """An object as it was at the position asked for. label: its name, its id where it has none.
    texts: what else people know it by."""

    kind: str
    object_id: str
    state: State
    label: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ObjectPage:
    """Some objects by kind and id. after: the key to go on after, None at the end.

    stopped: time was up before the page was full, so there may be more.
    """

    objects: list[FoundObject]
    after: ObjectKey | None = None
    stopped: bool = False


class _Step(NamedTuple):
    """How far a walk is, and what is there. found None: something that is not what is sought."""

    key: ObjectKey
    from_leaf: bool
    found: FoundObject | None = None


def search_objects(
    tenant: TenantRef,
    seq: int,
    text: str = "",
    *,
    kinds: Collection[str] | None = None,
    states: Collection[State] = EXISTING,
    after: ObjectKey | None = None,
    limit: int = PAGE,
    seconds: float = SECONDS,
) -> ObjectPage:
    """The objects at a position that have all words of a text in their names, user principal
    names, addresses or other keys, or whose id begins with it; with no text all of them.

    kinds: only these. after: the key that the page before ended with.
    """
    return seek(
        tenant,
        seq,
        by_text(Question.of(text), frozenset(states)),
        kinds=kinds,
        after=after,
        limit=limit,
        seconds=seconds,
    )


def seek(
    tenant: TenantRef,
    seq: int,
    sought: Sought,
    *,
    kinds: Collection[str] | None = None,
    after: ObjectKey | None = None,
    limit: int = PAGE,
    seconds: float = SECONDS,
) -> ObjectPage:
    """A page of what is sought at a position; see search_objects()."""
    until = time.monotonic() + seconds
    found: list[FoundObject] = []
    walk = _Walk(scoped_id(tenant), seq, sought, None if kinds is None else sorted(set(kinds)))
    for step in walk.steps(after or START):
        if step.found is not None:
            if len(found) == limit:
                return ObjectPage(found, _key(found[-1]))
            found.append(step.found)
        if time.monotonic() > until:
            return ObjectPage(found, step.key, stopped=True)
    return ObjectPage(found)


def objects_by_id(
    tenant: TenantRef, seq: int, wanted: Collection[ObjectKey]
) -> dict[ObjectKey, FoundObject]:
    """Objects at a position by their keys, deleted ones too; those never known by then are left
    out. Read from the log: two or three queries."""
    if not wanted:
        return {}
    return {
        key: _found(key, known)
        for key, known in known_by_log(scoped_id(tenant), seq, wanted).items()
    }


def objects_with_ids(tenant: TenantRef, seq: int, ids: Collection[str]) -> dict[str, FoundObject]:
    """Objects at a position by their ids, whatever their kinds; those deleted for good are left
    out. Three or four queries."""
    if not ids:
        return {}
    wanted = [(item.kind, item.object_id) for item in state_at(tenant, seq, object_ids=set(ids))]
    return {key[1]: found for key, found in objects_by_id(tenant, seq, wanted).items()}


def objects_with_keys(
    tenant: TenantRef, seq: int, keys: Collection[str], *, kinds: Collection[str]
) -> dict[str, FoundObject]:
    """Objects of some kinds at a position by another key than their ids (appId), deleted ones too
    where nothing else has the key; in lower case. Looks for a second at most."""
    wanted = {fold(one) for one in keys}
    if not wanted:
        return {}
    page = seek(tenant, seq, by_key(wanted, tuple(State)), kinds=kinds, limit=4 * len(wanted))
    found: dict[str, FoundObject] = {}
    for one in sorted(page.objects, key=lambda one: one.state == State.PRESENT):
        found |= {text: one for text in map(fold, one.texts) if text in wanted}
    return found


class _Walk:
    """Goes through a tenant's objects at a position, in the order of their keys."""

    def __init__(
        self, tenant_id: UUID, seq: int, sought: Sought, kinds: Sequence[str] | None
    ) -> None:
        self._seq = seq
        self._sought, self._kinds = sought, kinds
        # First, so that what an update adds meanwhile is known from both sides and not from none.
        key = keys.data_key(tenant_id)
        self._leaves = Leaves(tenant_id, key)
        indexed, stamp = self._leaves.state()
        self._has_index = indexed > 0
        self._unindexed = Unindexed(tenant_id, indexed, seq, kinds)
        self._candidates = Candidates(tenant_id, key, self._leaves, kinds, stamp)

    def steps(self, after: ObjectKey) -> Iterator[_Step]:
        """Every step past a key; of an object that both sides know only the log's."""
        from_log: ObjectKey | None = None
        for step in heapq.merge(self._log(after), self._index(after)):
            if not step.from_leaf:
                from_log = step.key
            elif step.key == from_log:
                continue
            yield step

    def _index(self, after: ObjectKey) -> Iterator[_Step]:
        if not self._has_index:
            return
        while True:
            try:
                for step in self._once_through(after):
                    after = step.key
                    yield step
                return
            except LeafMoved:
                continue

    def _once_through(self, after: ObjectKey) -> Iterator[_Step]:
        for batch in self._candidates.batches(self._sought, after):
            yield from self._open(batch, after)
            yield _Step(_end(batch[-1]), True)

    def _open(self, batch: Sequence[LeafPlace], after: ObjectKey) -> Iterator[_Step]:
        for place, content in self._leaves.read(batch):
            for line in self._sought.lines(content):
                key = (place.kind, id_of(line))
                if key > after:
                    known = Entry.from_line(line).at(self._seq)
                    yield _Step(key, True, self._accepted(key, known))

    def _log(self, after: ObjectKey) -> Iterator[_Step]:
        for key, known in self._unindexed.known(after):
            yield _Step(key, False, self._accepted(key, known))

    def _accepted(self, key: ObjectKey, known: Known | None) -> FoundObject | None:
        if known is None or not self._sought.accepts(key[1], known):
            return None
        return _found(key, known)


def _found(key: ObjectKey, known: Known) -> FoundObject:
    name, *others = known.texts or ("",)
    return FoundObject(*key, known.state, name or key[1], tuple(others))


def _key(found: FoundObject) -> ObjectKey:
    return found.kind, found.object_id


def _end(place: LeafPlace) -> ObjectKey:
    """Past all ids of a leaf, and before the next one's."""
    if place.ends is None:
        return place.kind, LAST
    return place.kind, place.ends[:-1] + chr(ord(place.ends[-1]) - 1) + LAST
