"""Giving and taking roles."""

from django.db import transaction
from guardian.shortcuts import assign_perm, remove_perm

from apps.access import rights
from apps.access.models import User
from apps.access.services.guards import (
    On,
    record,
    require_manager,
    require_member,
    require_somebody_else,
)
from apps.core.actor import Actor
from apps.core.errors import Invalid
from apps.tenants.models import MSP, Tenant


@transaction.atomic
def grant_role(
    *, actor: Actor, user: User, role: str, tenant: Tenant | None = None, msp: MSP | None = None
) -> None:
    """Give a person a role on a tenant, or on an MSP and so on all its tenants.

    The actor must be Tenant Manager there and somebody else; the person must belong to the
    tenant or its MSP. Raises Invalid, NotAllowed, NotFound.
    """
    on = _one_of(tenant, msp)
    require_manager(actor, on)
    require_somebody_else(actor, user)
    require_member(user, on)
    assign_perm(_role(role).permission, user, on)
    _record_role(actor, "role.granted", user, on, role)


@transaction.atomic
def revoke_role(
    *, actor: Actor, user: User, role: str, tenant: Tenant | None = None, msp: MSP | None = None
) -> None:
    """Take a role from a person. Raises Invalid, NotAllowed, NotFound."""
    on = _one_of(tenant, msp)
    require_manager(actor, on)
    require_somebody_else(actor, user)
    remove_perm(_role(role).permission, user, on)
    _record_role(actor, "role.revoked", user, on, role)


def _one_of(tenant: Tenant | None, msp: MSP | None) -> On:
    if tenant is not None and msp is None:
        return tenant
    if msp is not None and tenant is None:
        return msp
    raise Invalid("A role is held on a tenant or on an MSP.", code="role-on-what")


def _role(name: str) -> rights.Role:
    if name not in rights.ROLES:
        raise Invalid(
            "There is no such role.", code="unknown-role", todo=f"Roles: {', '.join(rights.ROLES)}."
        )
    return rights.ROLES[name]


def _record_role(actor: Actor, event: str, user: User, on: On, role: str) -> None:
    where = "tenant" if isinstance(on, Tenant) else "msp"
    record(actor, event, user, on, role=role, user_id=str(user.id), level=where)
