"""What an id token of version 2.0 says of the person who signed in.

https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference and
https://learn.microsoft.com/entra/identity-platform/optional-claims-reference
"""

from __future__ import annotations

import base64
import uuid
from dataclasses import dataclass
from typing import Any

import orjson

from apps.sandbox.login import grants
from apps.sandbox.login.clients import Client
from apps.sandbox.login.group_claims import group_claims
from apps.sandbox.login.keys import base64url
from apps.sandbox.login.tokens import STS, pairwise
from apps.sandbox.state.records import Record


@dataclass(frozen=True, slots=True)
class Occasion:
    """One sign-in of one person to one application."""

    client: Client
    user: Record
    scopes: frozenset[str]
    """As asked for, "openid" and "profile" included."""
    issuer: str
    at: int
    """When he proved who he is, Unix seconds."""
    session: str
    methods: tuple[str, ...]
    nonce: str = ""
    claims: str = ""
    """The request's `claims` parameter: JSON, or nothing."""
    with_auth_time: bool = False
    """Because the request had `max_age`."""
    home_tenant: str = ""
    """Of a guest: the tenant where he proved who he is."""


def id_claims(occasion: Occasion, *, now: int, lifetime: int) -> dict[str, Any]:
    """The claims; `sub` is pairwise, so only `tid` and `oid` identify a person."""
    client, user = occasion.client, occasion.user
    tenant_id = client.directory.tenant_id
    claims: dict[str, Any] = {
        "aud": client.app_id,
        "iss": occasion.issuer,
        "iat": now,
        "nbf": now,
        "exp": now + lifetime,
        "rh": "1." + base64url(uuid.uuid4().bytes),
        "sub": pairwise(tenant_id, user.id, client.app_id),
        "tid": tenant_id,
        "uti": base64url(uuid.uuid4().bytes),
        "ver": "2.0",
    }
    if occasion.nonce:
        claims["nonce"] = occasion.nonce
    if "profile" in occasion.scopes:
        claims["name"] = user.body.get("displayName")
        claims["oid"] = user.id
        claims["preferred_username"] = user.body.get("userPrincipalName")
    if occasion.home_tenant:
        claims["idp"] = f"{STS}{occasion.home_tenant}/"
    if client.service_principal is not None:
        given = grants.assignments_to(client.directory, client.service_principal.id, user.id)
        roles = grants.app_role_values(client.application, given)
        claims |= {"roles": list(roles)} if roles else {}
    return claims | group_claims(client, user) | _optional(occasion)


def _optional(occasion: Occasion) -> dict[str, Any]:
    """What the application, the request or a scope asks for; nothing for what there is not."""
    wanted = _asked_by_application(occasion.client) | _asked_by_request(occasion.claims)
    if "email" in occasion.scopes or occasion.user.body.get("userType") == "Guest":
        wanted.setdefault("email", None)
    if occasion.with_auth_time:
        wanted.setdefault("auth_time", None)
    known = _known(occasion) | _contexts(wanted.get("acrs"))
    return {name: known[name] for name in wanted if known.get(name) not in (None, "", [])}


def _known(occasion: Occasion) -> dict[str, Any]:
    body = occasion.user.body
    organisation = next(occasion.client.directory.of_type("organization"), None)
    country = None if organisation is None else organisation.body.get("countryLetterCode")
    return {
        "acct": int(body.get("userType") == "Guest"),
        "amr": list(occasion.methods),
        "auth_time": occasion.at,
        "ctry": body.get("usageLocation"),
        "email": body.get("mail"),
        "family_name": body.get("surname"),
        "given_name": body.get("givenName"),
        "login_hint": login_hint(occasion.user),
        "onprem_sid": body.get("onPremisesSecurityIdentifier"),
        "sid": occasion.session,
        "tenant_ctry": country,
        "upn": body.get("userPrincipalName"),
        "verified_primary_email": [body["mail"]] if body.get("mail") else [],
        "xms_pl": body.get("preferredLanguage"),
    }


def login_hint(user: Record) -> str:
    """An opaque value that the authorize and logout endpoints take as `login_hint`."""
    return "O." + base64url(str(user.body.get("userPrincipalName")).encode())


def name_of_hint(hint: str) -> str:
    """The user name behind a login hint, which may also be the name itself."""
    if not hint.startswith("O."):
        return hint
    try:
        text = hint.removeprefix("O.")
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except ValueError:
        return hint


def _asked_by_application(client: Client) -> dict[str, Any]:
    declared = (client.application.body.get("optionalClaims") or {}).get("idToken") or []
    return {each["name"]: None for each in declared if each.get("name")}


def _asked_by_request(text: str) -> dict[str, Any]:
    """`id_token` of the `claims` parameter; one that cannot be read asks for nothing.

    https://openid.net/specs/openid-connect-core-1_0.html#ClaimsParameter
    """
    try:
        asked = orjson.loads(text) if text else {}
    except orjson.JSONDecodeError:
        return {}
    wanted = asked.get("id_token") if isinstance(asked, dict) else None
    return dict(wanted) if isinstance(wanted, dict) else {}


def _contexts(asked: Any) -> dict[str, Any]:
    """Authentication contexts that the request names: every policy behind them is satisfied."""
    if not isinstance(asked, dict):
        return {}
    values = asked.get("values") or [asked.get("value")]
    return {"acrs": [value for value in values if isinstance(value, str)]}
