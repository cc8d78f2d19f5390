"""The OpenID user information endpoint: what an access token's scopes let its bearer know.

https://learn.microsoft.com/entra/identity-platform/userinfo
"""

from __future__ import annotations

from typing import Any

import jwt

from apps.sandbox.login.session import SignIn
from apps.sandbox.login.tokens import pairwise
from apps.sandbox.server.messages import Request, Response, json_response


def answer(sign_in: SignIn, _tenant: str, request: Request) -> Response:
    """GET or POST /oidc/userinfo with a user's access token for Graph."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    claims = _claims(sign_in, token) if scheme.lower() == "bearer" else None
    directory = sign_in.world.directory(claims["tid"]) if claims else None
    user = directory.get(claims["oid"]) if directory and claims else None
    if claims is None or user is None or "openid" not in claims["scp"].split():
        body = {
            "error": {"code": "InvalidAuthenticationToken", "message": "Access token is empty."}
        }
        return json_response(body, 401, [("WWW-Authenticate", "Bearer")])
    scopes, body = set(claims["scp"].split()), user.body
    shown: dict[str, Any] = {"sub": pairwise(claims["tid"], user.id, claims["appid"])}
    if "profile" in scopes:
        shown |= {
            "name": body.get("displayName"),
            "given_name": body.get("givenName"),
            "family_name": body.get("surname"),
            "picture": "https://graph.microsoft.com/v1.0/me/photo/$value",
        }
    if "email" in scopes:
        shown["email"] = body.get("mail")
    return json_response({name: value for name, value in shown.items() if value})


def _claims(sign_in: SignIn, token: str) -> dict[str, Any] | None:
    try:
        claims = sign_in.minter.read_access_token(token)
    except jwt.InvalidTokenError:
        return None
    current = claims["nbf"] <= sign_in.timestamp() + 300 and sign_in.timestamp() < claims["exp"]
    return claims if current and "scp" in claims else None
