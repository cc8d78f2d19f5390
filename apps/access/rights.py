"""The one question: may this actor do that here?"""

from uuid import UUID

from apps.access import selectors
from apps.access.roles import (
    APPROVE_RECOVERY,
    MANAGE_TENANT,
    REQUEST_RECOVERY,
    RIGHTS,
    ROLES,
    SYSTEM_RIGHTS,
    TAKE_BACKUPS,
    VIEW_BACKUPS,
    Role,
    refuse_without,
)
from apps.core.actor import Actor
from apps.core.errors import NotAllowed
from apps.tenants.models import MSP, Tenant

__all__ = [
    "APPROVE_RECOVERY",
    "MANAGE_TENANT",
    "REQUEST_RECOVERY",
    "RIGHTS",
    "ROLES",
    "TAKE_BACKUPS",
    "VIEW_BACKUPS",
    "Role",
    "require",
    "require_on_msp",
]


def require(actor: Actor, right: str, tenant: Tenant) -> None:
    """Raise unless the actor has the right on the tenant.

    NotFound when the tenant is not the actor's to see, NotAllowed when the role is too weak.
    """
    if actor.kind == "system":
        _require_of_system(right)
        return
    held = selectors.rights_on_tenant(_person(actor), tenant)
    refuse_without(held, right)


def require_on_msp(actor: Actor, right: str, msp: MSP) -> None:
    """Raise unless the actor has the right on the whole MSP (NotFound, NotAllowed)."""
    if actor.kind == "system":
        _require_of_system(right)
        return
    refuse_without(selectors.rights_on_msp(_person(actor), msp), right)


def _person(actor: Actor) -> UUID:
    if actor.user_id is None:
        raise NotAllowed("This needs a person to act as.", todo="Name one with --as EMAIL.")
    return actor.user_id


def _require_of_system(right: str) -> None:
    if right not in SYSTEM_RIGHTS:
        raise NotAllowed("Only a person may do this.", code="needs-a-person")
