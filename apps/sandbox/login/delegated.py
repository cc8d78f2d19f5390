"""Tokens for people: redeeming an authorization code or a refresh token."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from typing import Any
from urllib.parse import urlsplit

from apps.sandbox.login import admission
from apps.sandbox.login.clients import Client, authenticate, find_client
from apps.sandbox.login.errors import LoginError
from apps.sandbox.login.issuing import PUBLIC, tokens
from apps.sandbox.login.keys import base64url
from apps.sandbox.login.session import SignIn
from apps.sandbox.login.tenants import SHARED, directory_named
from apps.sandbox.login.tokens import CODE_LIFETIME, REFRESH_LIFETIME
from apps.sandbox.server.messages import Request
from apps.sandbox.state.directory import Directory


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
    directory = _directory(sign_in, tenant, grant, refusal=700005)
    client = find_client(sign_in, directory, form["client_id"])
    platform = client.platform_of(grant["redirect_uri"])
    _check_origin(platform, grant, request)
    strength = check_client(sign_in, client, form, request, public=platform != "web")
    if form["redirect_uri"] != grant["redirect_uri"]:
        raise LoginError(500112, given=form["redirect_uri"], asked=grant["redirect_uri"])
    _check_verifier(grant, form.get("code_verifier", ""))
    if sign_in.timestamp() > grant["at"] + CODE_LIFETIME:
        raise LoginError(70008)
    if not sign_in.use_once(f"code:{grant['id']}", grant["at"] + CODE_LIFETIME):
        raise LoginError(54005)
    return tokens(sign_in, client, grant, request, strength)


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
    strength = check_client(sign_in, client, form, request, public=bool(grant["public"]))
    if sign_in.timestamp() > grant["at"] + REFRESH_LIFETIME:
        issued = dt.datetime.fromtimestamp(grant["at"], dt.UTC)
        raise LoginError(700082, issued=f"{issued:%Y-%m-%dT%H:%M:%SZ}")
    user = directory.get(grant["oid"])
    if user is not None:
        admission.check_not_revoked(user, grant.get("auth_time", grant["at"]))
    if form.get("scope"):
        grant = {**grant, "scope": form["scope"]}
    return tokens(sign_in, client, grant, request, strength)


def check_client(
    sign_in: SignIn, client: Client, form: dict[str, str], request: Request, *, public: bool
) -> str:
    """The application proves itself, unless it is one that cannot keep a secret; return how.

    Raises:
        LoginError: 7000218 without proof, 700025 for proof of a public client, otherwise what
            the proof's check says.
    """
    if public:
        if "client_secret" in form or "client_assertion" in form:
            raise LoginError(700025)
        return PUBLIC
    host = urlsplit(request.base_url).netloc
    return authenticate(sign_in, client, form, host=host, now=sign_in.now())


def _directory(
    sign_in: SignIn, tenant: str, grant: dict[str, Any], *, refusal: int = 70000
) -> Directory:
    directory = directory_named(sign_in.world, grant["tid"])
    if tenant.lower() not in SHARED and directory_named(sign_in.world, tenant) is not directory:
        raise LoginError(refusal, reason="The grant was issued for another tenant.")
    return directory


def _check_origin(platform: str, grant: dict[str, Any], request: Request) -> None:
    """A single-page application redeems from its page and with PKCE, others from a server.

    Raises:
        LoginError: 9002325, 9002326 or 9002327.
    """
    origin = request.headers.get("origin", "")
    if platform == "spa":
        if not origin:
            raise LoginError(9002327)
        if not grant.get("challenge"):
            raise LoginError(9002325)
    elif origin:
        raise LoginError(9002326, origin=origin)


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
