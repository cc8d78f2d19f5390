"""Objects as the directory keeps them, and the sharing of equal values between them."""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

Body = dict[str, Any]

#: Values are shared per property until it has shown more different ones than this.
_POOL_LIMIT = 1_000
_SHARED = frozenset({str, list, dict})
#: Stands for the values of a property that has too many different ones.
_TOO_MANY: dict[Any, Any] = {}


@dataclass(frozen=True, slots=True)
class Record:
    """One object at one moment. A change makes a new Record; never alter ``body`` in place.

    ``body`` holds the stored properties that are not null, ``id`` included. ``cleared`` names
    the properties that once had a value, so that delta can report them as null.
    """

    id: str
    type: str
    body: Body
    position: int
    cleared: frozenset[str] = frozenset()
    deleted_at: datetime | None = None


class Pool:
    """Shares keys and equal values between bodies: 100,000 users have few departments."""

    def __init__(self) -> None:
        self._values: dict[str, dict[Any, Any]] = {}

    def body(self, body: Mapping[str, Any]) -> Body:
        """A copy without nulls, whose keys and frequent values are shared."""
        shared: Body = {}
        values = self._values
        for name, value in body.items():
            if value is None:
                continue
            known = values.get(name)
            if known is None:
                known = values[sys.intern(name)] = {}
            if known is not _TOO_MANY and type(value) in _SHARED:
                shared[name] = self._shared(name, value, known)
            else:
                shared[name] = value
        return shared

    def _shared(self, name: str, value: Any, known: dict[Any, Any]) -> Any:
        key = value if isinstance(value, str) else orjson.dumps(value)
        found = known.setdefault(key, value)
        if len(known) > _POOL_LIMIT:
            self._values[name] = _TOO_MANY
        return found


class Shelf:
    """The live records of one family in an order that never changes.

    A record keeps its position for life, so a page token is a position and a page costs what it
    holds. Deleted records leave a gap; a restored one returns to its place.
    """

    def __init__(self) -> None:
        self.slots: list[Record | None] = []
        self.size = 0

    def __len__(self) -> int:
        return self.size

    def __iter__(self) -> Iterator[Record]:
        return (record for record in self.slots if record is not None)

    def reserve(self) -> int:
        """A new position at the end."""
        self.slots.append(None)
        return len(self.slots) - 1

    def put(self, record: Record) -> None:
        """Place or replace a record at its position."""
        if self.slots[record.position] is None:
            self.size += 1
        self.slots[record.position] = record

    def take(self, record: Record) -> None:
        """Empty the record's position."""
        if self.slots[record.position] is not None:
            self.size -= 1
        self.slots[record.position] = None

    def copy(self) -> "Shelf":
        """A shelf with the same records, for going back to it later."""
        twin = Shelf()
        twin.slots = list(self.slots)
        twin.size = self.size
        return twin
