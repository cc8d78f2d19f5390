"""What a benchmark of recoveries needs besides an installation and one connected tenant."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid4

if TYPE_CHECKING:
    from apps.access.models import User
    from apps.demo.entra import EntraTenant
    from apps.demo.installation import Installation
    from apps.tenants.models import Tenant


def add_writer(running: Installation, tenant: Tenant, customer: EntraTenant, manager: User) -> None:
    """A further writer application of the MSP's, which the customer consents to."""
    from apps.connect import services as connect
    from apps.core.scope import no_scope
    from apps.demo import customers, seeding
    from apps.entra.catalogue.permissions import RECOVERY_PERMISSIONS
    from apps.tenants.choices import Purpose

    actor = manager.as_actor()
    with no_scope("the benchmark fills an empty installation"):
        made = connect.register_application(
            actor=actor,
            msp=tenant.msp,
            purpose=Purpose.RECOVERY,
            cloud=tenant.cloud,
            name="Holdfast further writer",
        )
        client_id = running.entra.register(
            name=made.name,
            home=seeding.provider(running.entra).id,
            certificate=made.certificate_pem,
            roles=sorted(RECOVERY_PERMISSIONS),
            redirect_uris=[connect.redirect_uri()],
        )
        connect.complete_application(actor=actor, registration=made, client_id=UUID(client_id))
        link = connect.consent_link(actor=actor, tenant=tenant, purpose=Purpose.RECOVERY)
    customers.consent(running.entra, link.url, customer)


def empty_tenant(name: str, requester: User) -> str:
    """The id of an active tenant without a connection, of the requester's own MSP."""
    from apps.access.selectors import msps_of
    from apps.core.actor import SYSTEM
    from apps.core.scope import no_scope
    from apps.tenants import services

    entra_id = uuid4()
    with no_scope("the benchmark fills an empty installation"):
        tenant = services.add_tenant(
            actor=SYSTEM,
            msp=msps_of(requester)[0],
            name=name,
            cloud="sandbox",
            domain=f"{name}.example",
            entra_id=entra_id,
        )
        services.activate_tenant(actor=SYSTEM, tenant=tenant, entra_id=entra_id)
    return str(tenant.pk)
