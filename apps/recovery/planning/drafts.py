"""A step while it is being planned: it names what it needs by key, not yet by number."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from apps.core import canonical
from apps.recovery import states
from apps.recovery.choices import Action

Key = tuple[str, ...]


@dataclass(slots=True)
class Draft:
    """One step to be. `content` is what will be sealed: {"request": {...}, "singly": [...]}.

    A plan may hold a hundred thousand of these: pack() keeps the content as the bytes that it
    will be sealed as, and each reading of it makes another value of them.

    `needs` are keys of drafts that must have succeeded before; those that are not planned at all
    are passed over. `last` marks kinds whose writes come after everything they might refer to.
    `for_removal` marks a preparation that belongs to the removals at the end, `at_the_end` what
    may be done only after those. `guarded` marks an update that Graph takes from few once the
    object holds a directory role.
    """

    action: Action
    kind: str
    object_id: str
    reason: str
    kind_order: int = 0
    lane: str = ""
    link: str = ""
    targets: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    because_of: str = ""
    parent_id: str = ""
    reversible: bool = True
    last: bool = False
    for_removal: bool = False
    at_the_end: bool = False
    guarded: bool = False
    part: int = 0
    assumes: bytes | None = None
    wants: bytes | None = None
    needs: set[Key] = field(default_factory=set)
    _content: dict[str, Any] | bytes | None = field(default=None, init=False)

    @property
    def content(self) -> dict[str, Any] | None:
        """What will be sealed; None for what sends nothing."""
        if isinstance(self._content, bytes):
            found: dict[str, Any] = canonical.loads(self._content)
            return found
        return self._content

    @content.setter
    def content(self, value: dict[str, Any] | None) -> None:
        self._content = value

    @property
    def packed(self) -> bytes | None:
        """The canonical JSON of the content; None for what sends nothing."""
        self.pack()
        return self._content if isinstance(self._content, bytes) else None

    @property
    def sends(self) -> bool:
        """Whether it has a request at all."""
        return bool(self._content)

    def pack(self) -> None:
        """Keep the content in little room from here on."""
        if isinstance(self._content, dict):
            # What the encoder gives holds on to room for several times as much.
            self._content = bytes(memoryview(canonical.dumps(self._content)))

    @property
    def key(self) -> Key:
        """What other drafts call this one."""
        if not self.writes:
            said = (self.link, *self.targets, *self.attributes, self.because_of)
            return (self.action, self.kind, self.object_id, self.reason, *said)
        if self.link:
            return (self.action, self.link, self.object_id, *self.targets)
        return (self.action, self.kind, self.object_id, str(self.part))

    @property
    def writes(self) -> bool:
        return self.action not in Action.silent()


def nothing(draft: Draft, reason: str, because_of: str = "") -> Draft:
    """The same thing as an explicit no-op: nothing is sent, and the plan says why."""
    return _silent(draft, Action.NOTHING, reason, because_of)


def not_recoverable(draft: Draft, reason: str, because_of: str = "") -> Draft:
    """The same thing as an item that the plan names but cannot bring back."""
    return _silent(draft, Action.NOT_RECOVERABLE, reason, because_of)


def create_key(kind: str, object_id: str) -> Key:
    return (Action.CREATE, kind, object_id, "0")


def undelete_key(kind: str, object_id: str) -> Key:
    return (Action.UNDELETE, kind, object_id, "0")


def _silent(draft: Draft, action: Action, reason: str, because_of: str) -> Draft:
    return Draft(
        action=action,
        kind=draft.kind,
        object_id=draft.object_id,
        reason=reason,
        kind_order=draft.kind_order,
        link=draft.link,
        targets=draft.targets,
        attributes=draft.attributes,
        because_of=because_of,
        parent_id=draft.parent_id,
    )


STATES = {
    Action.UNDELETE: (states.SOFT_DELETED, states.PRESENT),
    Action.SOFT_DELETE: (states.PRESENT, states.SOFT_DELETED),
    Action.REMOVE: (states.PRESENT, states.ABSENT),
}
