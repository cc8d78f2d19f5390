"""People who sign in through the sandbox, and the browsers that they do it with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import requests
from django.test import Client

from apps.access.models import EntraIdentity, User
from apps.access.signin.entra import application, signing_keys
from apps.core.actor import SYSTEM
from apps.tenants.models import Tenant
from tests.support.sandboxes import Sandbox

START = "/accounts/microsoft/"


@dataclass
class Entra:
    """The sandbox with Holdfast's application for sign-in registered in it."""

    sandbox: Sandbox
    client_id: str = ""
    home: str = ""
    session: requests.Session = field(default_factory=requests.Session)

    def user(self, tenant: str, place: int = 0) -> dict[str, Any]:
        """One of the tenant's users who may sign in."""
        return self._users(tenant)[place]

    def administrator(self, tenant: str) -> dict[str, Any]:
        """A Global Administrator of the tenant."""
        return next(one for one in self._users(tenant) if "Global Administrator" in one["roles"])

    def _users(self, tenant: str) -> list[dict[str, Any]]:
        return [one for one in self.sandbox.overview["users"] if one["tenant"] == tenant]

    def mint(self, user: str, **more: Any) -> dict[str, Any]:
        """A token, or a code for one, without a sign-in; the user consents by the way."""
        return self.sandbox.control(
            "POST", "/tokens", {"client_id": self.client_id, "user": user, **more}
        )

    def answer_to(self, address: str, user: str) -> str:
        """The user signs in at the address; where Entra sends his browser back to."""
        self.mint(user)
        answer = self.session.post(
            address,
            data={"user": user, "decision": "accept"},
            allow_redirects=False,
            timeout=60,
        )
        assert answer.is_redirect, answer.text[:2000]
        back = urlsplit(answer.headers["Location"])
        return f"{back.path}?{back.query}"


def register(sandbox: Sandbox, **more: Any) -> Entra:
    """Make the application, register it in the sandbox as the operator would in his own tenant."""
    signing_keys.forget()
    made = application.make_application(actor=SYSTEM, cloud="sandbox")
    home = sandbox.tenants[-1]["id"]
    registered = sandbox.control(
        "POST",
        "/applications",
        {
            "display_name": "Holdfast sign-in",
            "home_tenant": home,
            "certificate": made.certificate_pem,
            "redirect_uris": [application.redirect_uri()],
            "optional_claims": ["auth_time"],
            "group_membership_claims": "All",
            **more,
        },
    )
    client_id = registered["client_id"]
    application.complete_application(actor=SYSTEM, cloud="sandbox", client_id=UUID(client_id))
    return Entra(sandbox, client_id, home)


def link(user: User, tenant: Tenant, entra_user: Mapping[str, Any]) -> None:
    """The person's identity at Entra, as if he had accepted an invitation with it."""
    EntraIdentity.objects.create(
        user=user,
        cloud=tenant.cloud,
        entra_tenant_id=tenant.entra_id,
        entra_object_id=UUID(entra_user["id"]),
    )


def asked(address: str) -> dict[str, str]:
    """The parameters of an authorization request."""
    return dict(parse_qsl(urlsplit(address).query))


def sign_in(entra: Entra, client: Client, user: str, start: str = START) -> Any:
    """All the way: the start page, Entra, and back; the portal's last answer."""
    address = client.get(start)["Location"]
    return client.get(entra.answer_to(address, user))
