"""The authorize endpoint: a person signs in, agrees if need be, and a code goes back.

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from apps.sandbox.login import consenting, grants, pages, people
from apps.sandbox.login.clients import Client, find_client
from apps.sandbox.login.delegated import OIDC_SCOPES, graph_scopes, missing_scopes, user_for_sign_in
from apps.sandbox.login.errors import LoginError
from apps.sandbox.login.people import Person
from apps.sandbox.login.session import SignIn
from apps.sandbox.login.tenants import SHARED, directory_named
from apps.sandbox.server.messages import Request, Response, redirect
from apps.sandbox.state.directory import Directory

COOKIE = "ESTSAUTH"
RESPONSE_MODES = frozenset({"query", "fragment", "form_post"})
# Delegated permissions that need no administrator:
# https://learn.microsoft.com/graph/permissions-reference
EVERYONES_SCOPES = frozenset(
    {
        "openid",
        "profile",
        "email",
        "offline_access",
        "User.Read",
        "User.ReadBasic.All",
        "User.ReadWrite",
        "People.Read",
        "Files.Read",
        "Mail.Read",
        "Mail.Send",
        "Calendars.Read",
    }
)
# What the forms add to the parameters of the request.
_FORM_FIELDS = frozenset({"user", "username", "password", "decision", "signed_in"})


@dataclass(frozen=True, slots=True)
class Asked:
    """One authorization request, checked as far as its redirect URI."""

    tenant: str
    directory: Directory | None
    client: Client
    fields: dict[str, str]

    def field(self, name: str) -> str:
        return self.fields.get(name, "")

    @property
    def mode(self) -> str:
        return self.field("response_mode") or "query"


def answer(sign_in: SignIn, tenant: str, request: Request) -> Response:
    """Show a page or send an answer back to the application.

    Raises:
        LoginError: shown to the person, because the redirect URI cannot be trusted, or because
            the person himself is refused.
    """
    sent = request.parameters | (request.form if request.method == "POST" else {})
    asked = _asked(sign_in, tenant, sent)
    try:
        _check(asked)
    except LoginError as refusal:
        return _send_error(sign_in, asked, refusal)
    if sent.get("decision") == "cancel":
        return _send_error(sign_in, asked, LoginError(65004))
    return _proceed(sign_in, asked, sent, request)


def sign_out(sign_in: SignIn, tenant: str, request: Request) -> Response:
    """Forget the person; go where the application asks, if it says so."""
    target = (request.parameters | request.form).get("post_logout_redirect_uri", "")
    response = redirect(target) if target else pages.signed_out_page()
    response.headers.append(("Set-Cookie", f"{COOKIE}=; Path=/; Max-Age=0; HttpOnly"))
    return response


def _asked(sign_in: SignIn, tenant: str, sent: dict[str, str]) -> Asked:
    directory = None if tenant.lower() in SHARED else directory_named(sign_in.world, tenant)
    client_id = sent.get("client_id", "")
    if not client_id:
        raise LoginError(900144, parameter="client_id")
    client = _client(sign_in, directory, client_id)
    redirect_uri = sent.get("redirect_uri", "")
    if not redirect_uri:
        if len(client.redirect_uris) != 1:
            raise LoginError(900971)
        redirect_uri = next(iter(client.redirect_uris))
    if redirect_uri not in client.redirect_uris:
        raise LoginError(50011, redirect_uri=redirect_uri, client_id=client_id)
    fields = {name: value for name, value in sent.items() if name not in _FORM_FIELDS}
    return Asked(tenant, directory, client, fields | {"redirect_uri": redirect_uri})


def _client(sign_in: SignIn, directory: Directory | None, client_id: str) -> Client:
    """The application as the named tenant sees it, or its own tenant for /common."""
    if directory is not None:
        return find_client(sign_in, directory, client_id)
    found = sign_in.world.find_application(client_id)
    if found is None:
        raise LoginError(700016, client_id=client_id, tenant="Microsoft Accounts")
    client = find_client(sign_in, found[0], client_id)
    if not client.multi_tenant:
        raise LoginError(50194, client_id=client_id, name=client.name)
    return client


def _check(asked: Asked) -> None:
    """What an application is told in the redirect."""
    if asked.field("response_type") != "code":
        raise LoginError(70005, response_type=asked.field("response_type"))
    if asked.mode not in RESPONSE_MODES:
        raise LoginError(90023, reason=f"Unsupported 'response_mode' value '{asked.mode}'.")
    if not asked.field("scope") and not asked.field("resource"):
        raise LoginError(900144, parameter="scope")
    graph_scopes(asked.field("scope"))


def _proceed(sign_in: SignIn, asked: Asked, sent: dict[str, str], request: Request) -> Response:
    prompt = asked.field("prompt")
    person = _remembered(sign_in, asked, request)
    signed_in = sign_in.minter.unseal("signed-in", sent.get("signed_in", ""))
    if signed_in is not None:
        person = people.picked(sign_in, asked.directory, signed_in["oid"])
    elif sent.get("decision") == "accept":
        try:
            person = _chosen(sign_in, asked, sent)
        except LoginError as refusal:
            if refusal.code not in {50126, 50034}:
                raise
            return pages.sign_in_page(
                sign_in, asked.directory, asked.client, asked.fields, problem=str(refusal)
            )
    elif prompt == "none":
        return _silently(sign_in, asked, person)
    elif person is None or prompt in {"login", "select_account"}:
        return pages.sign_in_page(sign_in, asked.directory, asked.client, asked.fields)
    agreed = signed_in is not None and sent.get("decision") == "accept"
    return _signed_in(sign_in, asked, person, agreed=agreed) if person else _again(sign_in, asked)


def _again(sign_in: SignIn, asked: Asked) -> Response:
    return pages.sign_in_page(sign_in, asked.directory, asked.client, asked.fields)


def _chosen(sign_in: SignIn, asked: Asked, sent: dict[str, str]) -> Person:
    if sent.get("user"):
        return people.picked(sign_in, asked.directory, sent["user"])
    username, password = sent.get("username", ""), sent.get("password", "")
    return people.with_password(sign_in, asked.directory, asked.client, username, password)


def _remembered(sign_in: SignIn, asked: Asked, request: Request) -> Person | None:
    """The person who signed in before, from the cookie, if he belongs to the tenant asked for."""
    kept = sign_in.minter.unseal("cookie", request.cookie(COOKIE) or "")
    if kept is None or (asked.directory and asked.directory.tenant_id != kept["tid"]):
        return None
    directory = sign_in.world.directory(kept["tid"])
    user = directory.get(kept["oid"]) if directory else None
    if directory is None or user is None:
        return None
    hint = asked.field("login_hint").lower()
    name = str(user.body.get("userPrincipalName")).lower()
    return Person(directory, user) if not hint or hint == name else None


def _silently(sign_in: SignIn, asked: Asked, person: Person | None) -> Response:
    """prompt=none: a code or an error, never a page."""
    try:
        if person is None:
            raise LoginError(50058)
        client = find_client(sign_in, person.directory, asked.client.app_id)
        user_for_sign_in(person.directory, person.user.id, client)
        if missing_scopes(client, person.user.id, graph_scopes(asked.field("scope"))):
            raise LoginError(65001, client_id=client.app_id, name=client.name)
    except LoginError as refusal:
        return _send_error(sign_in, asked, refusal)
    return _send_code(sign_in, asked, person)


def _signed_in(sign_in: SignIn, asked: Asked, person: Person, *, agreed: bool) -> Response:
    """The person is known: is he let in, and has he agreed?"""
    client = find_client(sign_in, person.directory, asked.client.app_id)
    principal = client.service_principal
    if principal is not None and principal.body.get("accountEnabled") is False:
        raise LoginError(7000112, client_id=client.app_id, name=client.name)
    user_for_sign_in(person.directory, person.user.id, client)
    missing = missing_scopes(client, person.user.id, graph_scopes(asked.field("scope")))
    wanted = missing | (graph_scopes(asked.field("scope")) if _asks_again(asked) else frozenset())
    if (missing or _asks_again(asked)) and not agreed:
        sealed = sign_in.minter.seal("signed-in", {"oid": person.user.id})
        fields = asked.fields | {"signed_in": sealed}
        return pages.consent_page(client, sorted(wanted), fields, for_everyone=False)
    if missing:
        _consent(sign_in, client, person, missing, asked.field("scope"))
    return _send_code(sign_in, asked, person)


def _asks_again(asked: Asked) -> bool:
    return asked.field("prompt") == "consent"


def _consent(
    sign_in: SignIn, client: Client, person: Person, missing: frozenset[str], scope: str
) -> None:
    """Record the person's own consent.

    Raises:
        LoginError: 90094 when a scope needs an administrator and he is none.
    """
    admin = grants.may_consent_for_everyone(person.directory, person.user.id)
    if not admin and missing & _administrators_scopes(person.directory):
        tenant = person.directory.display_name
        raise LoginError(90094, tenant=tenant, name=client.name)
    asked_too = OIDC_SCOPES & set(scope.split())
    consenting.consent_for_oneself(sign_in, client, person.user, missing | asked_too)


def _administrators_scopes(directory: Directory) -> frozenset[str]:
    resource = grants.graph_resource(directory)
    scopes: list[dict[str, Any]] = []
    if resource is not None:
        scopes = resource.body.get("oauth2PermissionScopes") or []
    needed = {scope["value"] for scope in scopes if scope.get("type") == "Admin"}
    return frozenset(needed - EVERYONES_SCOPES)


def _send_code(sign_in: SignIn, asked: Asked, person: Person) -> Response:
    who = {"tid": person.directory.tenant_id, "oid": person.user.id}
    code = sign_in.minter.seal(
        "code",
        {
            **who,
            "id": str(uuid.uuid4()),
            "at": sign_in.timestamp(),
            "app": asked.client.app_id,
            "redirect_uri": asked.field("redirect_uri"),
            "scope": asked.field("scope"),
            "nonce": asked.field("nonce"),
            "challenge": asked.field("code_challenge"),
            "challenge_method": asked.field("code_challenge_method") or "plain",
        },
    )
    parameters = {"code": code}
    if asked.field("state"):
        parameters["state"] = asked.field("state")
    parameters["session_state"] = str(uuid.uuid4())
    response = pages.send_back(asked.field("redirect_uri"), asked.mode, parameters)
    cookie = sign_in.minter.seal("cookie", who)
    response.headers.append(("Set-Cookie", f"{COOKIE}={cookie}; Path=/; HttpOnly; SameSite=Lax"))
    return response


def _send_error(sign_in: SignIn, asked: Asked, refusal: LoginError) -> Response:
    body = refusal.body(now=sign_in.now(), base_url="")
    error = body["error"]
    if asked.field("prompt") == "none" and error == "invalid_grant":
        error = "interaction_required"
    parameters = {"error": error, "error_description": body["error_description"]}
    if refusal.code == 65004:
        parameters["error_subcode"] = "cancel"
    if asked.field("state"):
        parameters["state"] = asked.field("state")
    mode = asked.mode if asked.mode in RESPONSE_MODES else "query"
    return pages.send_back(asked.field("redirect_uri"), mode, parameters)
