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


def seal(key: bytes, plaintext: bytes, aad: bytes) -> bytes:
    """Encrypt under a 32-byte key; `aad` (what the value belongs to) must be given to open it."""
    nonce = os.urandom(_NONCE_SIZE)
    return _FORMAT + nonce + AESGCM(key).encrypt(nonce, plaintext, aad)


def open_sealed(key: bytes, sealed: bytes, aad: bytes) -> bytes:
    """Decrypt what seal() made. Raises KeyProblem for another key, another aad or changed bytes."""
    if sealed[:1] != _FORMAT:
        raise KeyProblem("A sealed value has an unknown format.", code="sealed-format")
    try:
        return AESGCM(key).decrypt(sealed[1:13], sealed[13:], aad)
    except InvalidTag:
        raise KeyProblem(
            "A sealed value does not open: its key is another one, or it was changed.",
            code="sealed-mismatch",
            todo="Check that the installation's keys are the ones it was written with.",
        ) from None
