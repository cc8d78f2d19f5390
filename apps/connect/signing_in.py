"""Somebody of a customer's tenant signs in at Microsoft, so that we may do in his name what Graph
lets no application do alone.

The authorization code flow with PKCE, by MSAL, with the application that the tenant consented to.
https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msal
import requests
from django.conf import settings

from apps.connect import links
from apps.connect.clients import NotConnected, credential_of
from apps.core import clock
from apps.core.errors import Conflict, Unavailable
from apps.entra import explanations
from apps.entra.client.tokens import proof_of
from apps.entra.client.transport import SignInTransport
from apps.entra.clouds import cloud
from apps.tenants import selectors
from apps.tenants.choices import Purpose
from apps.tenants.models import Connection, Tenant

CALLBACK_PATH = "/connect/signed-in"
# A token of which less is left is of no use.
_MARGIN = timedelta(minutes=1)
# MSAL would rather have form_post: browsers keep our cookies back from a form of another site.
warnings.filterwarnings("ignore", message="response_mode='form_post'", category=UserWarning)


@dataclass(frozen=True, slots=True)
class PersonalToken:
    """What Graph is told with somebody's leave. ends_at: when it is no good any more."""

    token: str
    ends_at: datetime


def redirect_uri() -> str:
    """Where Entra sends the person back to; registered with the application, exactly so."""
    return str(settings.HOLDFAST_BASE_URL).rstrip("/") + CALLBACK_PATH


def redirect_uris(purpose: str) -> list[str]:
    """All that are registered with an application for a purpose, as Web addresses."""
    also = [redirect_uri()] if purpose == Purpose.RECOVERY else []
    return [links.redirect_uri(), *also]


def begin(tenant: Tenant, scope: str) -> tuple[str, dict[str, Any]]:
    """Where to send the person, and what has to be kept in his session until he is back.

    scope: a delegated permission of Graph. Raises NotConnected, Unavailable.
    """
    place = cloud(tenant.cloud)
    with _msal(_connection(tenant)) as application:
        flow = application.initiate_auth_code_flow(
            scopes=[f"{place.resource}/{scope}"],
            redirect_uri=redirect_uri(),
            response_mode="query",
            prompt="select_account",
        )
    address = str(flow["auth_uri"])
    return place.public_login() + address.removeprefix(place.login), dict(flow)


def finish(tenant: Tenant, flow: Mapping[str, Any], answer: Mapping[str, str]) -> PersonalToken:
    """The token of whoever came back. Raises Conflict where Entra refused or the person is of
    another tenant, NotConnected, Unavailable."""
    if "error" in answer:
        raise _refusal(answer)
    with _msal(_connection(tenant)) as application:
        try:
            given = application.acquire_token_by_auth_code_flow(dict(flow), dict(answer))
        except (ValueError, RuntimeError):
            # MSAL's words quote the answer, so they are not passed on.
            raise _refusal({}) from None
    if "access_token" not in given:
        raise _refusal(given)
    token = str(given["access_token"])
    if proof_of(token).tenant_id != str(tenant.entra_id):
        raise Conflict(
            "You signed in to another tenant.",
            code="other-tenant",
            safe="Nothing was started.",
            todo="Sign in with an account of the tenant that is to be recovered.",
        )
    life = timedelta(seconds=float(given.get("expires_in", 3600)))
    return PersonalToken(token, clock.now() + life - _MARGIN)


def _connection(tenant: Tenant) -> Connection:
    working = [one for one in selectors.connections(tenant, purpose="recovery") if one.works]
    if not working:
        raise NotConnected("no working connection for recovery")
    return min(working, key=lambda one: len(one.missing))


@contextmanager
def _msal(connection: Connection) -> Iterator[Any]:
    place = cloud(connection.tenant.cloud)
    credential = credential_of(connection.registration)
    transport = SignInTransport(place)
    try:
        yield msal.ConfidentialClientApplication(
            credential.client_id,
            authority=place.authority(str(connection.tenant.entra_id)),
            client_credential=credential.for_msal(),
            instance_discovery=False,
            exclude_scopes=["offline_access"],
            http_client=transport,
            http_cache={},
        )
    except requests.RequestException:
        raise Unavailable(
            "Microsoft's sign-in does not answer.",
            code="entra-unreachable",
            safe="Nothing was changed.",
            todo="Try again.",
        ) from None
    finally:
        transport.close()


def _refusal(answer: Mapping[str, Any]) -> Conflict:
    said = explanations.for_answer_to_person(answer)
    return Conflict(
        f"Microsoft did not let you in: {said.message}",
        code=said.code,
        safe="Nothing was started.",
        todo=said.todo or "Start again, or ask an administrator of the tenant.",
    )
