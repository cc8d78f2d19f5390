"""Tokens: access and id tokens signed with the published key, and what only the sandbox reads.

Claims: https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import jwt

from apps.sandbox.login.keys import KeyRing, SigningKey, base64url

GRAPH = "https://graph.microsoft.com"
GRAPH_APP_ID = "00000003-0000-0000-c000-000000000000"
STS = "https://sts.windows.net/"
AUDIENCES = frozenset({GRAPH, f"{GRAPH}/", GRAPH_APP_ID})
REFRESH_LIFETIME = 90 * 86_400
CODE_LIFETIME = 600


@dataclass(frozen=True, slots=True)
class Subject:
    """Who a token speaks for: an application alone, or a user through an application."""

    tenant_id: str
    app_id: str
    app_name: str
    object_id: str
    """The user's id; for an application alone, its service principal's id."""
    roles: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    wids: tuple[str, ...] = ()
    user_principal_name: str = ""
    name: str = ""
    strength: str = "1"
    """How the client proved itself: 0 public, 1 secret, 2 certificate (claim azpacr)."""
    methods: tuple[str, ...] = ("pwd",)
    """How the user proved himself (claim amr): password, and "mfa" with a second factor."""


@dataclass(slots=True)
class Minter:
    """Makes and reads tokens. Times are Unix seconds of the sandbox's clock."""

    ring: KeyRing
    _secret: bytes = field(init=False)

    def __post_init__(self) -> None:
        self._secret = self.ring.secret

    def access_token(self, subject: Subject, *, now: int, lifetime: int) -> str:
        issuer = f"{STS}{subject.tenant_id}/"
        claims: dict[str, Any] = {
            "aud": GRAPH,
            "iss": issuer,
            "iat": now,
            "nbf": now,
            "exp": now + lifetime,
            "app_displayname": subject.app_name,
            "appid": subject.app_id,
            "appidacr": subject.strength,
            "idp": issuer,
            "idtyp": "app" if not subject.user_principal_name else "user",
            "oid": subject.object_id,
            "sub": subject.object_id,
            "tid": subject.tenant_id,
            "uti": base64url(uuid.uuid4().bytes),
            "ver": "1.0",
        }
        if subject.user_principal_name:
            claims |= {"scp": " ".join(subject.scopes), "upn": subject.user_principal_name}
            claims |= {"name": subject.name, "unique_name": subject.user_principal_name}
            claims |= {"wids": list(subject.wids), "sub": _graph_sub(subject)}
            claims |= {"acr": "1", "amr": list(subject.methods)}
        else:
            claims |= {"roles": list(subject.roles)} if subject.roles else {}
            claims |= {"wids": list(subject.wids)}
        return self._sign(claims)

    def id_token(self, claims: Mapping[str, Any]) -> str:
        """Claims signed as an id token (see id_claims)."""
        return self._sign(claims)

    def read_access_token(self, token: str) -> dict[str, Any]:
        """Claims of a token of ours; expiry is for the caller to judge by the sandbox's clock.

        Raises:
            jwt.InvalidTokenError: not signed by this sandbox.
        """
        key = self.ring.find(str(jwt.get_unverified_header(token).get("kid")))
        if key is None:
            raise jwt.InvalidKeyError("the token names no key of this sandbox")
        return jwt.decode(
            token,
            key.private_key.public_key(),
            algorithms=["RS256"],
            options={
                "verify_exp": False,
                "verify_nbf": False,
                "verify_iat": False,
                "verify_aud": False,
            },
        )

    def seal(self, purpose: str, content: dict[str, Any]) -> str:
        """An opaque value that the sandbox can read back: a code, a refresh token, a cookie."""
        return jwt.encode({**content, "purpose": purpose}, self._secret, algorithm="HS256")

    def unseal(self, purpose: str, value: str) -> dict[str, Any] | None:
        """What `seal` was given, or None for anything else."""
        options: Any = {"verify_exp": False, "verify_iat": False, "verify_nbf": False}
        try:
            content = jwt.decode(value, self._secret, algorithms=["HS256"], options=options)
        except jwt.InvalidTokenError:
            return None
        return dict(content) if content.get("purpose") == purpose else None

    def _sign(self, claims: Mapping[str, Any]) -> str:
        return signed(claims, self.ring.current)


def signed(claims: Mapping[str, Any], key: SigningKey, *, key_id: str = "") -> str:
    """A JWT signed with a key, under its own id or another's."""
    name = key_id or key.key_id
    headers = {"kid": name, "x5t": name}
    return jwt.encode(dict(claims), key.private_key, algorithm="RS256", headers=headers)


def pairwise(tenant_id: str, user_id: str, audience: str) -> str:
    """The user as one application knows him: another application gets another value."""
    return base64url(hashlib.sha256(f"{tenant_id}/{user_id}/{audience}".encode()).digest())


def _graph_sub(subject: Subject) -> str:
    return pairwise(subject.tenant_id, subject.object_id, GRAPH_APP_ID)
