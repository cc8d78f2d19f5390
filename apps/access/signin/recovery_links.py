"""Recovery links: with a second person's word somebody sets up his sign-in anew.

For who lost every factor, and for who could only sign in through an Entra that is off. The second
person gets the link once and hands it over himself, because the mail may be what does not work.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.forms import ValidationError
from django.utils.translation import gettext, gettext_noop

from apps.access.models import KnownDevice, Membership, RecoveryLink, User
from apps.access.services.guards import (
    hold_people_of,
    require_may_manage_side,
    require_somebody_else,
)
from apps.access.sides import On, side_of
from apps.access.signals import mail_wanted
from apps.access.signin import policies, sessions, trail
from apps.access.signin.sides import require_may_manage
from apps.core import clock, digests
from apps.core.actor import Actor
from apps.core.errors import Conflict, Invalid, NotAllowed, NotFound
from apps.core.languages import choosing
from apps.core.scope import no_scope
from apps.tenants.models import Tenant

LIFETIME = timedelta(hours=1)
# How long who vouched for an account is not a second person beside it.
TIED = timedelta(days=30)
PATH = "/accounts/recover/"
_MAIL = gettext_noop("""\
Hello {name},

{who} made a link by which you can set a new password and a new second factor for your Holdfast
account, and hands it to you in person:

  {reason}

If you did not ask for that, tell the other managers of your organisation at once.
""")


@dataclass(frozen=True, slots=True)
class Link:
    """url: to be handed over; it works once, until expires_at."""

    url: str
    expires_at: datetime


@transaction.atomic
def issue(*, actor: Actor, side: On, user: User, reason: str) -> Link:
    """Make a link for one of the side's own people; links made for him before stop working.

    The actor is a Tenant Manager and somebody else; where the customer demands a say in recoveries,
    one of the customer's own for the customer's people. Raises Conflict, Invalid, NotAllowed,
    NotFound.
    """
    require_may_manage(actor, side)
    if actor.user_id is None:
        raise NotAllowed("Only a person can vouch for another.", code="needs-a-person")
    if not reason.strip():
        raise Invalid("Say why.", code="no-reason", safe="Nothing was changed.")
    raw, now = secrets.token_urlsafe(32), clock.now()
    with no_scope("one person vouches for another of the same side"):
        hold_people_of(side)
        require_somebody_else(actor, user)
        _require_on(side, user)
        if isinstance(side, Tenant):
            require_may_manage_side(actor, side, side_of(user.pk, side))
    RecoveryLink.objects.filter(user=user, used_at=None, expires_at__gt=now).update(expires_at=now)
    RecoveryLink.objects.create(
        user=user,
        issued_by_id=actor.user_id,
        digest=digests.sha256(raw.encode()),
        expires_at=now + LIFETIME,
    )
    trail.record_by(actor, user, "recovery_link.issued", reason=reason)
    with choosing.reading(user.language):
        text = gettext(_MAIL).format(name=user.name, who=actor.name, reason=reason.strip())
        subject = gettext("A link to your Holdfast account")
    mail_wanted.send(sender=RecoveryLink, to=user.email, subject=subject, text=text)
    return Link(f"{str(settings.HOLDFAST_BASE_URL).rstrip('/')}{PATH}{raw}/", now + LIFETIME)


def find(raw: str) -> RecoveryLink:
    """The link with this secret, still good. Raises NotFound."""
    found = (
        RecoveryLink.objects.select_related("user")
        .filter(
            digest=digests.sha256(raw.encode()),
            used_at=None,
            expires_at__gt=clock.now(),
            user__is_active=True,
        )
        .first()
    )
    if found is None:
        raise NotFound(
            "This link does not work any more.",
            code="recovery-link-over",
            safe="Nothing was changed.",
            todo="Ask for a new one: each works once, for an hour.",
        )
    return found


@transaction.atomic
def use(*, raw: str, password: str, address: str = "", request_id: str = "") -> User:
    """Set the password; what was known of the person's factors and devices is forgotten.

    At the first sign-in he is led to set up a second factor. Raises Conflict when local sign-in is
    off for him, Invalid for a weak password, NotFound.
    """
    link = find(raw)
    user = link.user
    if not policies.allows_local(user):
        raise Conflict(
            "Your organisation wants you to sign in with Microsoft.",
            code="local-off",
            safe="Nothing was changed.",
            todo="Ask for the emergency mode if Microsoft does not work.",
        )
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid(" ".join(error.messages), code="weak-password") from None
    spent = RecoveryLink.objects.filter(pk=link.pk, used_at=None).update(used_at=clock.now())
    if spent != 1:
        raise NotFound("This link does not work any more.", code="recovery-link-over")
    user.set_password(password)
    user.save(update_fields=["password"])
    Authenticator.objects.filter(user=user).delete()
    KnownDevice.objects.filter(user=user).delete()
    sessions.end_all(user)
    actor = user.as_actor(address=address, request_id=request_id)
    trail.record_by(actor, user, "recovery_link.used")
    return user


def _require_on(side: On, user: User) -> None:
    on = {"tenant": side} if isinstance(side, Tenant) else {"msp": side}
    if not user.is_active or not Membership.objects.filter(user=user, **on).exists():
        raise NotFound("There is no such person here.", code="not-a-member")


def refuse_tied(actor: Actor, other: UUID, *, safe: str, todo: str) -> None:
    """Raise NotAllowed when `other` made a link in the last 30 days with which the actor's account
    was set up anew.

    Then the two may be one person: whoever has such a link can use it himself. One query.
    """
    if actor.user_id is None:
        return
    links = RecoveryLink.objects.filter(user_id=actor.user_id, issued_by_id=other)
    if links.filter(used_at__gt=clock.now() - TIED).exists():
        raise NotAllowed(
            "Your account was set up anew by a link of the person who asked, so it does not count "
            "as a second one for 30 days.",
            code="tied-account",
            safe=safe,
            todo=todo,
        )
