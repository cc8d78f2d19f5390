"""The digests of bodies as versions keep them: by which a capture sees whether something changed.

A digest is BLAKE2b with a key, 16 bytes (RFC 7693), over the canonical JSON of a normalised body
without its volatile properties. Without the key nobody can tell whether a guess at a body is right,
nor after the tenant's key was destroyed; and nobody who chooses bodies can look for two that have
the same digest, for which 16 bytes without a key would be too few (ADR 0114). The key is derived
from the tenant's data key for each kind.

Versions written before have the SHA-256 of the same JSON, 32 bytes, which needs no key; so have
those after them until the body changes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from apps.entra.catalogue import Kind, digest, digested

SIZE = 16
_KEY_SIZE, _SIZE_BEFORE = 32, 32
_KEY_USE = b"holdfast:digest-key:"


class KeptDigests:
    """The digests of bodies of one kind of the tenant whose data key is given."""

    def __init__(self, key: bytes, kind: Kind) -> None:
        use = HKDFExpand(algorithm=SHA256(), length=_KEY_SIZE, info=_KEY_USE + kind.name.encode())
        self._kind = kind
        self._start = hashlib.blake2b(digest_size=SIZE, key=use.derive(key))

    def of(self, body: Mapping[str, Any], held: bytes | None = None) -> bytes:
        """The digest of a normalised body, as a version keeps it.

        held: what the version before has; where the body is still the one that it was made of,
        that is what comes back, whichever way it was made.
        """
        if held and len(held) == _SIZE_BEFORE and digest(self._kind, body) == held:
            return held
        state = self._start.copy()
        state.update(digested(self._kind, body))
        return state.digest()
