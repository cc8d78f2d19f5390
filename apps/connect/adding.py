"""Adding a customer, and the applications that customers consent to."""

from uuid import UUID

from django.db import IntegrityError, transaction

from apps.access import rights
from apps.connect import discovery
from apps.connect.consenting import ask_consent
from apps.connect.links import ConsentLink
from apps.core.actor import Actor
from apps.core.errors import Conflict, Invalid
from apps.entra.clouds import cloud as cloud_named
from apps.tenants import services as tenants
from apps.tenants.choices import Purpose
from apps.tenants.models import MSP, AppRegistration, Tenant


def add_customer(
    *,
    actor: Actor,
    msp: MSP,
    name: str,
    domain_or_tenant_id: str,
    cloud: str,
    mail_to: str = "",
) -> ConsentLink:
    """Add a customer's tenant, pending, and make the link that asks for consent to the backup.

    mail_to: also mail the link to this address. The tenant's id is asked of the cloud.

    Raises Invalid (no domain, other cloud, External ID or B2C, no application for the cloud),
    Conflict (known already), EntraError (no such tenant), NotAllowed, NotFound.
    """
    rights.require_on_msp(actor, rights.MANAGE_TENANT, msp)
    if not name.strip():
        raise Invalid("A customer needs a name.", code="no-name")
    place = cloud_named(cloud)
    entra_id = discovery.resolve(place, domain_or_tenant_id)
    typed = domain_or_tenant_id.strip().lower()
    try:
        with transaction.atomic():
            tenant = tenants.add_tenant(
                actor=actor,
                msp=msp,
                name=name.strip(),
                cloud=cloud,
                domain="" if typed == str(entra_id) else typed,
                entra_id=entra_id,
            )
            return ask_consent(
                actor=actor, tenant=tenant, purpose=Purpose.BACKUP, mail_to=mail_to.strip()
            )
    except IntegrityError:
        raise Conflict("You have added this tenant already.", code="tenant-exists") from None


def register_application(
    *,
    actor: Actor,
    msp: MSP,
    purpose: str,
    cloud: str,
    name: str,
    client_id: UUID | None = None,
) -> AppRegistration:
    """Make the certificate for an application. Raises NotAllowed, NotFound, Invalid."""
    rights.require_on_msp(actor, rights.MANAGE_TENANT, msp)
    return tenants.register_application(
        actor=actor, msp=msp, purpose=purpose, cloud=cloud, name=name, client_id=client_id
    )


def add_writer(*, actor: Actor, tenant: Tenant, name: str) -> AppRegistration:
    """Make the certificate for a further application that writes in the MSP's tenants.

    Its client id is entered once it is registered; each customer then consents to it by a link for
    recoveries. Needs the right to manage the whole MSP. Raises NotAllowed, NotFound, Invalid.
    """
    rights.require_on_msp(actor, rights.MANAGE_TENANT, tenant.msp)
    if not name.strip():
        raise Invalid("An application needs a name.", code="no-name")
    return tenants.register_application(
        actor=actor,
        msp=tenant.msp,
        purpose=Purpose.RECOVERY,
        cloud=tenant.cloud,
        name=name.strip(),
    )


def complete_application(
    *, actor: Actor, registration: AppRegistration, client_id: UUID
) -> AppRegistration:
    """Enter the client id of an application. Raises NotAllowed, NotFound, Conflict."""
    rights.require_on_msp(actor, rights.MANAGE_TENANT, registration.msp)
    return tenants.complete_application(actor=actor, registration=registration, client_id=client_id)
