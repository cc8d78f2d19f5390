"""Register the MSP's two applications and connect its customers, as people would."""

from __future__ import annotations

from uuid import UUID

import requests

from apps.access.models import User
from apps.connect import services as connect
from apps.core.actor import SYSTEM
from apps.core.scope import no_scope
from apps.demo.entra import Entra, EntraTenant
from apps.entra.catalogue.permissions import BACKUP_PERMISSIONS, RECOVERY_PERMISSIONS
from apps.tenants import services as tenants
from apps.tenants.choices import Cloud, Purpose
from apps.tenants.models import MSP, Tenant

PERMISSIONS = {Purpose.BACKUP: BACKUP_PERMISSIONS, Purpose.RECOVERY: RECOVERY_PERMISSIONS}


@no_scope("the demo fills an empty installation")
def register_applications(entra: Entra, msp: MSP, *, home: EntraTenant) -> None:
    """Holdfast makes the certificates; the MSP registers the applications in its own tenant."""
    for purpose, permissions in PERMISSIONS.items():
        registration = tenants.register_application(
            actor=SYSTEM,
            msp=msp,
            purpose=purpose,
            cloud=Cloud.SANDBOX,
            name=f"Holdfast {purpose}",
        )
        client_id = entra.register(
            name=registration.name,
            home=home.id,
            certificate=registration.certificate_pem,
            roles=sorted(permissions),
            redirect_uris=connect.redirect_uris(purpose),
        )
        tenants.complete_application(
            actor=SYSTEM, registration=registration, client_id=UUID(client_id)
        )


@no_scope("the demo fills an empty installation")
def connect_customer(entra: Entra, msp: MSP, customer: EntraTenant, *, manager: User) -> Tenant:
    """Add a customer by its domain; its administrator opens both links and accepts."""
    actor = manager.as_actor()
    link = connect.add_customer(
        actor=actor,
        msp=msp,
        name=customer.display_name,
        domain_or_tenant_id=customer.domain,
        cloud=Cloud.SANDBOX,
    )
    consent(entra, link.url, customer)
    tenant = Tenant.objects.get(msp=msp, entra_id=customer.id)
    link = connect.consent_link(actor=actor, tenant=tenant, purpose=Purpose.RECOVERY)
    consent(entra, link.url, customer)
    return tenant


def consent(entra: Entra, link: str, customer: EntraTenant) -> None:
    """The customer's administrator accepts, and his browser follows the redirect to the portal."""
    user_name, password = entra.administrator(customer.id)
    callback = entra.consent(link, administrator=user_name, password=password)
    requests.get(callback, timeout=120).raise_for_status()
