"""What a store has to offer: objects that are written whole or not at all, and locks on them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Protection:
    """What a store says of itself. locks: it can lock objects. said: a sentence for people."""

    locks: bool
    said: str


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock on one version of an object. mode: "compliance" or "governance"."""

    mode: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One version of an object. version: "" where the store keeps only one. size: bytes."""

    name: str
    version: str
    size: int
    modified: datetime
    newest: bool = True


class Upload(Protocol):
    """An object being written. Nobody sees it before finish(); what is not finished is nothing."""

    def write(self, data: bytes) -> None: ...

    def finish(self) -> str:
        """Make it an object; its version."""
        ...

    def abort(self) -> None:
        """Drop what was written. Safe to call after anything."""
        ...


class Store(Protocol):
    """A bucket, container or folder. Names are paths with "/" between ASCII words.

    All methods raise StoreUnavailable, which may pass, and StoreRefused.
    """

    @property
    def address(self) -> str:
        """Where it is, without credentials."""
        ...

    def protection(self) -> Protection:
        """Ask the store how it protects what is written."""
        ...

    def upload(self, name: str, lock: Lock | None) -> Upload:
        """Begin to write an object, locked from its first moment. Memory is bounded."""
        ...

    def read(self, name: str, version: str = "") -> Iterator[bytes]:
        """The bytes of an object in portions. Raises NotThere."""
        ...

    def versions(self, prefix: str) -> Iterator[Entry]:
        """Every version of every object below a prefix, also of those that were deleted over."""
        ...

    def lock_of(self, name: str, version: str) -> Lock | None:
        """The lock as the store has it. Raises NotThere."""
        ...

    def extend(self, name: str, version: str, lock: Lock) -> None:
        """Lock an object for longer. A lock is never shortened. Raises NotThere."""
        ...

    def delete(self, name: str, version: str) -> None:
        """Remove one version for good. Raises StoreRefused while it is locked."""
        ...
