"""What every change of people and roles asks first, and how it is recorded."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from apps.access import mailboxes, rights, selectors
from apps.access.models import Membership, User
from apps.access.sides import On, msp_id_of, side_of
from apps.audit import services as audit
from apps.core import locks
from apps.core.actor import Actor
from apps.core.errors import Invalid, NotAllowed
from apps.core.scope import no_scope
from apps.tenants.choices import ApprovalsFrom
from apps.tenants.models import BackupPolicy, Tenant


def hold_people_of(on: On) -> None:
    """Let one change of an MSP's and its customers' people follow another until the commit."""
    locks.hold_in_transaction(locks.people(msp_id_of(on)))


def require_manager(actor: Actor, on: On) -> None:
    """Raise unless the actor may manage the people there (NotFound, NotAllowed)."""
    require(actor, rights.MANAGE_PEOPLE, on)


def require(actor: Actor, right: str, on: On) -> None:
    """Raise unless the actor has the right there (NotFound, NotAllowed)."""
    # The system itself sets up an installation; no request or job of a person's reaches here as it.
    if actor.kind == "system":
        return
    if isinstance(on, Tenant):
        rights.require(actor, right, on)
    else:
        rights.require_on_msp(actor, right, on)


def require_may_give(actor: Actor, names: Iterable[str], on: On) -> None:
    """Raise unless the actor himself holds there all that these roles allow.

    Invalid for an unknown role, NotAllowed for one that allows more than the actor may.
    """
    given = [role(name) for name in names]
    if actor.kind == "system" or actor.user_id is None:
        return
    if isinstance(on, Tenant):
        held = selectors.rights_on_tenant(actor.user_id, on, limits=actor.limits)
    else:
        held = selectors.rights_on_msp(actor.user_id, on)
    beyond = [one.label for one in given if not one.rights <= held]
    if beyond:
        raise NotAllowed(
            f"You do not hold what this gives: {', '.join(beyond)}.",
            code="more-than-held",
            safe="Nothing was changed.",
            todo="Ask a Tenant Manager who holds it too.",
        )


def role(name: str) -> rights.Role:
    """The role of this name. Raises Invalid."""
    if name not in rights.ROLES:
        raise Invalid(
            "There is no such role.", code="unknown-role", todo=f"Roles: {', '.join(rights.ROLES)}."
        )
    return rights.ROLES[name]


def require_somebody_else(actor: Actor, user: User) -> None:
    """Raise NotAllowed when the actor would change his own roles, in this account or another."""
    if actor.user_id is None:
        return
    if actor.user_id == user.pk or is_own_address(actor, user.email):
        raise own_roles()


def own_roles() -> NotAllowed:
    """The error for somebody who would change what he himself may do."""
    return NotAllowed(
        "Nobody changes his own roles.",
        code="own-role",
        safe="Nothing was changed.",
        todo="Ask another Tenant Manager.",
    )


def is_own_address(actor: Actor, email: str) -> bool:
    """Whether the address is one that the actor is known to have."""
    if actor.user_id is None:
        return False
    own = User.objects.filter(pk=actor.user_id).values_list("email", flat=True).first()
    return own is not None and mailboxes.is_same(own, email)


def require_member(user: User, on: On) -> None:
    """Raise Invalid unless the person belongs to the tenant or its MSP, or to the MSP."""
    sides = Q(tenant=on) | Q(msp=on.msp_id) if isinstance(on, Tenant) else Q(msp=on)
    if user.is_operator or not Membership.objects.filter(sides, user=user).exists():
        raise Invalid(
            "This person belongs neither to the customer nor to its MSP.", code="not-a-member"
        )


def require_own_people(actor: Actor, user: User, on: On) -> None:
    """Raise NotAllowed when the person is the other side's to manage.

    A customer's administrators manage the customer's own people. The MSP does too, until the
    customer demands a say in recoveries: then who speaks for the customer is the customer's alone
    to decide.
    """
    if isinstance(on, Tenant):
        require_may_manage_side(actor, on, side_of(user.pk, on))


def require_may_manage_side(actor: Actor, tenant: Tenant, side: str) -> None:
    """The same for people who are, or are to be, on a side of the tenant."""
    if actor.kind == "system" or side_of(actor.user_id, tenant) == side:
        return
    if side == "msp":
        message = "The people of the MSP are the MSP's to manage."
    elif customer_demands(tenant):
        message = "The customer demands a say in recoveries, so its people are its own to manage."
    else:
        return
    raise NotAllowed(
        message,
        code="other-side",
        safe="Nothing was changed.",
        todo="Ask a Tenant Manager of that side.",
    )


def customer_demands(tenant: Tenant) -> bool:
    """Whether the customer itself insists on a say in recoveries."""
    with no_scope("what a customer demands guards its people"):
        policies = BackupPolicy.objects.filter(tenant=tenant)
        return policies.exclude(approvals_demanded=ApprovalsFrom.ANY, approval_floor={}).exists()


def record(
    actor: Actor,
    event: str,
    on: On,
    subject: str,
    *,
    reason: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    **data: Any,
) -> None:
    """Record what was done, under the tenant or MSP it was done for."""
    audit.record(
        actor=actor,
        event=event,
        tenant_id=on.id if isinstance(on, Tenant) else None,
        msp_id=msp_id_of(on),
        subject=subject,
        reason=reason,
        data=data,
        before=before,
        after=after,
    )
