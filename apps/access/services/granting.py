"""Giving and taking roles."""

from collections.abc import Iterable
from typing import Any

from guardian.shortcuts import assign_perm, remove_perm

from apps.access.models import User
from apps.access.selectors import direct_roles
from apps.access.services import guards
from apps.access.services.acting import acting
from apps.access.services.safeguards import kept
from apps.access.sides import On, msp_id_of
from apps.core.actor import Actor
from apps.core.errors import Invalid
from apps.tenants.models import MSP, Tenant


@acting
def grant_role(
    *, actor: Actor, user: User, role: str, tenant: Tenant | None = None, msp: MSP | None = None
) -> None:
    """Give a person a role on a tenant, or on an MSP and so on all its tenants.

    The actor must manage people there, hold himself what the role allows, and be somebody else;
    the person must belong to the tenant or its MSP. Raises Invalid, NotAllowed, NotFound.
    """
    on = _one_of(tenant, msp)
    _require_may_change(actor, user, on)
    guards.require_member(user, on)
    guards.require_own_people(actor, user, on)
    guards.require_may_give(actor, [role], on)
    before = direct_roles(user.pk, on)
    if role in before:
        return
    assign_perm(guards.role(role).permission, user, on)
    _record(actor, "role.granted", user, on, role, before)


@acting
def revoke_role(
    *, actor: Actor, user: User, role: str, tenant: Tenant | None = None, msp: MSP | None = None
) -> None:
    """Take a role from a person.

    Raises Conflict for the last who manages or could approve, Invalid, NotAllowed, NotFound.
    """
    on = _one_of(tenant, msp)
    _require_may_change(actor, user, on)
    guards.require_own_people(actor, user, on)
    permission = guards.role(role).permission
    before = direct_roles(user.pk, on)
    if role not in before:
        return
    with kept(msp_id_of(on)):
        remove_perm(permission, user, on)
    _record(actor, "role.revoked", user, on, role, before)


@acting
def set_roles(*, actor: Actor, user: User, roles: Iterable[str], on: On) -> None:
    """Make these the person's own roles on a tenant or MSP: give what is new, take the rest.

    Raises what grant_role and revoke_role raise; then nothing was changed.
    """
    side: dict[str, Any] = {"tenant": on} if isinstance(on, Tenant) else {"msp": on}
    wanted, present = set(roles), set(direct_roles(user.pk, on))
    for role in sorted(wanted - present):
        grant_role(actor=actor, user=user, role=role, **side)
    for role in sorted(present - wanted):
        revoke_role(actor=actor, user=user, role=role, **side)


def _require_may_change(actor: Actor, user: User, on: On) -> None:
    guards.hold_people_of(on)
    guards.require_manager(actor, on)
    guards.require_somebody_else(actor, user)


def _one_of(tenant: Tenant | None, msp: MSP | None) -> On:
    if tenant is not None and msp is None:
        return tenant
    if msp is not None and tenant is None:
        return msp
    raise Invalid("A role is held on a tenant or on an MSP.", code="role-on-what")


def _record(actor: Actor, event: str, user: User, on: On, role: str, before: list[str]) -> None:
    guards.record(
        actor,
        event,
        on,
        user.name,
        before={"roles": before},
        after={"roles": direct_roles(user.pk, on)},
        role=role,
        user_id=str(user.id),
        level="tenant" if isinstance(on, Tenant) else "msp",
    )
