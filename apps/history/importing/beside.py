"""A place for imports beside a tenant that is captured: a customer that is never connected."""

from django.db import transaction

from apps.access import rights
from apps.core.actor import Actor
from apps.core.scope import no_scope
from apps.tenants import services as tenants
from apps.tenants.models import Tenant


@transaction.atomic
def add_beside(*, actor: Actor, tenant: Tenant) -> Tenant:
    """Add a customer of the same MSP that imports of this tenant go into, to look at and compare.

    Nothing can be recovered from there, because it is connected to nothing. Raises NotFound,
    NotAllowed for whoever may not add customers.
    """
    rights.require_on_msp(actor, rights.MANAGE_TENANT, tenant.msp)
    name = f"{tenant.name[:180]} (imported)"
    with no_scope("a customer is added beside the one at hand"):
        return tenants.add_tenant(actor=actor, msp=tenant.msp, name=name, cloud=tenant.cloud)
