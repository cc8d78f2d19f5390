"""The authorize endpoint: a person signs in, agrees if need be, and a code goes back.

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
"""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

from apps.sandbox.login import admission, authorize_request, consenting, issuing, pages, remembering
from apps.sandbox.login.authorize_request import RESPONSE_MODES, Asked
from apps.sandbox.login.clients import find_client
from apps.sandbox.login.errors import LoginError
from apps.sandbox.login.keys import base64url
from apps.sandbox.login.people import Person, picked, with_password
from apps.sandbox.login.remembering import Session
from apps.sandbox.login.scopes import graph_scopes
from apps.sandbox.login.session import SignIn
from apps.sandbox.server.messages import Request, Response

WRONG_NAME_OR_PASSWORD = frozenset({50126, 50034})


def answer(sign_in: SignIn, tenant: str, request: Request) -> Response:
    """Show a page or send an answer back to the application.

    Raises:
        LoginError: shown to the person, because the redirect URI cannot be trusted, or because
            the person himself is refused.
    """
    sent = request.parameters | (request.form if request.method == "POST" else {})
    asked = authorize_request.read(sign_in, tenant, sent)
    try:
        authorize_request.check(asked)
    except LoginError as refusal:
        return _send_error(sign_in, asked, refusal)
    if sent.get("decision") == "cancel":
        return _send_error(sign_in, asked, LoginError(65004))
    return _proceed(sign_in, asked, sent, request)


def _proceed(sign_in: SignIn, asked: Asked, sent: dict[str, str], request: Request) -> Response:
    on_page = remembering.from_page(sign_in, sent.get("signed_in", ""))
    if on_page is not None:
        agreed = sent.get("decision") == "accept"
        return _signed_in(sign_in, asked, on_page, request, agreed=agreed)
    if sent.get("decision") == "accept":
        return _chosen(sign_in, asked, sent, request)
    session = _remembered(sign_in, asked, request)
    if asked.field("prompt") == "none":
        return _silently(sign_in, asked, session, request)
    if session is None or asked.field("prompt") in {"login", "select_account", "create"}:
        return pages.sign_in_page(sign_in, asked)
    return _signed_in(sign_in, asked, session, request, agreed=False)


def _chosen(sign_in: SignIn, asked: Asked, sent: dict[str, str], request: Request) -> Response:
    """The sign-in form came back: with someone picked from the list, or a name and a password."""
    try:
        person = _person(sign_in, asked, sent)
    except LoginError as refusal:
        if refusal.code not in WRONG_NAME_OR_PASSWORD:
            raise
        return pages.sign_in_page(sign_in, asked, problem=str(refusal))
    session = remembering.begin(sign_in, person)
    return _signed_in(sign_in, asked, session, request, agreed=False)


def _person(sign_in: SignIn, asked: Asked, sent: dict[str, str]) -> Person:
    if sent.get("user"):
        return picked(sign_in, asked.directory, sent["user"])
    username, password = sent.get("username", ""), sent.get("password", "")
    return with_password(sign_in, asked.directory, asked.client, username, password)


def _remembered(sign_in: SignIn, asked: Asked, request: Request) -> Session | None:
    """Who signed in before, if he is of the tenant asked for, the one hinted at, and has proved
    who he is recently enough."""
    session = remembering.from_cookie(sign_in, request)
    if session is None or (asked.directory and asked.directory is not session.person.directory):
        return None
    if asked.max_age is not None and sign_in.timestamp() - session.at > asked.max_age:
        return None
    hint = asked.hinted_name
    return session if not hint or hint == session.person.name.lower() else None


def _silently(sign_in: SignIn, asked: Asked, session: Session | None, request: Request) -> Response:
    """prompt=none: a code or an error, never a page."""
    try:
        if session is None:
            raise LoginError(50058)
        person = session.person
        client = find_client(sign_in, person.directory, asked.client.app_id)
        admission.user_for_sign_in(person.directory, person.user.id, client)
        if admission.missing_scopes(client, person.user.id, graph_scopes(asked.field("scope"))):
            raise LoginError(65001, client_id=client.app_id, name=client.name)
    except LoginError as refusal:
        return _send_error(sign_in, asked, refusal)
    return _send_answer(sign_in, asked, session, request)


