"""AES-256-GCM with what the value belongs to as associated data.

A sealed value is 1 byte of format, 12 of nonce, then ciphertext and 16 of tag.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from apps.core.installation_keys.base import KeyProblem

KEY_SIZE = 32
OVERHEAD = 29  # bytes by which a sealed value is longer than its plaintext
_FORMAT = b"\x01"
_NONCE_SIZE = 12
_START = 1 + _NONCE_SIZE


class Sealing:
    """seal() and open_sealed() for many values under one key."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, plaintext: bytes, aad: bytes) -> bytes:
        nonce = os.urandom(_NONCE_SIZE)
        return _FORMAT + nonce + self._cipher.encrypt(nonce, plaintext, aad)

    def open(self, sealed: bytes, aad: bytes) -> bytes:
        """Raises KeyProblem as open_sealed() does."""
        if sealed[:1] != _FORMAT:
            raise KeyProblem("A sealed value has an unknown format.", code="sealed-format")
        try:
            return self._cipher.decrypt(sealed[1:_START], sealed[_START:], aad)
        except InvalidTag:
            raise KeyProblem(
                "A sealed value does not open: its key is another one, or it was changed.",
                code="sealed-mismatch",
                todo="Check that the installation's keys are the ones it was written with.",
            ) from None


def seal(key: bytes, plaintext: bytes, aad: bytes) -> bytes:
    """Encrypt under a 32-byte key; `aad` (what the value belongs to) must be given to open it."""
    return Sealing(key).seal(plaintext, aad)


def open_sealed(key: bytes, sealed: bytes, aad: bytes) -> bytes:
    """Decrypt what seal() made. Raises KeyProblem for another key, another aad or changed bytes."""
    return Sealing(key).open(sealed, aad)
