"""The token endpoint's answer for a person: access, refresh and id token."""

from __future__ import annotations

import base64
from typing import Any

import orjson

from apps.sandbox.login import admission, grants, id_faults
from apps.sandbox.login.clients import Client, require_service_principal
from apps.sandbox.login.errors import LoginError
from apps.sandbox.login.group_claims import directory_roles
from apps.sandbox.login.id_claims import Occasion, id_claims
from apps.sandbox.login.scopes import OIDC_SCOPES, graph_scopes
from apps.sandbox.login.session import SignIn
from apps.sandbox.login.tenants import directory_of_user
from apps.sandbox.login.tokens import GRAPH, Subject
from apps.sandbox.server.messages import Request
from apps.sandbox.state.records import Record

PUBLIC = "0"
"""How a client proves itself that cannot keep a secret."""
Grant = dict[str, Any]
"""What a code or a refresh token stands for: `tid`, `oid`, `app`, `scope`, and of the sign-in
`auth_time`, `sid`, `nonce`, `claims`, `max_age`."""
KEPT = ("tid", "oid", "app", "scope", "auth_time", "sid", "claims", "max_age")


def tokens(
    sign_in: SignIn, client: Client, grant: Grant, request: Request, strength: str
) -> dict[str, Any]:
    """Tokens for the person and the scopes of a grant; `strength` is how the client proved itself.

    Raises:
        LoginError: he is not let in any more, or the consent is gone.
    """
    user = admission.user_for_sign_in(client.directory, grant["oid"], client)
    if sign_in.weather.revoked(client.app_id):
        raise LoginError(65001, client_id=client.app_id, name=client.name)
    subject = _subject(client, user, grant["scope"], strength)
    now, lifetime = sign_in.timestamp(), sign_in.weather.token_lifetime
    answer: dict[str, Any] = {
        "token_type": "Bearer",
        "scope": " ".join(_full_name(name) for name in subject.scopes),
        "expires_in": lifetime,
        "ext_expires_in": lifetime,
        "access_token": sign_in.minter.access_token(subject, now=now, lifetime=lifetime),
    }
    asked = set(grant["scope"].split())
    if "offline_access" in asked:
        kept = {name: grant[name] for name in KEPT if name in grant}
        answer["refresh_token"] = sign_in.minter.seal(
            "refresh", {**kept, "at": now, "public": strength == PUBLIC}
        )
    if "openid" in asked:
        answer["id_token"] = id_token(sign_in, client, user, grant, request)
    answer["client_info"] = client_info(sign_in, client, user)
    return answer


def id_token(
    sign_in: SignIn,
    client: Client,
    user: Record,
    grant: Grant,
    request: Request,
    *,
    more: dict[str, Any] | None = None,
) -> str:
    """An id token about the sign-in of a grant; `more` are claims of the response it is in."""
    directory, now = client.directory, sign_in.timestamp()
    occasion = Occasion(
        client=client,
        user=user,
        scopes=frozenset(grant["scope"].split()),
        issuer=f"{request.base_url}/{directory.tenant_id}/v2.0",
        at=grant.get("auth_time", now),
        session=grant.get("sid", ""),
        methods=admission.methods(directory, user, client.app_id),
        nonce=grant.get("nonce", ""),
        claims=grant.get("claims", ""),
        with_auth_time=bool(grant.get("max_age")),
        home_tenant=home_of(sign_in, client, user)[0],
    )
    claims = id_claims(occasion, now=now, lifetime=sign_in.weather.token_lifetime)
    claims |= (more or {}) | (grant.get("overrides") or {})
    fault = grant.get("fault") or sign_in.weather.id_token_fault
    return id_faults.spoil(sign_in.minter.ring, claims, fault, now=now)


def home_of(sign_in: SignIn, client: Client, user: Record) -> tuple[str, str]:
    """Tenant and object id that a guest has at home; empty for a member."""
    if user.body.get("userType") != "Guest":
        return "", ""
    name = str(user.body.get("mail") or "")
    home = directory_of_user(sign_in.world, name)
    if home is None or home is client.directory:
        return "", ""
    found = home.find("user", "userPrincipalName", name)
    return (home.tenant_id, found.id) if found else ("", "")


def client_info(sign_in: SignIn, client: Client, user: Record) -> str:
    """What MSAL keys its cache by: the person's object id and tenant id at home."""
    tenant_id, user_id = home_of(sign_in, client, user)
    info = {"uid": user_id or user.id, "utid": tenant_id or client.directory.tenant_id}
    return base64.urlsafe_b64encode(orjson.dumps(info)).rstrip(b"=").decode()


def _full_name(scope: str) -> str:
    """As the token endpoint names what it grants: those of OpenID belong to no resource."""
    return scope if scope in OIDC_SCOPES else f"{GRAPH}/{scope}"


def _subject(client: Client, user: Record, scope: str, strength: str) -> Subject:
    principal = require_service_principal(client)
    directory = client.directory
    if admission.missing_scopes(client, user.id, graph_scopes(scope)):
        raise LoginError(65001, client_id=client.app_id, name=client.name)
    return Subject(
        tenant_id=directory.tenant_id,
        app_id=client.app_id,
        app_name=client.name,
        object_id=user.id,
        scopes=grants.granted_scopes(directory, str(principal.body["id"]), user.id),
        wids=(*directory_roles(directory, user.id), grants.DEFAULT_USER_WID),
        user_principal_name=str(user.body.get("userPrincipalName") or ""),
        name=str(user.body.get("displayName") or ""),
        strength=strength,
        methods=admission.methods(directory, user, client.app_id),
    )
