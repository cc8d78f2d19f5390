"""Id tokens to order, good and bad, to try how an application takes them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from apps.sandbox.control.errors import ControlError
from apps.sandbox.login import consenting, issuing, remembering
from apps.sandbox.login.clients import Client, find_client
from apps.sandbox.login.errors import LoginError
from apps.sandbox.login.id_faults import FAULTS
from apps.sandbox.login.people import Person
from apps.sandbox.login.session import SignIn
from apps.sandbox.server.messages import Request
from apps.sandbox.state.directory import Directory

SCOPE = "openid profile offline_access"
_KNOWN = {
    "client_id",
    "tenant",
    "user",
    "nonce",
    "scope",
    "fault",
    "claims",
    "redirect_uri",
    "code_challenge",
    "code_challenge_method",
}


@dataclass(frozen=True, slots=True)
class _Order:
    """What is asked for, checked."""

    client: Client
    person: Person
    fields: dict[str, str]
    fault: str
    overrides: dict[str, Any]

    def field(self, name: str) -> str:
        return self.fields.get(name, "")


def mint(sign_in: SignIn, asked: dict[str, Any], request: Request) -> dict[str, Any]:
    """An id token for a user without his doing anything; he consents by the way.

    Args:
        asked: `client_id`; `user`, an object id or user name; `tenant`, where an id is not
            unique enough; `nonce`; `scope`; `fault`, one of FAULTS; `claims`, which replace those
            of the token (null takes one away); and, for a `code` that brings the same token when
            the application redeems it, `redirect_uri`, `code_challenge`, `code_challenge_method`.

    Raises:
        ControlError: something asked for does not exist.
    """
    try:
        order = _read(sign_in, asked)
        client, user = order.client, order.person.user
        if client.service_principal is None:
            consenting.consent_for_oneself(sign_in, client, user, frozenset(SCOPE.split()))
            client = find_client(sign_in, client.directory, client.app_id)
        grant = _grant(sign_in, order)
        minted = {"id_token": issuing.id_token(sign_in, client, user, grant, request)}
    except LoginError as refusal:
        raise ControlError(str(refusal)) from refusal
    if order.field("redirect_uri"):
        minted["code"] = sign_in.minter.seal("code", grant)
    return {"fault": order.fault, **minted}


def _read(sign_in: SignIn, asked: dict[str, Any]) -> _Order:
    unknown = sorted(set(asked) - _KNOWN)
    if unknown:
        raise ControlError(f"there is no '{unknown[0]}' in an order of tokens")
    fields = {name: str(value) for name, value in asked.items() if isinstance(value, str)}
    fault, overrides = fields.get("fault", ""), asked.get("claims", {})
    if fault and fault not in FAULTS:
        raise ControlError(f"there is no fault '{fault}'; there are {', '.join(FAULTS)}")
    if not isinstance(overrides, dict):
        raise ControlError("'claims' must be a JSON object")
    person = _person(sign_in, fields)
    client = find_client(sign_in, person.directory, fields.get("client_id", ""))
    return _Order(client, person, fields, fault, overrides)


def _person(sign_in: SignIn, fields: dict[str, str]) -> Person:
    name, tenant = fields.get("user", ""), fields.get("tenant")
    named = sign_in.world.directory(tenant) if tenant else None
    if tenant and named is None:
        raise ControlError(f"there is no tenant '{tenant}'")
    places: list[Directory] = [named] if named else list(sign_in.world.directories.values())
    for place in places:
        user = place.get(name) or place.find("user", "userPrincipalName", name)
        if user is not None and "userPrincipalName" in user.body:
            return Person(place, user)
    raise ControlError(f"there is no user '{name}'")


def _grant(sign_in: SignIn, order: _Order) -> issuing.Grant:
    return remembering.begin(sign_in, order.person).content() | {
        "id": str(uuid.uuid4()),
        "at": sign_in.timestamp(),
        "app": order.client.app_id,
        "scope": order.field("scope") or SCOPE,
        "nonce": order.field("nonce"),
        "redirect_uri": order.field("redirect_uri"),
        "challenge": order.field("code_challenge"),
        "challenge_method": order.field("code_challenge_method") or "S256",
        "fault": order.fault,
        "overrides": order.overrides,
    }
