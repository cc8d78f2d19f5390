"""Tokens for people: redeeming an authorization code or a refresh token."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

import orjson

from apps.sandbox.login import conditional_access, grants
from apps.sandbox.login.clients import (
    Client,
    authenticate,
    find_client,
    require_service_principal,
)
from apps.sandbox.login.errors import LoginError
from apps.sandbox.login.keys import base64url
from apps.sandbox.login.session import SignIn
from apps.sandbox.login.tenants import SHARED, directory_named
from apps.sandbox.login.tokens import CODE_LIFETIME, GRAPH, REFRESH_LIFETIME, Subject
from apps.sandbox.server.messages import Request
from apps.sandbox.state.directory import Directory
from apps.sandbox.state.records import Record

OIDC_SCOPES = frozenset({"openid", "profile", "email", "offline_access"})


def graph_scopes(scope: str) -> frozenset[str]:
    """Graph permissions in a scope parameter, by bare name; ".default" stands for itself.

    Raises:
        LoginError: 70011 for another resource's scope.
    """
    names = set()
    for item in scope.split():
        if item in OIDC_SCOPES:
            continue
        if "://" in item and not item.startswith(f"{GRAPH}/"):
            raise LoginError(70011, scope=item)
        names.add(item.removeprefix(f"{GRAPH}/").lstrip("/"))
    return frozenset(names)


def redeem_code(
    sign_in: SignIn, tenant: str, form: dict[str, str], request: Request
) -> dict[str, Any]:
    """The authorization code, once, within ten minutes, by the client that it was made for."""
    for parameter in ("code", "redirect_uri"):
        if not form.get(parameter):
            raise LoginError(900144, parameter=parameter)
    grant = sign_in.minter.unseal("code", form["code"])
    if grant is None or grant["app"] != form["client_id"]:
        raise LoginError(70000, reason="The authorization code is not valid for this client.")
    directory = _directory(sign_in, tenant, grant)
    client = find_client(sign_in, directory, form["client_id"])
    platform = client.platform_of(grant["redirect_uri"])
    _authenticate(sign_in, client, form, request, public=platform != "web")
    if form["redirect_uri"] != grant["redirect_uri"]:
        raise LoginError(500112, given=form["redirect_uri"], asked=grant["redirect_uri"])
    _check_verifier(grant, form.get("code_verifier", ""))
    if sign_in.timestamp() > grant["at"] + CODE_LIFETIME:
        raise LoginError(70008)
    if not sign_in.use_once(f"code:{grant['id']}", grant["at"] + CODE_LIFETIME):
        raise LoginError(54005)
    return _tokens(sign_in, client, grant, request, public=platform != "web")


def redeem_refresh_token(
    sign_in: SignIn, tenant: str, form: dict[str, str], request: Request
) -> dict[str, Any]:
    """A refresh token: lives for 90 days without use, and only as long as the consent."""
    if not form.get("refresh_token"):
        raise LoginError(900144, parameter="refresh_token")
    grant = sign_in.minter.unseal("refresh", form["refresh_token"])
    if grant is None or grant["app"] != form["client_id"]:
        raise LoginError(70000, reason="The refresh token is not valid for this client.")
    directory = _directory(sign_in, tenant, grant)
    client = find_client(sign_in, directory, form["client_id"])
    _authenticate(sign_in, client, form, request, public=bool(grant["public"]))
    if sign_in.timestamp() > grant["at"] + REFRESH_LIFETIME:
        issued = dt.datetime.fromtimestamp(grant["at"], dt.UTC)
        raise LoginError(700082, issued=f"{issued:%Y-%m-%dT%H:%M:%SZ}")
    if form.get("scope"):
        grant = {**grant, "scope": form["scope"]}
    return _tokens(sign_in, client, grant, request, public=bool(grant["public"]))


def _directory(sign_in: SignIn, tenant: str, grant: dict[str, Any]) -> Directory:
    directory = directory_named(sign_in.world, grant["tid"])
    if tenant.lower() not in SHARED and directory_named(sign_in.world, tenant) is not directory:
        raise LoginError(70000, reason="The grant was issued for another tenant.")
    return directory


def _authenticate(
    sign_in: SignIn, client: Client, form: dict[str, str], request: Request, *, public: bool
) -> None:
    if public and "client_secret" not in form and "client_assertion" not in form:
        return
    host = urlsplit(request.base_url).netloc
    authenticate(sign_in, client, form, host=host, now=sign_in.now())


def _check_verifier(grant: dict[str, Any], verifier: str) -> None:
    """PKCE: S256 as everyone should use, plain as the standard allows.

    Raises:
        LoginError: 501481.
    """
    challenge = grant.get("challenge")
    if not challenge:
        return
    if grant.get("challenge_method") == "S256":
        verifier = base64url(hashlib.sha256(verifier.encode()).digest())
    if not hmac.compare_digest(verifier.encode(), challenge.encode()):
        raise LoginError(501481)


def _tokens(
    sign_in: SignIn, client: Client, grant: dict[str, Any], request: Request, *, public: bool
) -> dict[str, Any]:
    directory = client.directory
    user = user_for_sign_in(directory, grant["oid"], client)
    subject = _subject(client, user, grant["scope"], revoked=sign_in.weather.revoked(client.app_id))
    now, lifetime = sign_in.timestamp(), sign_in.weather.token_lifetime
    answer: dict[str, Any] = {
        "token_type": "Bearer",
        "scope": " ".join(f"{GRAPH}/{name}" for name in subject.scopes),
        "expires_in": lifetime,
        "ext_expires_in": lifetime,
        "access_token": sign_in.minter.access_token(subject, now=now, lifetime=lifetime),
    }
    asked = set(grant["scope"].split())
    if "offline_access" in asked:
        kept = {name: grant[name] for name in ("tid", "oid", "app", "scope")}
        sealed = {**kept, "at": now, "public": public}
        answer["refresh_token"] = sign_in.minter.seal("refresh", sealed)
    if "openid" in asked:
        issuer = f"{request.base_url}/{directory.tenant_id}/v2.0"
        nonce = grant.get("nonce", "")
        answer["id_token"] = sign_in.minter.id_token(
            subject, now=now, lifetime=lifetime, issuer=issuer, nonce=nonce
        )
    answer["client_info"] = _client_info(subject)
    return answer


def _client_info(subject: Subject) -> str:
    """What MSAL keys its cache by: user and tenant id."""
    info = {"uid": subject.object_id, "utid": subject.tenant_id}
    return base64.urlsafe_b64encode(orjson.dumps(info)).rstrip(b"=").decode()


def user_for_sign_in(directory: Directory, user_id: str, client: Client) -> Record:
    """The user, if he may sign in to this application now.

    Raises:
        LoginError: 50034 for a user who is gone, 50057 for a disabled one, 53003 when blocked.
    """
    user = directory.get(user_id)
    if user is None or user.deleted_at is not None:
        raise LoginError(50034, user=user_id, tenant=directory.display_name)
    if user.body.get("accountEnabled") is False:
        raise LoginError(50057)
    conditional_access.refuse_if_blocked(directory, user, client.app_id)
    return user


def missing_scopes(client: Client, user_id: str, wanted: Iterable[str]) -> frozenset[str]:
    """Wanted Graph scopes that nobody has consented to yet for this user."""
    if client.service_principal is None:
        return frozenset(wanted) | {"openid"}
    held = grants.granted_scopes(
        client.directory, str(client.service_principal.body["id"]), user_id
    )
    return frozenset(wanted) - set(held) - {".default"}


def _subject(client: Client, user: Record, scope: str, *, revoked: bool) -> Subject:
    principal = require_service_principal(client)
    user_id, directory = str(user.body["id"]), client.directory
    if revoked or missing_scopes(client, user_id, graph_scopes(scope)):
        raise LoginError(65001, client_id=client.app_id, name=client.name)
    return Subject(
        tenant_id=directory.tenant_id,
        app_id=client.app_id,
        app_name=client.name,
        object_id=user_id,
        scopes=grants.granted_scopes(directory, str(principal.body["id"]), user_id),
        wids=(*grants.directory_roles(directory, user_id), grants.DEFAULT_USER_WID),
        user_principal_name=str(user.body.get("userPrincipalName") or ""),
        name=str(user.body.get("displayName") or ""),
        strength="0",
    )
