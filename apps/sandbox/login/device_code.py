"""The device authorization grant: a code is shown on one device and entered on another.

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code
"""

from __future__ import annotations

import secrets
import uuid
from typing import Any

from apps.sandbox.login import admission, consenting, issuing, pages, remembering
from apps.sandbox.login.clients import Client, find_client
from apps.sandbox.login.delegated import check_client
from apps.sandbox.login.errors import LoginError
from apps.sandbox.login.people import picked, with_password
from apps.sandbox.login.scopes import graph_scopes
from apps.sandbox.login.session import DeviceCode, SignIn
from apps.sandbox.login.tenants import SHARED, directory_named
from apps.sandbox.server.messages import Request, Response
from apps.sandbox.state.directory import Directory

LIFETIME = 900
INTERVAL = 5
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
PAGE = "/common/oauth2/deviceauth"


def begin(sign_in: SignIn, tenant: str, form: dict[str, str], request: Request) -> dict[str, Any]:
    """POST /{tenant}/oauth2/v2.0/devicecode: the two codes and what to tell the person."""
    for parameter in ("client_id", "scope"):
        if not form.get(parameter):
            raise LoginError(900144, parameter=parameter)
    directory = _directory(sign_in, tenant)
    client = _client(sign_in, directory, form["client_id"])
    graph_scopes(form["scope"])
    code = DeviceCode(
        client_id=client.app_id,
        tenant="" if directory is None else directory.tenant_id,
        scope=form["scope"],
        expires=sign_in.timestamp() + LIFETIME,
    )
    user_code = "".join(secrets.choice(LETTERS) for _ in range(9))
    sign_in.device_codes[user_code] = code
    address = f"{request.base_url}{PAGE}"
    return {
        "user_code": user_code,
        "device_code": sign_in.minter.seal("device", {"user_code": user_code}),
        "verification_uri": address,
        "expires_in": LIFETIME,
        "interval": INTERVAL,
        "message": (
            f"To sign in, use a web browser to open the page {address} and enter the code "
            f"{user_code} to authenticate."
        ),
    }


def page(sign_in: SignIn, tenant: str, request: Request) -> Response:
    """Where the code is entered, together with who enters it.

    Raises:
        LoginError: 70018 or 70019 for a wrong or an old code, or the person is refused.
    """
    sent = request.parameters | (request.form if request.method == "POST" else {})
    user_code = sent.get("user_code", "").strip().upper()
    if request.method == "GET" or not user_code:
        return pages.device_code_page(user_code)
    code = sign_in.device_codes.get(user_code)
    if code is None:
        raise LoginError(70018)
    if sign_in.timestamp() > code.expires:
        raise LoginError(70019)
    if sent.get("decision") != "accept":
        code.declined = True
        return pages.device_done_page(signed_in=False)
    _sign_in(sign_in, code, sent)
    return pages.device_done_page(signed_in=True)


def redeem(sign_in: SignIn, tenant: str, form: dict[str, str], request: Request) -> dict[str, Any]:
    """grant_type=urn:ietf:params:oauth:grant-type:device_code: pending until the person is done."""
    if not form.get("device_code"):
        raise LoginError(900144, parameter="device_code")
    sealed = sign_in.minter.unseal("device", form["device_code"])
    code = sign_in.device_codes.get(sealed["user_code"]) if sealed else None
    if sealed is None or code is None or code.client_id != form["client_id"]:
        raise LoginError(70000, reason="The device code is not valid for this client.")
    if sign_in.timestamp() > code.expires:
        raise LoginError(70020)
    if code.declined:
        raise LoginError(65004)
    if code.grant is None:
        raise LoginError(70016)
    client = find_client(sign_in, directory_named(sign_in.world, code.grant["tid"]), code.client_id)
    public = bool(client.application.body.get("isFallbackPublicClient"))
    strength = check_client(sign_in, client, form, request, public=public)
    del sign_in.device_codes[sealed["user_code"]]
    return issuing.tokens(sign_in, client, code.grant, request, strength)


def _sign_in(sign_in: SignIn, code: DeviceCode, sent: dict[str, str]) -> None:
    """Who entered the code is let in and agrees to what the application asks for."""
    directory = _directory(sign_in, code.tenant or "organizations")
    client = _client(sign_in, directory, code.client_id)
    if sent.get("user"):
        person = picked(sign_in, directory, sent["user"])
    else:
        name, password = sent.get("username", ""), sent.get("password", "")
        person = with_password(sign_in, directory, client, name, password)
    client = find_client(sign_in, person.directory, code.client_id)
    admission.user_for_sign_in(person.directory, person.user.id, client)
    missing = admission.missing_scopes(client, person.user.id, graph_scopes(code.scope))
    if missing:
        consenting.agree(sign_in, client, person, missing, code.scope)
    content = remembering.begin(sign_in, person).content()
    code.grant = {**content, "app": code.client_id, "scope": code.scope, "id": str(uuid.uuid4())}


def _directory(sign_in: SignIn, tenant: str) -> Directory | None:
    return None if tenant.lower() in SHARED else directory_named(sign_in.world, tenant)


def _client(sign_in: SignIn, directory: Directory | None, client_id: str) -> Client:
    if directory is not None:
        return find_client(sign_in, directory, client_id)
    found = sign_in.world.find_application(client_id)
    if found is None:
        raise LoginError(700016, client_id=client_id, tenant="organizations")
    return find_client(sign_in, found[0], client_id)
