"""Tokens that the clients of one process share: one sign-in for an application in a tenant.

https://learn.microsoft.com/entra/identity-platform/msal-acquire-cache-tokens
"""

import hashlib
import threading
import time
from dataclasses import dataclass, field

from apps.entra.clouds import Cloud
from apps.entra.credentials import Credential

# Seconds for which another client may take a token over. Permissions stand in the token, so what
# an administrator has consented to since is missing from an older one.
TAKEN_OVER_FOR = 300.0

Key = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class HeldToken:
    """A token. got_at, ends_at: on the monotonic clock; good until ends_at."""

    token: str = field(repr=False)
    got_at: float
    ends_at: float


_lock = threading.Lock()
_tokens: dict[Key, HeldToken] = {}


def key_of(cloud: Cloud, tenant_id: str, credential: Credential) -> Key | None:
    """What a token belongs to; None for a federated credential, whose assertions are its own."""
    secret = credential.private_key_pem or credential.secret
    if not secret:
        return None
    proof = hashlib.sha256(secret.encode()).hexdigest()
    return (cloud.graph, tenant_id, credential.client_id, proof)


def take_over(key: Key | None) -> HeldToken | None:
    """A recent token that another client got for the same application, tenant and credential."""
    if key is None:
        return None
    with _lock:
        held = _tokens.get(key)
    now = time.monotonic()
    if held is None or now > min(held.ends_at, held.got_at + TAKEN_OVER_FOR):
        return None
    return held


def keep(key: Key | None, held: HeldToken) -> None:
    """Let others take this token over; tokens that nobody may take any more are forgotten."""
    if key is None:
        return
    oldest = time.monotonic() - TAKEN_OVER_FOR
    with _lock:
        for stale in [at for at, other in _tokens.items() if other.got_at < oldest]:
            del _tokens[stale]
        _tokens[key] = held


def forget(key: Key | None) -> None:
    """Nobody takes over what was refused."""
    if key is not None:
        with _lock:
            _tokens.pop(key, None)
