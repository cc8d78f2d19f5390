"""Making accounts, and letting people go."""

from typing import Any

from apps.access.models import Membership, MSPPermission, TenantPermission, User
from apps.access.selectors import direct_roles
from apps.access.services.acting import acting
from apps.access.services.guards import (
    hold_people_of,
    record,
    require_manager,
    require_own_people,
    require_somebody_else,
)
from apps.access.services.safeguards import kept
from apps.access.sides import On, msp_id_of
from apps.audit import services as audit
from apps.core.actor import Actor
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.tenants.models import Tenant


@acting
def create_user(
    *,
    actor: Actor,
    email: str,
    name: str,
    on: On,
    password: str | None = None,
    time_zone: str = "UTC",
) -> User:
    """Make an account at once, at the set-up of an installation; people are invited.

    on: the MSP or the tenant the person belongs to. Raises NotAllowed for anybody but the system:
    the answer tells whether an address has an account. Raises Conflict when it has.
    """
    _require_system(actor)
    if User.objects.filter(email__iexact=email.strip()).exists():
        raise Conflict("This e-mail address has an account already.", code="user-exists")
    user = User.objects.create_user(email, password, name=name, time_zone=time_zone)
    add_member(user=user, on=on)
    record(actor, "user.created", on, user.name, user_id=str(user.id))
    return user


@acting
def create_operator(*, actor: Actor, email: str, name: str, password: str) -> User:
    """Make the account of a platform operator, who belongs to nobody and sees no customer.

    Raises NotAllowed for anybody but the system, Conflict when the address has an account.
    """
    _require_system(actor)
    if User.objects.filter(email__iexact=email.strip()).exists():
        raise Conflict("This e-mail address has an account already.", code="user-exists")
    user = User.objects.create_user(email, password, name=name, is_operator=True)
    audit.record(
        actor=actor, event="operator.created", subject=user.name, data={"user_id": str(user.id)}
    )
    return user


def _require_system(actor: Actor) -> None:
    if actor.kind != "system":
        raise NotAllowed(
            "Accounts are not made by hand.",
            code="needs-invitation",
            safe="Nothing was changed.",
            todo="Invite the person.",
        )


def add_member(*, user: User, on: On) -> Membership:
    """Note whose side a person is on. Raises Conflict for one of the other side, or an operator."""
    refuse_two_sides(user, on)
    side: dict[str, Any] = {"tenant": on} if isinstance(on, Tenant) else {"msp": on}
    membership, _ = Membership.objects.get_or_create(user=user, **side)
    return membership


def refuse_two_sides(user: User, on: On) -> None:
    """Raise Conflict for somebody who must not join this side.

    Nobody speaks for a customer and for its MSP, or one person could give both approvals; and an
    operator belongs to nobody.
    """
    if isinstance(on, Tenant):
        others = Membership.objects.filter(user=user, msp=on.msp_id)
    else:
        others = Membership.objects.filter(user=user, tenant__msp=on)
    if user.is_operator or others.exists():
        raise Conflict(
            "This account cannot join here: it is on another side already.",
            code="other-side",
            safe="Nothing was changed.",
            todo="Use another account.",
        )


@acting
def remove_person(*, actor: Actor, user: User, on: On) -> None:
    """Let somebody of an MSP's staff or a customer's administrators go, with all roles there.

    The account is closed where it belongs to nobody else; the answer does not tell. Raises
    Conflict for the last who manages or could approve, Invalid, NotAllowed, NotFound.
    """
    hold_people_of(on)
    require_manager(actor, on)
    require_somebody_else(actor, user)
    if not memberships_on(user, on).exists():
        raise Invalid("This person does not belong here.", code="not-a-member")
    require_own_people(actor, user, on)
    before = direct_roles(user.pk, on)
    with kept(msp_id_of(on)):
        _take_everything(user, on)
    _close_if_alone(user)
    user.refresh_from_db()
    record(
        actor,
        "person.removed",
        on,
        user.name,
        before={"roles": before},
        after={"roles": []},
        user_id=str(user.id),
    )


def memberships_on(user: User, on: On) -> Any:
    """The person's memberships of exactly this tenant or MSP."""
    side: dict[str, Any] = {"tenant": on} if isinstance(on, Tenant) else {"msp": on}
    return Membership.objects.filter(user=user, **side)


def _take_everything(user: User, on: On) -> None:
    on_tenants = {"content_object": on} if isinstance(on, Tenant) else {"content_object__msp": on}
    TenantPermission.objects.filter(user=user, **on_tenants).delete()
    if not isinstance(on, Tenant):
        MSPPermission.objects.filter(user=user, content_object=on).delete()
    # Who leaves the MSP leaves its groups by the same deletion.
    memberships_on(user, on).delete()


def _close_if_alone(user: User) -> None:
    if not Membership.objects.filter(user=user).exists():
        User.objects.filter(pk=user.pk, is_operator=False).update(is_active=False)
