"""Consent links: where the customer's administrator is sent, and how the answer is recognised.

https://learn.microsoft.com/entra/identity-platform/v2-admin-consent
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings

from apps.core import clock, digests
from apps.core.errors import Invalid
from apps.core.scope import no_scope, tenant_scope
from apps.entra.clouds import cloud
from apps.tenants.models import Connection, ConsentRequest

CALLBACK_PATH = "/connect/callback"
LIFETIME = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class ConsentLink:
    """url: to be opened by an administrator of the customer. It works once, until expires_at."""

    url: str
    connection_id: UUID
    tenant_id: UUID
    expires_at: datetime


def redirect_uri() -> str:
    """Where Entra sends the administrator back to; registered with the application, exactly so."""
    return str(settings.HOLDFAST_BASE_URL).rstrip("/") + CALLBACK_PATH


def make_link(connection: Connection) -> ConsentLink:
    """A fresh link for the connection; links made for it before stop working."""
    state, now = secrets.token_urlsafe(32), clock.now()
    with tenant_scope(connection.tenant_id):
        ConsentRequest.objects.filter(
            connection=connection, used_at=None, expires_at__gt=now
        ).update(expires_at=now)
        request = ConsentRequest.objects.create(
            connection=connection, state_digest=_digest(state), expires_at=now + LIFETIME
        )
    place = cloud(connection.tenant.cloud)
    query = urlencode(
        {
            "client_id": connection.registration.client_id,
            "scope": place.scope,
            "redirect_uri": redirect_uri(),
            "state": state,
        }
    )
    address = f"{place.public_login()}/{connection.tenant.entra_id}/v2.0/adminconsent?{query}"
    return ConsentLink(address, connection.id, connection.tenant_id, request.expires_at)


def find_request(state: str) -> ConsentRequest:
    """The link that a callback belongs to, still good. Raises Invalid."""
    with no_scope("a consent callback is matched by its state alone"):
        request = (
            ConsentRequest.objects.select_related("connection__tenant", "connection__registration")
            .filter(state_digest=_digest(state), used_at=None, expires_at__gt=clock.now())
            .first()
        )
    if request is None:
        raise _unknown()
    return request


def use(request: ConsentRequest) -> None:
    """Spend the link. Raises Invalid when another callback has spent it a moment ago."""
    with tenant_scope(request.connection.tenant_id):
        spent = ConsentRequest.objects.filter(
            pk=request.pk, used_at=None, expires_at__gt=clock.now()
        ).update(used_at=clock.now())
    if spent != 1:
        raise _unknown()


def _digest(state: str) -> bytes:
    return digests.sha256(b"holdfast:consent-state\0", state.encode())


def _unknown() -> Invalid:
    return Invalid(
        "This consent link is unknown, was used already, or has expired.",
        code="consent-link",
        safe="Nothing was changed.",
        todo="Ask your service provider for a new link.",
    )
