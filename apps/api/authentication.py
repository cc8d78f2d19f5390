"""Who calls: an API token in the Authorization header, and nothing else."""

from __future__ import annotations

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from apps.access import tokens
from apps.access.models import User
from apps.access.tokens import TokenActor
from apps.audit.middleware import request_id

SCHEME = "Bearer"


class BearerToken(BaseAuthentication):
    """`Authorization: Bearer hf_...` (RFC 6750, section 2.1).

    A token in the query or the body is not looked at, because those end up in logs. There is no
    session either, so a browser's cookie opens nothing here and no request can be forged through
    one.
    """

    def authenticate(self, request: Request) -> tuple[User, TokenActor] | None:
        scheme, _, raw = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() != SCHEME.lower():
            return None
        address = request.META.get("REMOTE_ADDR", "")
        caller = tokens.authenticate(raw.strip(), address, request_id=request_id(request._request))
        if caller is None:
            raise AuthenticationFailed(
                "The token is not valid: unknown, expired, revoked, or used from elsewhere.",
                code="invalid-token",
            )
        return caller.user, caller

    def authenticate_header(self, request: Request) -> str:
        return f'{SCHEME} realm="Holdfast"'


class BearerTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema describes it."""

    target_class = BearerToken
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "hf_ and 46 letters and digits",
            "description": "A token from Account, API tokens.",
        }
