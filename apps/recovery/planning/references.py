"""Ids inside bodies: what a value that will be written refers to, and whether that is there.

Nothing is dropped silently from a policy: a reference to an object that was deleted for good blocks
the plan, one to an object in the recycle bin brings that object back as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.diffs.batches import batched
from apps.diffs.existence import states_of
from apps.entra.catalogue import KINDS, Kind, Reference
from apps.history import selectors as history
from apps.history.choices import ObjectState
from apps.tenants.models import Tenant

SOFT_DELETED = ObjectState.SOFT_DELETED


@dataclass(frozen=True, slots=True)
class Found:
    """One reference in a body: where it stands, and the kind and identity it names."""

    path: str
    kind: str
    by: str
    value: str


@dataclass(frozen=True, slots=True)
class Target:
    """The object that an identity belongs to, as the newest snapshot knows it."""

    kind: str
    object_id: str
    state: str


def references_in(of: Kind, body: Mapping[str, Any], names: Iterable[str]) -> Iterator[Found]:
    """The references in the named attributes; keywords and ids inside texts are passed over."""
    wanted = set(names)
    for reference in of.references:
        if reference.pattern or _top(reference.path) not in wanted:
            continue
        for value in _values(body, reference.path.replace("[]", ".[]").split(".")):
            if isinstance(value, str) and (named := reference.named_in(value)):
                yield Found(reference.path, reference.kind, reference.by, named)


def attributes_with_references(of: Kind) -> frozenset[str]:
    return frozenset(_top(reference.path) for reference in of.references)


def is_written(of: Kind, reference: Reference) -> bool:
    """Whether the property that holds a reference can be written to an object that is there."""
    known = of.by_name.get(_top(reference.path))
    return known is not None and known.recoverable


def names_writably(of: Kind, found: Found) -> bool:
    """Whether an object that is there can be told of another identity in place of this one."""
    return any(is_written(of, one) for one in of.references if one.path == found.path)


@dataclass
class Directory:
    """Finds what identities belong to, in the state at `seq`; an unknown one is None.

    An identity that no snapshot ever knew (an application of Microsoft's, say) is not judged.
    """

    tenant: Tenant
    base_seq: int
    seq: int
    _states: dict[str, Target | None] = field(default_factory=dict)
    _deleted: dict[str, bool] = field(default_factory=dict)
    _indexes: dict[tuple[str, str, int], dict[str, Target]] = field(default_factory=dict)

    def load(self, object_ids: Iterable[str]) -> None:
        """Look up ids in few queries rather than one by one."""
        missing = sorted({i for i in object_ids if i not in self._states})
        for batch in batched(missing, 1000):
            self._states.update(dict.fromkeys(batch))
            for item in history.state_at(self.tenant, self.seq, object_ids=set(batch)):
                self._states[item.object_id] = Target(item.kind, item.object_id, item.state)

    def by_id(self, object_id: str) -> Target | None:
        """The object with this id, present or in the recycle bin."""
        self.load([object_id])
        return self._states[object_id]

    def find(self, found: Found) -> Target | None:
        """What a reference names, present or in the recycle bin."""
        if found.by == "id":
            return self.by_id(found.value)
        return self._index(found, self.seq).get(found.value.lower())

    def was_deleted(self, found: Found) -> bool:
        """Whether a reference names an object that was there and is gone for good."""
        if self.find(found) is not None:
            return False
        if found.by != "id":
            return found.value.lower() in self._index(found, self.base_seq)
        if found.value not in self._deleted:
            state = states_of(self.tenant, [found.value]).get(found.value)
            self._deleted[found.value] = state == ObjectState.HARD_DELETED
        return self._deleted[found.value]

    def id_before(self, found: Found) -> str:
        """The id of what a reference named at the snapshot; empty where nobody knows."""
        if found.by == "id":
            return found.value
        target = self._index(found, self.base_seq).get(found.value.lower())
        return target.object_id if target else ""

    def _index(self, found: Found, seq: int) -> dict[str, Target]:
        """Objects of the reference's kind by the property it uses, in lower case."""
        key = (found.kind, found.by, seq)
        if key not in self._indexes:
            self._indexes[key] = self._read_index(found.kind, found.by, seq)
        return self._indexes[key]

    def _read_index(self, kind_name: str, by: str, seq: int) -> dict[str, Target]:
        index: dict[str, Target] = {}
        if kind_name not in KIND_NAMES:
            return index
        for batch in batched(history.state_at(self.tenant, seq, kinds=[kind_name]), 500):
            bodies = history.bodies_at(self.tenant, [(i.kind, i.object_id) for i in batch], seq)
            for item in batch:
                value = bodies.get((item.kind, item.object_id), {}).get(by)
                if isinstance(value, str):
                    index[value.lower()] = Target(item.kind, item.object_id, item.state)
        return index


KIND_NAMES = frozenset(item.name for item in KINDS)


def _top(path: str) -> str:
    return path.split(".", 1)[0].removesuffix("[]")


def _values(value: Any, parts: list[str]) -> Iterator[Any]:
    if not parts:
        yield value
    elif parts[0] == "[]":
        for item in value if isinstance(value, list) else ():
            yield from _values(item, parts[1:])
    elif isinstance(value, Mapping) and parts[0] in value:
        yield from _values(value[parts[0]], parts[1:])
