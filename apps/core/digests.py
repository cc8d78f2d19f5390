"""SHA-256 digests, with a name for what is digested so that two uses never collide."""

import hashlib
from typing import Any

from apps.core import canonical

SIZE = 32


def sha256(*parts: bytes) -> bytes:
    """The 32-byte SHA-256 of the parts, one after the other (no separator)."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.digest()


def of_value(purpose: str, value: Any) -> bytes:
    """The 32-byte digest of a JSON value in its canonical form, bound to a purpose.

    The purpose ("audit-record", "plan", ...) keeps a digest made for one use from being
    presented for another.
    """
    return sha256(b"holdfast:", purpose.encode(), b"\0", canonical.dumps(value))
