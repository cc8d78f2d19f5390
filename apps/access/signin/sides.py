"""Who is on a side, and telling them what changed about how they sign in."""

from collections.abc import Iterable

from apps.access import rights
from apps.access.models import Membership, MSPSignIn, TenantSignIn, User
from apps.access.people_selectors import managers_of
from apps.access.sides import On
from apps.access.signals import mail_wanted
from apps.core.actor import Actor
from apps.core.scope import no_scope
from apps.tenants.models import Tenant


def require_may_manage(actor: Actor, side: On) -> None:
    """Raise unless the actor may say how the side's people sign in (NotFound, NotAllowed)."""
    if isinstance(side, Tenant):
        rights.require(actor, rights.MANAGE_SIGN_IN, side)
    else:
        rights.require_on_msp(actor, rights.MANAGE_SIGN_IN, side)


def people_of(side: On) -> list[User]:
    """The side's own people whose accounts are open, by name."""
    on = {"tenant": side} if isinstance(side, Tenant) else {"msp": side}
    with no_scope("a side's people, for how they sign in"):
        rows = Membership.objects.filter(user__is_active=True, **on).select_related("user")
        return [row.user for row in rows.order_by("user__name", "user_id")]


def tell_both(side: On, *, subject: str, text: str) -> None:
    """Mail the side's own people and whoever manages people there, of the other side too."""
    with no_scope("both sides are told"):
        told = {user.pk: user for user in (*people_of(side), *managers_of(side))}
    _mail(told.values(), subject=subject, text=text)


def saved_policy(side: On) -> TenantSignIn | MSPSignIn:
    """The side's policy, locked until the transaction ends; made when there is none."""
    if isinstance(side, Tenant):
        TenantSignIn.objects.get_or_create(tenant=side)
        return TenantSignIn.objects.select_for_update().get(tenant=side)
    MSPSignIn.objects.get_or_create(msp=side)
    return MSPSignIn.objects.select_for_update().get(msp=side)


def _mail(people: Iterable[User], *, subject: str, text: str) -> None:
    for user in people:
        mail_wanted.send(
            sender=User, to=user.email, subject=subject, text=text, language=user.language
        )
