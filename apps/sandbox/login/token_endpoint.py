"""The token endpoint: /{tenant}/oauth2/v2.0/token and the older /{tenant}/oauth2/token.

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from apps.sandbox.login import device_code, grants
from apps.sandbox.login.clients import authenticate, find_client, require_service_principal
from apps.sandbox.login.delegated import redeem_code, redeem_refresh_token
from apps.sandbox.login.errors import LoginError
from apps.sandbox.login.session import SignIn
from apps.sandbox.login.tenants import SHARED, directory_named
from apps.sandbox.login.tokens import AUDIENCES, GRAPH, Subject
from apps.sandbox.server.messages import Request, Response, json_response

FORM = "application/x-www-form-urlencoded"


def answer(sign_in: SignIn, tenant: str, request: Request) -> Response:
    """Issue tokens, or refuse in the token endpoint's JSON."""
    try:
        return json_response(_issue(sign_in, tenant, request), 200, _NO_STORE)
    except LoginError as refusal:
        return refused(sign_in, refusal, request)


def begin_on_device(sign_in: SignIn, tenant: str, request: Request) -> Response:
    """The device authorization endpoint, with the token endpoint's manners."""
    try:
        begun = device_code.begin(sign_in, tenant, request.form, request)
        return json_response(begun, 200, _NO_STORE)
    except LoginError as refusal:
        return refused(sign_in, refusal, request)


def refused(sign_in: SignIn, refusal: LoginError, request: Request) -> Response:
    """A refusal as JSON."""
    correlation = request.headers.get("client-request-id", "")
    body = refusal.body(now=sign_in.now(), base_url=request.base_url, correlation_id=correlation)
    return json_response(body, refusal.kind.status, _NO_STORE)


_NO_STORE = (("Cache-Control", "no-store, no-cache"), ("Pragma", "no-cache"))


def _issue(sign_in: SignIn, tenant: str, request: Request) -> dict[str, Any]:
    if request.content_type != FORM:
        raise LoginError(900144, parameter="grant_type")
    form = request.form
    grant_type = form.get("grant_type", "")
    if not grant_type:
        raise LoginError(900144, parameter="grant_type")
    grant = _GRANTS.get(grant_type)
    if grant is None:
        raise LoginError(70003, grant_type=grant_type)
    if not form.get("client_id"):
        raise LoginError(900144, parameter="client_id")
    return grant(sign_in, tenant, form, request)


def _client_credentials(
    sign_in: SignIn, tenant: str, form: dict[str, str], request: Request
) -> dict[str, Any]:
    """An application on its own: no refresh token, and a tenant must be named."""
    if tenant.lower() in SHARED:
        raise LoginError(9001023)
    directory = directory_named(sign_in.world, tenant)
    client = find_client(sign_in, directory, form["client_id"])
    revoked = sign_in.weather.revoked(client.app_id)
    if revoked and directory is not client.home:
        raise LoginError(700016, client_id=client.app_id, tenant=directory.display_name)
    principal = require_service_principal(client)
    now, host = sign_in.now(), urlsplit(request.base_url).netloc
    strength = authenticate(sign_in, client, form, host=host, now=now)
    _check_resource(form, directory.display_name)
    principal_id = str(principal.body["id"])
    roles = () if revoked else grants.granted_roles(directory, principal_id)
    subject = Subject(
        tenant_id=directory.tenant_id,
        app_id=client.app_id,
        app_name=client.name,
        object_id=principal_id,
        roles=roles,
        wids=_application_wids(grants.directory_roles(directory, principal_id)),
        strength=strength,
    )
    lifetime = sign_in.weather.token_lifetime
    token = sign_in.minter.access_token(subject, now=sign_in.timestamp(), lifetime=lifetime)
    return {
        "token_type": "Bearer",
        "expires_in": lifetime,
        "ext_expires_in": lifetime,
        "access_token": token,
    }


def _application_wids(roles: tuple[str, ...]) -> tuple[str, ...]:
    return (*roles, grants.DEFAULT_APPLICATION_WID)


def _check_resource(form: dict[str, str], tenant: str) -> None:
    """The scope is one resource's `.default` (or, in the older form, `resource`): Graph here."""
    resource = form.get("resource")
    if resource is None:
        scope = form.get("scope", "").strip()
        if not scope:
            raise LoginError(900144, parameter="scope")
        if not scope.endswith("/.default") or " " in scope:
            raise LoginError(1002012, scope=scope)
        resource = scope.removesuffix("/.default")
    if resource not in AUDIENCES and resource.rstrip("/") != GRAPH:
        raise LoginError(500011, resource=resource, tenant=tenant)


Grant = Callable[[SignIn, str, dict[str, str], Request], dict[str, Any]]
_GRANTS: dict[str, Grant] = {
    "client_credentials": _client_credentials,
    "authorization_code": redeem_code,
    "refresh_token": redeem_refresh_token,
    "urn:ietf:params:oauth:grant-type:device_code": device_code.redeem,
    "device_code": device_code.redeem,
}
