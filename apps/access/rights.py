"""The one question: may this actor do that here?"""

from uuid import UUID

from apps.access import selectors
from apps.access.roles import (
    APPROVE_RECOVERY,
    CONSOLE_RIGHTS,
    DEMAND_APPROVALS,
    EXPORT,
    MAKE_REPORTS,
    MANAGE_PEOPLE,
    MANAGE_RETENTION,
    MANAGE_SIGN_IN,
    MANAGE_TENANT,
    REQUEST_RECOVERY,
    RIGHTS,
    ROLES,
    SYSTEM_RIGHTS,
    TAKE_BACKUPS,
    VIEW_AUDIT,
    VIEW_BACKUPS,
    VIEW_NOTIFICATIONS,
    VIEW_PEOPLE,
    Role,
    refuse_without,
    within_whole_msp,
)
from apps.core.actor import Actor
from apps.core.errors import NotAllowed, NotFound
from apps.tenants.models import MSP, Tenant

__all__ = [
    "APPROVE_RECOVERY",
    "DEMAND_APPROVALS",
    "EXPORT",
    "MAKE_REPORTS",
    "MANAGE_PEOPLE",
    "MANAGE_RETENTION",
    "MANAGE_SIGN_IN",
    "MANAGE_TENANT",
    "REQUEST_RECOVERY",
    "RIGHTS",
    "ROLES",
    "TAKE_BACKUPS",
    "VIEW_AUDIT",
    "VIEW_BACKUPS",
    "VIEW_NOTIFICATIONS",
    "VIEW_PEOPLE",
    "Role",
    "require",
    "require_on_msp",
]


def require(actor: Actor, right: str, tenant: Tenant) -> None:
    """Raise unless the actor has the right on the tenant.

    NotFound when the tenant is not the actor's to see, NotAllowed when the role is too weak. A
    rehearsal is the system's alone, and there it may do everything.
    """
    if tenant.is_rehearsal:
        if actor.kind != "system":
            raise NotFound("There is no such tenant.", code="no-such-tenant")
        return
    if _is_nobody_in_particular(actor, right):
        return
    held = selectors.rights_on_tenant(_person(actor), tenant, limits=actor.limits)
    refuse_without(held, right)


def require_on_msp(actor: Actor, right: str, msp: MSP) -> None:
    """Raise unless the actor has the right on the whole MSP (NotFound, NotAllowed)."""
    if _is_nobody_in_particular(actor, right):
        return
    held = selectors.rights_on_msp(_person(actor), msp)
    refuse_without(within_whole_msp(held, actor.limits), right)


def _is_nobody_in_particular(actor: Actor, right: str) -> bool:
    """Whether the system, or the console without a person, acts within what those two may do."""
    if actor.kind == "system":
        return _allowed(right, SYSTEM_RIGHTS, "Only a person may do this.", todo="")
    if actor.kind == "console" and not actor.is_person:
        message = "At the console this needs a person to act as."
        return _allowed(right, CONSOLE_RIGHTS, message, todo="Name one with --as EMAIL.")
    return False


def _allowed(right: str, allowed: frozenset[str], message: str, *, todo: str) -> bool:
    if right not in allowed:
        raise NotAllowed(message, code="needs-a-person", safe="Nothing was done.", todo=todo)
    return True


def _person(actor: Actor) -> UUID:
    if actor.user_id is None:
        raise NotAllowed("Only a person may do this.", code="needs-a-person")
    return actor.user_id
