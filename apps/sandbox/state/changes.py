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
    """Append-only; a delta token is a position in it. ``start`` is the oldest that is known."""

    def __init__(self) -> None:
        self.sequence = 0
        self.start = 0
        self._entries: list[Change] = []

    def append(
        self, object_id: str, type_name: str, what: What, names: tuple[str, ...] = ()
    ) -> None:
        """Record the next change."""
        self.sequence += 1
        self._entries.append(Change(self.sequence, object_id, type_name, what, names))

    def between(self, low: int, high: int) -> Iterator[Change]:
        """Changes after ``low`` up to ``high``, oldest first; costs what it yields."""
        for index in range(max(0, low - self.start), min(high - self.start, len(self._entries))):
            yield self._entries[index]

    def forget(self) -> None:
        """Drop the entries: a seed is a beginning, not a history, and a directory that moved has
        lost its own. Positions before :attr:`start` can no longer be continued from."""
        self._entries = []
        self.start = self.sequence

    def copy(self) -> "ChangeLog":
        """A log at the same position, for going back to it later."""
        twin = ChangeLog()
        twin.sequence = self.sequence
        twin.start = self.start
        twin._entries = list(self._entries)
        return twin
