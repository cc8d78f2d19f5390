"""What captures are fed with when the sandbox is not what is measured."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from apps.demo.bench.history.people import changed_on, person
from apps.entra.catalogue import Kind, normalise
from apps.entra.errors import Denied
from apps.entra.reading import AuditEvent, ObservedObject, ReadBatch, Values
from apps.history.capture.source import Wanted

_PAGE = 999


class Days:
    """A directory of people that lives on day by day. made: CPU seconds that making it up took.

    0.5 % of them change each day; changes: so many in place of that. apart: tell what is given for
    one person at a time; without, it is refused, as where a permission is kept back.
    """

    def __init__(self, people: int, changes: int | None = None, *, apart: bool = True) -> None:
        self._people, self._changes, self._apart = people, changes, apart
        self.day = 0
        self.made = 0.0

    def changed(self) -> Sequence[int]:
        """The numbers of those who change on this day."""
        if self._changes is None:
            return list(changed_on(self.day, self._people))
        first = self.day * self._changes
        return [number % self._people for number in range(first, first + self._changes)]

    def expect(self, wanted: Sequence[Wanted]) -> None:
        """Made up as it is asked for."""

    def close(self) -> None:
        """Nothing is open."""

    def read(self, kind: Kind, *, cursor: str | None, first_read: bool) -> Iterator[ReadBatch]:
        numbers: Sequence[int] = range(self._people) if cursor is None else self.changed()
        if kind.name == "user":
            for start in range(0, len(numbers), _PAGE):
                began = time.process_time()
                batch = self._batch(kind, numbers[start : start + _PAGE])
                self.made += time.process_time() - began
                yield batch
        yield ReadBatch(kind.name, cursor=f"day {self.day}", whole=cursor is None)

    def _batch(self, kind: Kind, numbers: Sequence[int]) -> ReadBatch:
        people = (self._person(number) for number in numbers)
        bodies = (normalise(kind, raw, version=kind.version) for raw in people)
        return ReadBatch(kind.name, tuple(ObservedObject(body["id"], body) for body in bodies))

    def _person(self, number: int) -> dict[str, Any]:
        if self._changes is None or not self.day:
            return person(number, self.day)
        return {**person(number), "officeLocation": f"moved on day {self.day}"}

    def left_out(self, kind: Kind) -> tuple[str, ...]:
        return ()

    def read_bin(self, kind: Kind) -> Iterator[ReadBatch]:
        yield ReadBatch(kind.name, whole=True)

    def read_apart(self, kind: Kind, object_ids: Sequence[str]) -> dict[str, Values | None]:
        if not self._apart:
            raise Denied("The benchmark does not read this.")
        return {one: {} for one in object_ids}

    def read_audit(self, *, since: datetime) -> Iterator[AuditEvent]:
        yield from ()
