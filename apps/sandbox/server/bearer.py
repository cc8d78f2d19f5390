"""The token check of Graph calls: who calls, in which tenant, with which permissions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import jwt

from apps.sandbox.graph.context import Caller, GraphError
from apps.sandbox.login import grants
from apps.sandbox.login.session import SignIn
from apps.sandbox.login.tokens import AUDIENCES, GRAPH_APP_ID, STS
from apps.sandbox.state.directory import Directory

CHALLENGE = (
    'Bearer realm="", authorization_uri="{base_url}/common/oauth2/authorize", '
    f'client_id="{GRAPH_APP_ID}"'
)


@dataclass(slots=True)
class TokenCheck:
    """Checks bearer tokens; verified ones are remembered, since a client sends one for an hour."""

    sign_in: SignIn
    known: dict[str, tuple[dict[str, Any], Caller]] = field(default_factory=dict)

    def check(self, authorization: str | None, base_url: str) -> tuple[Directory, Caller]:
        """The directory and the caller that the token names.

        Raises:
            GraphError: 401, with the challenge that Graph sends.
        """
        token = self._token(authorization, base_url)
        verified = self.known.get(token)
        if verified is None:
            verified = self._verify(token, base_url)
            if len(self.known) > 5_000:
                self.known.clear()
            self.known[token] = verified
        claims, caller = verified
        now = self.sign_in.timestamp()
        if now >= claims["exp"]:
            raise _refused("Lifetime validation failed, the token is expired.", base_url)
        if now < claims["nbf"] - 300:
            raise _refused("Lifetime validation failed, the token is not yet valid.", base_url)
        return self._directory(claims, caller, base_url), caller

    def forget(self) -> None:
        self.known.clear()

    def _token(self, authorization: str | None, base_url: str) -> str:
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise _refused("Access token is empty.", base_url)
        if token.count(".") != 2:
            raise _refused(
                "IDX14100: JWT is not well formed, there are no dots (.).\nThe token needs to be "
                "in JWS or JWE Compact Serialization Format.",
                base_url,
            )
        return token.strip()

    def _verify(self, token: str, base_url: str) -> tuple[dict[str, Any], Caller]:
        try:
            claims = self.sign_in.minter.read_access_token(token)
        except jwt.InvalidTokenError as problem:
            raise _refused("Signature verification failed.", base_url) from problem
        if claims.get("aud") not in AUDIENCES:
            message = "Access token validation failure. Invalid audience."
            raise _refused(message, base_url)
        if claims.get("iss") != f"{STS}{claims.get('tid')}/":
            message = "Access token validation failure. Invalid issuer."
            raise _refused(message, base_url)
        return claims, _caller(claims)

    def _directory(self, claims: dict[str, Any], caller: Caller, base_url: str) -> Directory:
        """The tenant, if the application is still there: a token outlives neither."""
        directory = self.sign_in.world.directory(claims["tid"])
        if directory is None:
            raise _refused("The tenant of the token does not exist.", base_url)
        principal = grants.service_principal(directory, caller.app_id)
        if principal is None or self.sign_in.weather.revoked(caller.app_id):
            message = "The identity of the calling application could not be established."
            raise GraphError(401, "Authorization_IdentityNotFound", message)
        if principal.body.get("accountEnabled") is False:
            raise _refused("The application of the token is disabled.", base_url)
        return directory


def _caller(claims: dict[str, Any]) -> Caller:
    delegated = "scp" in claims
    return Caller(
        app_id=claims["appid"],
        service_principal_id="" if delegated else claims["oid"],
        roles=frozenset(claims.get("roles") or ()),
        user_id=claims["oid"] if delegated else None,
        scopes=frozenset(claims.get("scp", "").split()),
        user_name=claims.get("upn", ""),
        app_name=claims.get("app_displayname", ""),
    )


def _refused(message: str, base_url: str) -> GraphError:
    challenge = CHALLENGE.format(base_url=base_url)
    return GraphError(
        401,
        "InvalidAuthenticationToken",
        message,
        headers={"WWW-Authenticate": challenge},
    )
