"""Which ways of signing in are open to a person."""

from uuid import UUID

from django.db.models import Q

from apps.access.models import Membership, MSPSignIn, TenantSignIn, User
from apps.core.scope import no_scope
from apps.tenants.models import MSP, Tenant

Side = Tenant | MSP
_REASON = "how somebody may sign in is looked up before he has"


def policy_of(side: Side) -> TenantSignIn | MSPSignIn:
    """How the side's people may sign in; one that is not saved yet when nobody has set it."""
    with no_scope(_REASON):
        if isinstance(side, Tenant):
            return TenantSignIn.objects.filter(tenant=side).first() or TenantSignIn(tenant=side)
        return MSPSignIn.objects.filter(msp=side).first() or MSPSignIn(msp=side)


def allows_local(user: User) -> bool:
    """Whether the person may sign in with a password or passkey: any of his sides allows it."""
    with no_scope(_REASON):
        rows = Membership.objects.filter(user=user)
        mine = list(rows.select_related("tenant__sign_in", "msp__sign_in"))
        policies = [
            getattr(row.tenant, "sign_in", None) or getattr(row.msp, "sign_in", None)
            for row in mine
        ]
    return not policies or any(policy is None or policy.allows_local for policy in policies)


def allows_entra(user: User, *, cloud: str, entra_tenant_id: UUID) -> bool:
    """Whether the person may sign in through this Entra tenant.

    It must be the tenant of a side that he is on, and that side must have it on. A customer whose
    Entra is not to be trusted any more switches it off for its own people alone.
    """
    ours = Q(tenant__cloud=cloud, tenant__entra_id=entra_tenant_id)
    ours |= Q(msp__entra_cloud=cloud, msp__entra_tenant_id=entra_tenant_id)
    with no_scope(_REASON):
        rows = Membership.objects.filter(ours, user=user)
        mine = list(rows.select_related("tenant__sign_in", "msp__sign_in"))
        policies = [
            getattr(row.tenant, "sign_in", None) or getattr(row.msp, "sign_in", None)
            for row in mine
        ]
    return bool(policies) and all(policy is None or policy.allows_entra for policy in policies)
