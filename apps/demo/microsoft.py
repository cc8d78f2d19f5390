"""Signing in to the demo with Microsoft: the sandbox plays it."""

from __future__ import annotations

from urllib.parse import urljoin
from uuid import UUID

import requests

from apps.access.models import EntraIdentity, User
from apps.access.signin.entra import application
from apps.core.actor import SYSTEM
from apps.core.scope import no_scope
from apps.demo.browsing import SECONDS
from apps.demo.entra import Entra, EntraTenant
from apps.demo.processes import DemoError
from apps.tenants.choices import Cloud
from apps.tenants.models import MSP


def set_up(entra: Entra, msp: MSP, *, home: EntraTenant) -> None:
    """Register the installation's application for sign-in; the MSP's own tenant is `home`."""
    made = application.make_application(actor=SYSTEM, cloud=Cloud.SANDBOX)
    client_id = entra.register(
        name="Holdfast sign-in",
        home=home.id,
        certificate=made.certificate_pem,
        redirect_uris=[application.redirect_uri()],
        optional_claims=["auth_time"],
        group_membership_claims="All",
    )
    application.complete_application(actor=SYSTEM, cloud=Cloud.SANDBOX, client_id=UUID(client_id))
    msp.entra_cloud, msp.entra_tenant_id = Cloud.SANDBOX, UUID(home.id)
    with no_scope("the demo's MSP runs the tenant that it is given"):
        msp.save(update_fields=["entra_cloud", "entra_tenant_id"])


def link(entra: Entra, user: User, *, tenant_id: str) -> None:
    """Let a person sign in as a Global Administrator of a tenant of the sandbox."""
    EntraIdentity.objects.create(
        user=user,
        cloud=Cloud.SANDBOX,
        entra_tenant_id=UUID(tenant_id),
        entra_object_id=UUID(_administrator(entra, tenant_id)["id"]),
    )


def sign_in(url: str, entra: Entra, *, tenant_id: str) -> requests.Session:
    """Sign in to the portal through the sandbox's sign-in page, as the tenant's administrator."""
    portal, microsoft = requests.Session(), requests.Session()
    began = portal.get(f"{url}/accounts/microsoft/", allow_redirects=False, timeout=SECONDS)
    address = began.headers["Location"]
    person = _administrator(entra, tenant_id)
    fields = {"username": person["user_principal_name"], "password": person["password"]}
    answer = microsoft.post(
        address, data={**fields, "decision": "accept"}, allow_redirects=False, timeout=SECONDS
    )
    if answer.ok and not answer.is_redirect:
        # He signs in to this application for the first time, and agrees to it.
        sealed = answer.text.split('name="signed_in" value="', 1)[-1].split('"', 1)[0]
        answer = microsoft.post(
            address,
            data={"signed_in": sealed, "decision": "accept"},
            allow_redirects=False,
            timeout=SECONDS,
        )
    if not answer.is_redirect:
        raise DemoError(f"the sign-in page answered {answer.status_code}")
    back = urljoin(address, answer.headers["Location"])
    portal.get(back, timeout=SECONDS).raise_for_status()
    return portal


def _administrator(entra: Entra, tenant_id: str) -> dict[str, str]:
    for user in entra.overview()["users"]:
        if user["tenant"] == tenant_id and "Global Administrator" in user["roles"]:
            return dict(user)
    raise LookupError(f"tenant {tenant_id} has no Global Administrator")
