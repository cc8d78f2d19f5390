"""Making and closing accounts."""

from django.db import transaction
from django.db.models import Q

from apps.access.models import Membership, User
from apps.access.services.guards import On, record, require_manager, require_member
from apps.core.actor import Actor
from apps.core.errors import Conflict, Invalid
from apps.tenants.models import Tenant


@transaction.atomic
def create_user(
    *,
    actor: Actor,
    email: str,
    name: str,
    on: On,
    password: str | None = None,
    time_zone: str = "UTC",
) -> User:
    """Make an account for somebody of an MSP's staff or a customer's administrators.

    on: the MSP or the tenant he belongs to; the actor must be Tenant Manager there.
    Raises Conflict when the e-mail address has an account, NotAllowed, NotFound.
    """
    require_manager(actor, on)
    if User.objects.filter(email__iexact=email.strip()).exists():
        raise Conflict("This e-mail address has an account already.", code="user-exists")
    user = User.objects.create_user(email, password, name=name, time_zone=time_zone)
    add_member(user=user, on=on)
    record(actor, "user.created", user, on, user_id=str(user.id))
    return user


def add_member(*, user: User, on: On) -> Membership:
    """Note whose side a person is on."""
    side = {"tenant": on} if isinstance(on, Tenant) else {"msp": on}
    membership, _ = Membership.objects.get_or_create(user=user, **side)
    return membership


@transaction.atomic
def deactivate_user(*, actor: Actor, user: User, on: On) -> None:
    """Close an account: its holder has no right anywhere from now on.

    Only where its holder belongs to nobody else; otherwise roles are revoked one by one.
    Raises Invalid, NotAllowed, NotFound.
    """
    require_manager(actor, on)
    require_member(user, on)
    _refuse_belongs_elsewhere(user, on)
    if User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
        record(actor, "user.deactivated", user, on, user_id=str(user.id))
    user.refresh_from_db()


def _refuse_belongs_elsewhere(user: User, on: On) -> None:
    here = Q(tenant=on) if isinstance(on, Tenant) else Q(msp=on) | Q(tenant__msp=on)
    if Membership.objects.filter(~here, user=user).exists():
        raise Invalid(
            "This person belongs to others too, so the account cannot be closed from here.",
            code="belongs-elsewhere",
            safe="Nothing was changed.",
            todo="Revoke the person's roles instead.",
        )
