"""Sealing what sign-in must keep and nobody may read: TOTP secrets, recovery seeds, private keys.

The key is unwrapped at each use: that is rare, and so a rotation or a restore needs no restart.
"""

import base64

from django.db import IntegrityError, transaction

from apps.access.models import SignInKey
from apps.core import envelope, rotation

_CONTEXT = b"sign-in"


def seal(plaintext: bytes, *, purpose: str) -> bytes:
    """Encrypt under sign-in's own data key; `purpose` must be given again to open it."""
    return envelope.seal(_data_key(), plaintext, purpose.encode())


def unseal(sealed: bytes, *, purpose: str) -> bytes:
    """What seal() was given. Raises KeyProblem for another key, another purpose, changed bytes."""
    return envelope.open_sealed(_data_key(), sealed, purpose.encode())


def seal_text(text: str, *, purpose: str) -> str:
    """seal() for places that hold text."""
    return base64.b64encode(seal(text.encode(), purpose=purpose)).decode()


def unseal_text(sealed: str, *, purpose: str) -> str:
    """What seal_text() was given. Raises KeyProblem."""
    return unseal(base64.b64decode(sealed), purpose=purpose).decode()


def wrapped_keys() -> rotation.WrappedKeys:
    """Where sign-in keeps its wrapped key."""
    return rotation.WrappedKeys(
        "key of sign-in secrets", "wrapped", lambda: SignInKey.objects.all(), lambda row: _CONTEXT
    )


def _data_key() -> bytes:
    row = SignInKey.objects.filter(pk=1).first() or _made()
    return envelope.unwrap(bytes(row.wrapped), _CONTEXT)


def _made() -> SignInKey:
    wrapped = envelope.wrap(envelope.new_data_key(), _CONTEXT)
    try:
        with transaction.atomic():
            return SignInKey.objects.create(pk=1, wrapped=wrapped)
    except IntegrityError:
        # Another process made it a moment ago.
        return SignInKey.objects.get(pk=1)
