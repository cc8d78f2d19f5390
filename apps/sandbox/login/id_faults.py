"""Id tokens that an application must refuse, to try whether it does.

Every fault is named; :data:`FAULTS` says what each does to a token that would have been good.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

import orjson

from apps.sandbox.login.keys import KeyRing, base64url
from apps.sandbox.login.tokens import STS, signed

CONSUMERS = "9188040d-6c67-4c5b-b112-36a304b66dad"
"""The tenant of personal Microsoft accounts."""
SOMEWHERE = "11111111-2222-4333-8444-555555555555"
HOUR = 3600

FAULTS: Mapping[str, str] = {
    "wrong-issuer": "the issuer is another host",
    "issuer-of-another-tenant": "the issuer names another tenant than `tid`",
    "issuer-of-version-1": "the issuer is the one of version 1.0 tokens",
    "tenant-of-another-issuer": "`tid` names another tenant than the issuer",
    "tenant-no-guid": "`tid` and the issuer say `organizations`",
    "no-tenant": "`tid` is missing",
    "no-object-id": "`oid` is missing",
    "wrong-audience": "the token is for another application",
    "wrong-nonce": "the nonce is another",
    "no-nonce": "the nonce is missing",
    "expired": "it expired an hour ago",
    "not-yet-valid": "it is valid from the next hour on",
    "wrong-key": "signed with an unpublished key under the published key's id",
    "unknown-key": "signed with an unpublished key under its own id",
    "consumer-tenant": "a personal account: its tenant, its issuer, its key",
    "consumer-key": "signed with the published key of personal accounts, for a tenant of work",
    "no-signature": "not signed at all (algorithm `none`)",
    "symmetric-signature": "signed with the published public key as a shared secret (HS256)",
    "changed-after-signing": "the object id was changed after signing",
}


def spoil(ring: KeyRing, claims: Mapping[str, Any], fault: str, *, now: int) -> str:
    """The token of these claims with a fault, or a good one for ""."""
    changed = {**claims, **_changes(claims, fault, now)}
    changed = {name: value for name, value in changed.items() if value is not None}
    match fault:
        case "wrong-key":
            return signed(changed, ring.unpublished, key_id=ring.current.key_id)
        case "unknown-key":
            return signed(changed, ring.unpublished)
        case "consumer-tenant" | "consumer-key":
            return signed(changed, ring.consumers)
        case "no-signature":
            return _unsigned(changed)
        case "symmetric-signature":
            return _symmetric(changed, ring)
        case "changed-after-signing":
            return _forged(signed(changed, ring.current), changed)
    return signed(changed, ring.current)


def _changes(claims: Mapping[str, Any], fault: str, now: int) -> dict[str, Any]:
    """What the fault does to the claims; None takes one away."""
    issuer, tenant = str(claims["iss"]), str(claims["tid"])
    changes: dict[str, dict[str, Any]] = {
        "wrong-issuer": {"iss": f"https://login.evil.example/{tenant}/v2.0"},
        "issuer-of-another-tenant": {"iss": issuer.replace(tenant, SOMEWHERE)},
        "issuer-of-version-1": {"iss": f"{STS}{tenant}/"},
        "tenant-of-another-issuer": {"tid": SOMEWHERE},
        "tenant-no-guid": {
            "tid": "organizations",
            "iss": issuer.replace(tenant, "organizations"),
        },
        "no-tenant": {"tid": None},
        "no-object-id": {"oid": None},
        "wrong-audience": {"aud": SOMEWHERE},
        "wrong-nonce": {"nonce": "a nonce of somebody else"},
        "no-nonce": {"nonce": None},
        "expired": {"iat": now - 2 * HOUR, "nbf": now - 2 * HOUR, "exp": now - HOUR},
        "not-yet-valid": {"iat": now, "nbf": now + HOUR, "exp": now + 2 * HOUR},
        "consumer-tenant": {"tid": CONSUMERS, "iss": issuer.replace(tenant, CONSUMERS)},
    }
    return changes.get(fault, {})


def _unsigned(claims: Mapping[str, Any]) -> str:
    return f"{_joined({'typ': 'JWT', 'alg': 'none'}, claims)}."


def _symmetric(claims: Mapping[str, Any], ring: KeyRing) -> str:
    """HS256 with the public key as secret, which a library that lets the token choose accepts."""
    text = _joined({"typ": "JWT", "alg": "HS256", "kid": ring.current.key_id}, claims)
    digest = hmac.new(ring.current.public_pem(), text.encode(), hashlib.sha256).digest()
    return f"{text}.{base64url(digest)}"


def _joined(header: Mapping[str, Any], claims: Mapping[str, Any]) -> str:
    return ".".join(base64url(orjson.dumps(dict(part))) for part in (header, claims))


def _forged(token: str, claims: Mapping[str, Any]) -> str:
    header, _claims, signature = token.split(".")
    changed = base64url(orjson.dumps({**claims, "oid": SOMEWHERE}))
    return f"{header}.{changed}.{signature}"
