"""Federated identity credentials: assertions of an issuer that the application trusts.

The sandbox opens no connections, so the issuer must be one of its own tenants; an assertion of any
other issuer cannot be verified and is refused.
https://learn.microsoft.com/entra/workload-id/workload-identity-federation
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import jwt

from apps.sandbox.login import assertions
from apps.sandbox.login.errors import LoginError

if TYPE_CHECKING:
    from apps.sandbox.login.clients import Client
    from apps.sandbox.login.session import SignIn

RELATION = "application.federatedIdentityCredentials"


def credentials(client: Client) -> list[dict[str, Any]]:
    """The application's federated identity credentials."""
    found = []
    for object_id in client.home.targets(RELATION, client.application.body["id"]):
        record = client.home.get(object_id)
        if record is not None:
            found.append(record.body)
    return found


def verify(sign_in: SignIn, client: Client, assertion: str, now: dt.datetime) -> None:
    """Check issuer, subject and audience against a credential, then signature and times.

    Raises:
        LoginError: 70021 when no credential matches, 50013 for a signature that does not verify.
    """
    _, claims = assertions.unverified(assertion)
    if not any(_matches(credential, claims) for credential in credentials(client)):
        raise LoginError(70021, subject=str(claims.get("sub")))
    try:
        sign_in.minter.read_access_token(assertion)
    except jwt.InvalidTokenError as problem:
        reason = f"The keys of issuer '{claims.get('iss')}' do not verify the assertion."
        raise LoginError(50013, reason=reason) from problem
    assertions.check_times(claims, now)


def _matches(credential: dict[str, Any], claims: dict[str, Any]) -> bool:
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    return (
        credential.get("issuer") == claims.get("iss")
        and credential.get("subject") == claims.get("sub")
        and any(item in (credential.get("audiences") or []) for item in audiences)
    )
