"""SHA-256 digests, with a name for what is digested so that two uses never collide."""

import hashlib
from typing import Any, Protocol, Self

from apps.core import canonical

SIZE = 32


def sha256(*parts: bytes) -> bytes:
    """The 32-byte SHA-256 of the parts, one after the other (no separator)."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.digest()


class State(Protocol):
    """A SHA-256 under way, as hashlib has it."""

    def copy(self) -> Self: ...
    def update(self, data: bytes, /) -> None: ...
    def digest(self) -> bytes: ...


def start(purpose: str) -> State:
    """The state from which of_value() goes on with the canonical JSON of a value."""
    return hashlib.sha256(b"holdfast:" + purpose.encode() + b"\0")


def of_value(purpose: str, value: Any) -> bytes:
    """The 32-byte digest of a JSON value in its canonical form, bound to a purpose.

    The purpose ("audit-record", "plan", ...) keeps a digest made for one use from being
    presented for another.
    """
    state = start(purpose)
    state.update(canonical.dumps(value))
    return state.digest()
