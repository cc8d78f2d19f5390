"""What hangs on a partner's tenant in cross-tenant access."""

from apps.sandbox.graph.context import Answer, Call
from apps.sandbox.graph.errors import not_found
from apps.sandbox.graph.resolve import resolve
from apps.sandbox.rules.settings import SYNCHRONISATION
from apps.sandbox.state.records import Record

from .objects import show

TYPE = "crossTenantIdentitySyncPolicyPartner"
PARTNER = "crossTenantAccessPolicyConfigurationPartner"
_CONTEXT = "policies/crossTenantAccessPolicy/partners/identitySynchronization"


def get_synchronisation(call: Call) -> Answer:
    """GET /policies/crossTenantAccessPolicy/partners/{id}/identitySynchronization."""
    return show(call, synchronisation_of(call, resolve(call, PARTNER)), TYPE, _CONTEXT)


def synchronisation_of(call: Call, partner: Record) -> Record:
    """The partner's synchronisation. Raises the 404 of the service where he has none."""
    for one in call.view.targets(SYNCHRONISATION, partner.id):
        if (record := call.view.get(one)) is not None:
            return record
    raise not_found(partner.id)
