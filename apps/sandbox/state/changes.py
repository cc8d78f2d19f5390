"""The log of what happened to a directory, which delta queries read."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class What(StrEnum):
    """What happened to an object, or to a link that leaves it."""

    CREATED = "created"
    CHANGED = "changed"
    SOFT_DELETED = "soft-deleted"
    RESTORED = "restored"
    PURGED = "purged"
    LINKED = "linked"
    UNLINKED = "unlinked"


@dataclass(frozen=True, slots=True)
class Change:
    """One entry. ``names`` are the properties changed; for links, the relation and the target."""

    sequence: int
    object_id: str
    type: str
    what: What
    names: tuple[str, ...] = ()


class ChangeLog:
    """Append-only; a delta token is a position in it."""

    def __init__(self) -> None:
        self.sequence = 0
        self._entries: list[Change] = []

    def append(
        self, object_id: str, type_name: str, what: What, names: tuple[str, ...] = ()
    ) -> None:
        """Record the next change."""
        self.sequence += 1
        self._entries.append(Change(self.sequence, object_id, type_name, what, names))

    def since(self, sequence: int) -> Iterator[Change]:
        """Changes after a position, oldest first; costs what it yields."""
        first = self._entries[0].sequence if self._entries else 0
        start = max(0, sequence + 1 - first)
        for index in range(start, len(self._entries)):
            yield self._entries[index]

    def forget(self) -> None:
        """Drop the entries (a seed is a beginning, not a history); positions stay valid."""
        self._entries = []

    def copy(self) -> "ChangeLog":
        """A log at the same position, for going back to it later."""
        twin = ChangeLog()
        twin.sequence = self.sequence
        twin._entries = list(self._entries)
        return twin
