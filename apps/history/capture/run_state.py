"""What the steps of one capture share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from apps.core import clock
from apps.entra.catalogue import KINDS
from apps.entra.errors import Denied, EntraError, NotLicensed, NotOffered
from apps.history.capture.heads import Heads
from apps.history.capture.source import Source
from apps.history.choices import CaptureMode, CollectionStatus, ObjectState


class Progress(Protocol):
    """What a capture tells while it runs. A job's context is one."""

    def progress(self, done: int, total: int | None = None, text: str = "") -> None:
        """Say how far it is."""

    def check_cancelled(self) -> None:
        """Raise when somebody wants it to stop."""


class Silent:
    """Progress that nobody watches."""

    def progress(self, done: int, total: int | None = None, text: str = "") -> None:
        pass

    def check_cancelled(self) -> None:
        pass


@dataclass(frozen=True, slots=True)
class CollectionReading:
    """How a collection was read, last time or this time.

    detail: why it is not complete. missing: what was held back, by "objects" or link.
    """

    collection: str
    status: CollectionStatus
    read_at: datetime
    detail: str = ""
    missing: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CollectionBefore:
    """A collection in the snapshot before; `reading` None when there was none.

    count: objects present. cursor: None when it has to be read in full.
    """

    reading: CollectionReading | None = None
    count: int = 0
    cursor: str | None = None

    @property
    def status(self) -> CollectionStatus | None:
        return self.reading.status if self.reading else None


@dataclass(frozen=True, slots=True)
class CollectionOutcome(CollectionReading):
    """How the reading of a collection went. cursor: to keep with the seal; None drops the old one.

    keep_cursor: leave the old cursor as it is. by_delta: read from a cursor. count: where it is no
    collection of objects, how many there are.
    """

    cursor: str | None = None
    keep_cursor: bool = False
    by_delta: bool = False
    count: int | None = None


def status_after(error: EntraError) -> CollectionStatus:
    """The status of a collection whose reading ended with this error."""
    if isinstance(error, Denied):
        return CollectionStatus.DENIED
    if isinstance(error, NotLicensed):
        return CollectionStatus.UNLICENSED
    if isinstance(error, NotOffered):
        return CollectionStatus.UNSUPPORTED
    return CollectionStatus.PARTIAL


@dataclass(slots=True)
class Moved:
    """Whether a capture has found so far that anything went away, or came back from the bin. Most
    find neither, and then nothing more is asked about it."""

    away: bool = False
    back: bool = False

    def note(self, before: str | None, now: str) -> None:
        """An object changed, or came to be, or went."""
        if now != ObjectState.PRESENT:
            self.away = True
        elif before == ObjectState.SOFT_DELETED:
            self.back = True


@dataclass(slots=True)
class CaptureRun:
    """One capture under way. seq: the position its versions will have; key: the tenant's.
    dictionaries: the newest of each kind, once one was asked for; known_dictionaries: all of them;
    trained: by this capture.

    log_read: the audit log was copied to its end before anything else, so it is known who it names.
    log_left: it was not, so as not to wait for it.
    heads: what small collections were like. moved: what was found so far.
    staged: the kinds of which something was.
    deleted: the categories of what it newly tells was deleted, in lower case. named:
    whose values that are read apart it tells of, by kind, since they were asked for. beside: how
    the reading of such values went, by the name it has in the manifest. guarded: much that is not
    named any more is held; not where what was there before came from files, which nobody has seen.
    """

    tenant_id: UUID
    seq: int
    mode: CaptureMode
    taken_at: datetime
    key: bytes
    source: Source
    progress: Progress
    before: Mapping[str, CollectionBefore]
    dictionaries: dict[str, tuple[int, bytes]] | None = None
    known_dictionaries: dict[tuple[str, int], bytes] | None = None
    trained: dict[tuple[str, int], bytes] = field(default_factory=dict)
    guarded: bool = True
    read_objects: int = 0
    log_read: bool = False
    log_left: bool = False
    deleted: set[str] = field(default_factory=set)
    named: dict[str, set[str]] = field(default_factory=dict)
    beside: dict[str, CollectionOutcome] = field(default_factory=dict)
    heads: Heads = field(default_factory=Heads)
    moved: Moved = field(default_factory=Moved)
    staged: set[str] = field(default_factory=set)

    def before_of(self, collection: str) -> CollectionBefore:
        """How the collection was; an empty one if it was not read before."""
        return self.before.get(collection, CollectionBefore())

    def last_read_at(self, collection: str) -> datetime:
        """When the collection was read last, at the latest the beginning of this capture."""
        reading = self.before_of(collection).reading
        return reading.read_at if reading else self.taken_at

    def note_read(self, collection: str, number: int) -> None:
        """Count objects read, and tell how many there are to read and how fast it goes."""
        self.read_objects += number
        expected = sum(self.before_of(kind.name).count for kind in KINDS) or None
        seconds = max((clock.now() - self.taken_at).total_seconds(), 0.001)
        self.progress.progress(
            self.read_objects,
            expected if expected and expected >= self.read_objects else None,
            f"{collection}: {self.read_objects / seconds:.0f} objects a second",
        )

    def forget_trained(self, kind: str) -> None:
        """Drop the dictionary of a collection whose read does not count."""
        for key in [key for key in self.trained if key[0] == kind]:
            del self.trained[key]