def _signed_in(
    sign_in: SignIn, asked: Asked, session: Session, request: Request, *, agreed: bool
) -> Response:
    """The person is known: is he let in, and has he agreed?"""
    person = session.person
    client = find_client(sign_in, person.directory, asked.client.app_id)
    principal = client.service_principal
    if principal is not None and principal.body.get("accountEnabled") is False:
        raise LoginError(7000112, client_id=client.app_id, name=client.name)
    admission.user_for_sign_in(person.directory, person.user.id, client)
    wanted = graph_scopes(asked.field("scope"))
    missing = admission.missing_scopes(client, person.user.id, wanted)
    asks_again = asked.field("prompt") == "consent"
    if (missing or asks_again) and not agreed:
        fields = asked.fields | {"signed_in": remembering.for_page(sign_in, session)}
        shown = sorted(missing | (wanted if asks_again else frozenset()))
        return pages.consent_page(client, shown, fields, for_everyone=False)
    if missing:
        consenting.agree(sign_in, client, person, missing, asked.field("scope"))
    return _send_answer(sign_in, asked, session, request)


def _send_answer(sign_in: SignIn, asked: Asked, session: Session, request: Request) -> Response:
    grant = session.content() | {
        "id": str(uuid.uuid4()),
        "at": sign_in.timestamp(),
        "app": asked.client.app_id,
        "redirect_uri": asked.field("redirect_uri"),
        "scope": asked.field("scope"),
        "nonce": asked.field("nonce"),
        "claims": asked.field("claims"),
        "max_age": bool(asked.field("max_age")),
        "challenge": asked.field("code_challenge"),
        "challenge_method": asked.field("code_challenge_method") or "plain",
    }
    parameters: dict[str, str] = {}
    if "code" in asked.response_types:
        parameters["code"] = sign_in.minter.seal("code", grant)
    if "id_token" in asked.response_types:
        code = parameters.get("code")
        parameters["id_token"] = _id_token(sign_in, asked, session, grant, request, code)
    if asked.field("client_info") == "1":
        client = find_client(sign_in, session.person.directory, asked.client.app_id)
        parameters["client_info"] = issuing.client_info(sign_in, client, session.person.user)
    if asked.field("state"):
        parameters["state"] = asked.field("state")
    parameters["session_state"] = session.id
    response = pages.send_back(asked.field("redirect_uri"), asked.mode, parameters)
    response.headers.append(remembering.cookie(sign_in, session))
    return response


def _id_token(
    sign_in: SignIn,
    asked: Asked,
    session: Session,
    grant: dict[str, Any],
    request: Request,
    code: str | None,
) -> str:
    """An id token straight from this endpoint; `c_hash` binds it to the code beside it."""
    client = find_client(sign_in, session.person.directory, asked.client.app_id)
    more = {}
    if code is not None:
        half = hashlib.sha256(code.encode()).digest()[:16]
        more["c_hash"] = base64url(half)
    return issuing.id_token(sign_in, client, session.person.user, grant, request, more=more)


def _send_error(sign_in: SignIn, asked: Asked, refusal: LoginError) -> Response:
    body = refusal.body(now=sign_in.now(), base_url="")
    error = body["error"]
    if asked.field("prompt") == "none" and error == "invalid_grant":
        error = "interaction_required"
    parameters = {"error": error, "error_description": body["error_description"]}
    parameters["error_uri"] = body["error_uri"]
    if refusal.code == 65004:
        parameters["error_subcode"] = "cancel"
    if asked.field("state"):
        parameters["state"] = asked.field("state")
    mode = asked.mode if asked.mode in RESPONSE_MODES else "query"
    return pages.send_back(asked.field("redirect_uri"), mode, parameters)
