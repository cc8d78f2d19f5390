"""Encryption at rest: values are sealed under data keys, those wrapped under the installation's.

The first of the installation's keys wraps; the others only open what they wrapped before, until it
has been re-wrapped. A wrapped key is 1 byte of format, 4 that name the wrapping key, then whatever
that key made of it.
"""

import os

from apps.core.installation_keys import InstallationKey, KeyProblem, installation_keys
from apps.core.installation_keys.base import KEY_ID_SIZE
from apps.core.sealing import KEY_SIZE, OVERHEAD, open_sealed, seal

__all__ = [
    "KEY_SIZE",
    "OVERHEAD",
    "KeyProblem",
    "current_prefix",
    "installation_keys",
    "needs_rewrap",
    "new_data_key",
    "open_sealed",
    "rewrap",
    "seal",
    "unwrap",
    "wrap",
]

_FORMAT = b"\x01"
_HEAD_SIZE = 1 + KEY_ID_SIZE


def new_data_key() -> bytes:
    """32 random bytes."""
    return os.urandom(KEY_SIZE)


def wrap(data_key: bytes, context: bytes) -> bytes:
    """Encrypt a data key under the installation's current key, bound to `context`.

    Raises KeyProblem, KeyServiceUnavailable.
    """
    return current_prefix() + installation_keys()[0].wrap(data_key, context)


def unwrap(wrapped: bytes, context: bytes) -> bytes:
    """The data key that wrap() was given.

    Raises KeyProblem when no installation key opens it, KeyServiceUnavailable.
    """
    return _wrapping_key(wrapped).unwrap(wrapped[_HEAD_SIZE:], context)


def current_prefix() -> bytes:
    """The 5 bytes that everything wrapped under the current installation key begins with."""
    return _FORMAT + installation_keys()[0].key_id


def needs_rewrap(wrapped: bytes) -> bool:
    """True when another than the current installation key wrapped it."""
    return wrapped[:_HEAD_SIZE] != current_prefix()


def rewrap(wrapped: bytes, context: bytes) -> bytes:
    """The same data key, wrapped under the current installation key."""
    return wrap(unwrap(wrapped, context), context)


def _wrapping_key(wrapped: bytes) -> InstallationKey:
    key_id = wrapped[1:_HEAD_SIZE]
    for candidate in installation_keys():
        if wrapped[:1] == _FORMAT and candidate.key_id == key_id:
            return candidate
    raise KeyProblem(
        "A key is wrapped under an installation key that is not configured.",
        code="unknown-installation-key",
        safe="The data itself is intact.",
        todo=f"Add the installation key with id {key_id.hex()} to HOLDFAST_KEYS.",
    )
