"""The keys that a cloud signs its tokens with, as it publishes them.

https://learn.microsoft.com/entra/identity-platform/signing-key-rollover
"""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt
import requests

from apps.core.errors import Unavailable
from apps.entra.client.transport import SignInTransport
from apps.entra.clouds import Cloud

# Keys are fetched again after a day, or when a token names one we do not know; then at most once
# in this many seconds.
_REFRESH = 24 * 60 * 60.0
_AT_MOST_EVERY = 30.0
_TENANT = "{tenantid}"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """One published key. issuer: whose tokens it may sign, with {tenantid} for any tenant's."""

    key: Any
    issuer: str

    def may_sign_for(self, issuer: str, tenant_id: str) -> bool:
        """Whether a token of this issuer and tenant may be signed with the key.

        https://learn.microsoft.com/entra/identity-platform/access-tokens#validate-the-issuer
        """
        return bool(self.issuer) and self.issuer.replace(_TENANT, tenant_id) == issuer


@dataclass(frozen=True, slots=True)
class _Fetched:
    at: float
    keys: Mapping[str, SigningKey]


_known: dict[tuple[str, str], _Fetched] = {}
_lock = threading.Lock()


def signing_key(cloud: Cloud, key_id: str) -> SigningKey | None:
    """The cloud's key of this id, None for one that it does not publish. Raises Unavailable."""
    place = (cloud.name, cloud.public_login())
    with _lock:
        fetched = _known.get(place)
    age = time.monotonic() - fetched.at if fetched else _REFRESH
    if fetched is None or age >= _REFRESH or (key_id not in fetched.keys and age > _AT_MOST_EVERY):
        fetched = _Fetched(time.monotonic(), _fetch(cloud))
        with _lock:
            _known[place] = fetched
    return fetched.keys.get(key_id)


def forget() -> None:
    """Fetch the keys anew at the next token."""
    with _lock:
        _known.clear()


def _fetch(cloud: Cloud) -> dict[str, SigningKey]:
    transport = SignInTransport(cloud)
    try:
        answer = transport.get(f"{cloud.authority('organizations')}/discovery/v2.0/keys")
        answer.raise_for_status()
        published = answer.json()["keys"]
    except (requests.RequestException, ValueError, KeyError) as error:
        raise Unavailable(
            "Microsoft's signing keys cannot be fetched at the moment.",
            code="no-signing-keys",
            safe="Nobody was signed in.",
            todo="Try again in a minute.",
        ) from error
    finally:
        transport.close()
    usable = [
        one for one in published if one.get("kty") == "RSA" and one.get("use", "sig") == "sig"
    ]
    return {
        str(one["kid"]): SigningKey(
            jwt.PyJWK.from_dict(one, algorithm="RS256").key, str(one.get("issuer", ""))
        )
        for one in usable
        if one.get("kid")
    }
