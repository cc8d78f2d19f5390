"""A replica that is behind: the directory as a call sees it some seconds late.

Entra is eventually consistent: a new object may be 404 and an updated one stale for a while
(https://learn.microsoft.com/graph/api/overview, "eventual consistency"). With the lag at zero the
view is the directory itself and costs nothing.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from apps.sandbox.schema import TYPES, family

from .records import Record

if TYPE_CHECKING:
    from .directory import Directory

#: Changes are remembered for as long as the longest lag that is simulated.
LONGEST_LAG = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class _LinkChange:
    at: datetime
    relation: str
    source_id: str
    target_id: str
    added: bool


class History:
    """What objects and links were before their recent changes; kept only while there is lag."""

    def __init__(self) -> None:
        self.enabled = False
        self.objects: dict[str, list[tuple[datetime, Record | None]]] = {}
        self.links: list[_LinkChange] = []
        self.marks: list[tuple[datetime, int]] = []

    def note_sequence(self, now: Callable[[], datetime], sequence: int) -> None:
        """Remember when the log of changes stood at a position."""
        if self.enabled:
            self.marks.append((now(), sequence))

    def note_object(
        self, now: Callable[[], datetime], object_id: str, before: Record | None
    ) -> None:
        """Remember the state before a change; None if the object did not exist."""
        if self.enabled:
            self._forget_old(now())
            self.objects.setdefault(object_id, []).append((now(), before))

    def note_link(
        self,
        now: Callable[[], datetime],
        relation: str,
        source_id: str,
        target_id: str,
        *,
        added: bool,
    ) -> None:
        """Remember that a link was added or removed."""
        if self.enabled:
            self.links.append(_LinkChange(now(), relation, source_id, target_id, added))

    def _forget_old(self, now: datetime) -> None:
        edge = now - LONGEST_LAG
        for object_id, states in list(self.objects.items()):
            if states[-1][0] >= edge:
                break
            del self.objects[object_id]
        self.links = [change for change in self.links if change.at >= edge]
        self.marks = [mark for mark in self.marks if mark[0] >= edge]


class View:
    """Reads of one directory at one moment with one lag, in seconds."""

    def __init__(self, directory: "Directory", at: datetime, lag: float) -> None:
        self._directory = directory
        directory.history.enabled = lag > 0
        self._edge = at - timedelta(seconds=lag)
        self._past = self._states_at_edge() if lag > 0 else {}

    def get(self, object_id: str) -> Record | None:
        """The live object as the replica has it."""
        if object_id in self._past:
            return self._past[object_id]
        return self._directory.get(object_id)

    @property
    def is_current(self) -> bool:
        """Whether nothing is hidden: the view is the directory as it is."""
        return not self._past and not self._directory.history.links

    @property
    def sequence(self) -> int:
        """How far into the log of changes the replica has come."""
        for at, sequence in self._directory.history.marks:
            if at > self._edge:
                return sequence
        return self._directory.changes.sequence

    def page(self, type_name: str, position: int) -> Iterator[Record]:
        """Live objects of a family from a position on, in order."""
        slots = self._directory._shelf(family(type_name)).slots
        if not self._past:
            places = range(position, len(slots))
            return (record for place in places if (record := slots[place]) is not None)
        return self._lagging_page(type_name, position)

    def of_type(self, type_name: str) -> Iterator[Record]:
        """Live objects of a type and its subtypes."""
        records = self.page(type_name, 0)
        if type_name == family(type_name):
            return records
        return (record for record in records if TYPES[record.type].is_a(type_name))

    def find_all(self, type_name: str, name: str, value: str) -> list[Record]:
        """Objects with this value that the replica knows of (their value may be older)."""
        found = self._directory.find_all(type_name, name, value)
        if not self._past:
            return found
        seen = (self.get(record.id) for record in found)
        return [record for record in seen if record is not None]

    def targets(self, relation: str, source_id: str) -> list[str]:
        """Ids the source points at."""
        ids = list(self._directory.targets(relation, source_id))
        return self._undo(ids, relation, "source_id", source_id, "target_id")

    def sources(self, relation: str, target_id: str) -> list[str]:
        """Ids that point at the target."""
        ids = list(self._directory.sources(relation, target_id))
        return self._undo(ids, relation, "target_id", target_id, "source_id")

    def _states_at_edge(self) -> dict[str, Record | None]:
        past: dict[str, Record | None] = {}
        for object_id, states in self._directory.history.objects.items():
            later = [before for at, before in states if at > self._edge]
            if later:
                past[object_id] = later[0]
        return past

    def _lagging_page(self, type_name: str, position: int) -> Iterator[Record]:
        root = family(type_name)
        past = {
            record.position: record
            for record in self._past.values()
            if record is not None and family(record.type) == root
        }
        for index, record in enumerate(self._directory._shelf(root).slots):
            if index < position:
                continue
            shown = past.get(index) if record is None else self.get(record.id)
            if shown is not None:
                yield shown

    def _undo(self, ids: list[str], relation: str, near: str, near_id: str, far: str) -> list[str]:
        if self.is_current:
            return ids
        for change in reversed(self._directory.history.links):
            if change.at <= self._edge:
                break
            if change.relation != relation or getattr(change, near) != near_id:
                continue
            other = getattr(change, far)
            if change.added and other in ids:
                ids.remove(other)
            elif not change.added and other not in ids:
                ids.append(other)
        return ids
