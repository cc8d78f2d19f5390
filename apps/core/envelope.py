"""Encryption at rest: AES-256-GCM under data keys, which are wrapped under the installation's key.

settings.HOLDFAST_KEYS lists the installation's keys (base64, 32 bytes each). The first one
wraps; the others only open what they wrapped before, until it has been re-wrapped.

A sealed value is 1 byte of format, 12 of nonce, then ciphertext and 16 of tag. A wrapped key is
1 byte of format, 4 that name the wrapping key, then a sealed value.
"""

import base64
import binascii
import os
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from apps.core import digests
from apps.core.errors import HoldfastError

KEY_SIZE = 32
OVERHEAD = 29  # bytes by which a sealed value is longer than its plaintext
_FORMAT = b"\x01"
_NONCE_SIZE = 12
_KEY_ID_SIZE = 4


class KeyProblem(HoldfastError):
    """A key is missing or malformed, or does not open what it should."""

    default_code = "key-problem"


@dataclass(frozen=True, slots=True)
class InstallationKey:
    """One of settings.HOLDFAST_KEYS. key_id: 4 bytes derived from the key, safe to store."""

    key_id: bytes
    key: bytes


def new_data_key() -> bytes:
    """32 random bytes."""
    return os.urandom(KEY_SIZE)


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


def wrap(data_key: bytes, context: bytes) -> bytes:
    """Encrypt a data key under the installation's current key, bound to `context`."""
    current = installation_keys()[0]
    return _FORMAT + current.key_id + seal(current.key, data_key, b"wrap:" + context)


def unwrap(wrapped: bytes, context: bytes) -> bytes:
    """The data key that wrap() was given. Raises KeyProblem when no installation key opens it."""
    wrapping = _wrapping_key(wrapped)
    return open_sealed(wrapping.key, wrapped[1 + _KEY_ID_SIZE :], b"wrap:" + context)


def needs_rewrap(wrapped: bytes) -> bool:
    """True when another than the current installation key wrapped it."""
    return _wrapping_key(wrapped).key_id != installation_keys()[0].key_id


def rewrap(wrapped: bytes, context: bytes) -> bytes:
    """The same data key, wrapped under the current installation key."""
    return wrap(unwrap(wrapped, context), context)


def installation_keys() -> tuple[InstallationKey, ...]:
    """The keys of settings.HOLDFAST_KEYS, current first; KeyProblem when they are unusable."""
    return _parsed(tuple(settings.HOLDFAST_KEYS))


@lru_cache(maxsize=8)
def _parsed(encoded_keys: tuple[str, ...]) -> tuple[InstallationKey, ...]:
    if not encoded_keys:
        raise KeyProblem("No installation key is configured.", todo="Set HOLDFAST_KEYS.")
    return tuple(_parse(encoded) for encoded in encoded_keys)


def _parse(encoded: str) -> InstallationKey:
    try:
        key = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_SIZE:
        raise KeyProblem(
            "An installation key is not 32 bytes in base64.", todo="Fix HOLDFAST_KEYS."
        )
    return InstallationKey(digests.sha256(b"holdfast:key-id\0", key)[:_KEY_ID_SIZE], key)


def _wrapping_key(wrapped: bytes) -> InstallationKey:
    key_id = wrapped[1 : 1 + _KEY_ID_SIZE]
    for candidate in installation_keys():
        if wrapped[:1] == _FORMAT and candidate.key_id == key_id:
            return candidate
    raise KeyProblem(
        "A key is wrapped under an installation key that is not configured.",
        code="unknown-installation-key",
        safe="The data itself is intact.",
        todo=f"Add the installation key with id {key_id.hex()} to HOLDFAST_KEYS.",
    )
