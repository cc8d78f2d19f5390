"""What every change of people and roles asks first, and how it is recorded."""

from django.db.models import Q

from apps.access import rights
from apps.access.models import Membership, User
from apps.audit import services as audit
from apps.core.actor import Actor
from apps.core.errors import Invalid, NotAllowed
from apps.tenants.models import MSP, Tenant

On = Tenant | MSP


def require_manager(actor: Actor, on: On) -> None:
    """Raise unless the actor may manage the people there (NotFound, NotAllowed)."""
    # The system itself sets up an installation; no request or job of a person's reaches here as it.
    if actor.kind == "system":
        return
    if isinstance(on, Tenant):
        rights.require(actor, rights.MANAGE_TENANT, on)
    else:
        rights.require_on_msp(actor, rights.MANAGE_TENANT, on)


def require_somebody_else(actor: Actor, user: User) -> None:
    """Raise NotAllowed when the actor would change his own roles."""
    if actor.user_id == user.pk:
        raise NotAllowed(
            "Nobody changes his own roles.",
            code="own-role",
            safe="Nothing was changed.",
            todo="Ask another Tenant Manager.",
        )


def require_member(user: User, on: On) -> None:
    """Raise Invalid unless the person belongs to the tenant or its MSP, or to the MSP."""
    sides = Q(tenant=on) | Q(msp=on.msp_id) if isinstance(on, Tenant) else Q(msp=on)
    if not Membership.objects.filter(sides, user=user).exists():
        raise Invalid(
            "This person belongs neither to the customer nor to its MSP.", code="not-a-member"
        )


def record(actor: Actor, event: str, user: User, on: On, **data: str) -> None:
    """Record what was done to a person, under the tenant or MSP it was done for."""
    audit.record(
        actor=actor,
        event=event,
        tenant_id=on.id if isinstance(on, Tenant) else None,
        msp_id=on.msp_id if isinstance(on, Tenant) else on.id,
        subject=user.name,
        data=data,
    )
