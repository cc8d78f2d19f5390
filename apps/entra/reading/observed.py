"""What reading hands on, in the words of the history."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, overload


class ObservedObject(NamedTuple):
    """An object as seen. body: normalised, or, when partial, only what a delta answer told of:
    lay it over the body held before (null clears), then normalise."""

    object_id: str
    body: dict[str, Any]
    partial: bool = False


class ObservedLink(NamedTuple):
    """A link as seen: there, or (present=False, from delta) gone."""

    link: str
    source_id: str
    target_id: str
    present: bool = True


class RemovedObject(NamedTuple):
    """An object that delta reports gone. soft: it waits in the bin and can be undeleted."""

    object_id: str
    soft: bool


class Later(Sequence[ObservedObject]):
    """Objects that are made when they are looked at first.

    One thread asks for the next page while another normalises this one. make: called once.
    """

    def __init__(self, make: Callable[[], tuple[ObservedObject, ...]]) -> None:
        self._make: Callable[[], tuple[ObservedObject, ...]] | None = make
        self._made: tuple[ObservedObject, ...] = ()

    def _all(self) -> tuple[ObservedObject, ...]:
        if self._make is not None:
            self._made, self._make = self._make(), None
        return self._made

    def __len__(self) -> int:
        return len(self._all())

    def __iter__(self) -> Iterator[ObservedObject]:
        return iter(self._all())

    @overload
    def __getitem__(self, at: int) -> ObservedObject: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[ObservedObject]: ...
    def __getitem__(self, at: int | slice) -> ObservedObject | Sequence[ObservedObject]:
        return self._all()[at]


@dataclass(frozen=True, slots=True)
class ReadBatch:
    """A part of a collection, in the order Graph gave it; later batches win over earlier ones.

    link_sets_complete: (link, source id) whose links have now been given to the last one, so
    that a link held before and not named since the read began is gone. cursor: set in the last
    batch only, where the kind has delta: pass it to the next read. whole: True in the last batch
    of a read that named every live object, so that one not named is gone.
    """

    kind: str
    objects: Sequence[ObservedObject] = ()
    links: tuple[ObservedLink, ...] = ()
    removed: tuple[RemovedObject, ...] = ()
    link_sets_complete: tuple[tuple[str, str], ...] = ()
    cursor: str | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One entry of the directory audit log.

    actor_kind: "user", "app" or "" when Entra does not say. target_ids: everything that was
    touched, in Graph's order; for a link both of its sides. body: the entry as Graph gave it.
    """

    event_id: str
    at: datetime
    activity: str
    category: str
    operation: str
    succeeded: bool
    actor_kind: str
    actor_id: str
    actor_name: str
    target_ids: tuple[str, ...] = ()
    body: dict[str, Any] = field(default_factory=dict)
