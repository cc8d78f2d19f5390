"""What changes people and their roles."""

from django.db import transaction
from django.db.models import Q
from guardian.shortcuts import assign_perm, remove_perm

from apps.access import rights
from apps.access.models import Membership, User
from apps.audit import services as audit
from apps.core.actor import Actor
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.tenants.models import MSP, Tenant

On = Tenant | MSP


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
    _require_manager(actor, on)
    if User.objects.filter(email__iexact=email.strip()).exists():
        raise Conflict("This e-mail address has an account already.", code="user-exists")
    user = User.objects.create_user(email, password, name=name, time_zone=time_zone)
    add_member(user=user, on=on)
    _record(actor, "user.created", user, on, user_id=str(user.id))
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
    _require_manager(actor, on)
    _require_member(user, on)
    _refuse_belongs_elsewhere(user, on)
    if User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
        _record(actor, "user.deactivated", user, on, user_id=str(user.id))
    user.refresh_from_db()


@transaction.atomic
def grant_role(
    *, actor: Actor, user: User, role: str, tenant: Tenant | None = None, msp: MSP | None = None
) -> None:
    """Give a person a role on a tenant, or on an MSP and so on all its tenants.

    The actor must be Tenant Manager there and somebody else; the person must belong to the
    tenant or its MSP. Raises Invalid, NotAllowed, NotFound.
    """
    on = _one_of(tenant, msp)
    _require_may_change(actor, user, on)
    _require_member(user, on)
    assign_perm(_role(role).permission, user, on)
    _record_role(actor, "role.granted", user, on, role)


@transaction.atomic
def revoke_role(
    *, actor: Actor, user: User, role: str, tenant: Tenant | None = None, msp: MSP | None = None
) -> None:
    """Take a role from a person. Raises Invalid, NotAllowed, NotFound."""
    on = _one_of(tenant, msp)
    _require_may_change(actor, user, on)
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


def _require_may_change(actor: Actor, user: User, on: On) -> None:
    _require_manager(actor, on)
    if actor.user_id == user.pk:
        raise NotAllowed(
            "Nobody changes his own roles.",
            code="own-role",
            safe="Nothing was changed.",
            todo="Ask another Tenant Manager.",
        )


def _require_manager(actor: Actor, on: On) -> None:
    # The system itself sets up an installation; no request or job of a person's reaches here as it.
    if actor.kind == "system":
        return
    if isinstance(on, Tenant):
        rights.require(actor, rights.MANAGE_TENANT, on)
    else:
        rights.require_on_msp(actor, rights.MANAGE_TENANT, on)


def _require_member(user: User, on: On) -> None:
    if isinstance(on, Tenant):
        belongs = Membership.objects.filter(user=user, tenant=on) | Membership.objects.filter(
            user=user, msp=on.msp_id
        )
    else:
        belongs = Membership.objects.filter(user=user, msp=on)
    if not belongs.exists():
        raise Invalid(
            "This person belongs neither to the customer nor to its MSP.", code="not-a-member"
        )


def _refuse_belongs_elsewhere(user: User, on: On) -> None:
    here = Q(tenant=on) if isinstance(on, Tenant) else Q(msp=on) | Q(tenant__msp=on)
    if Membership.objects.filter(~here, user=user).exists():
        raise Invalid(
            "This person belongs to others too, so the account cannot be closed from here.",
            code="belongs-elsewhere",
            safe="Nothing was changed.",
            todo="Revoke the person's roles instead.",
        )


def _record_role(actor: Actor, event: str, user: User, on: On, role: str) -> None:
    where = "tenant" if isinstance(on, Tenant) else "msp"
    _record(actor, event, user, on, role=role, user_id=str(user.id), level=where)


def _record(actor: Actor, event: str, user: User, on: On, **data: str) -> None:
    audit.record(
        actor=actor,
        event=event,
        tenant_id=on.id if isinstance(on, Tenant) else None,
        msp_id=on.msp_id if isinstance(on, Tenant) else on.id,
        subject=user.name,
        data=data,
    )
