"""Inviting people to an MSP's staff or a customer's administrators."""

import secrets
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from apps.access import mailboxes, roles
from apps.access.models import Invitation, Membership, User
from apps.access.services import guards
from apps.access.services.acting import acting
from apps.access.services.invitation_mail import send_invitation_mail
from apps.access.sides import On
from apps.core import clock, digests
from apps.core.actor import Actor
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.core.scope import no_scope
from apps.tenants import services as tenants
from apps.tenants.models import MSP, Tenant

LIFETIME: Final = timedelta(days=7)
# Waiting at one MSP or tenant: enough for everybody, too few to send mail in bulk.
MOST_WAITING: Final = 200
# Between two mails for the same invitation.
RESENT_AFTER: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Link:
    """An invitation with its link, which nobody can make again: only a digest is kept."""

    invitation: Invitation
    url: str


@acting
def invite(
    *,
    actor: Actor,
    email: str,
    roles: Iterable[str],
    on: On,
    entra: bool = False,
) -> Invitation:
    """Invite somebody by mail; the link works once, for a week.

    entra: whether an account of the MSP's or the customer's own Entra tenant must sign in;
    otherwise the person gets an account of our own, bound to the address. Whether the address has
    an account elsewhere makes no difference here. The actor must manage people there, hold what
    the roles allow, and be somebody else. Raises Conflict when the address belongs here or waits
    already, Invalid, NotAllowed, NotFound.
    """
    wanted = sorted(set(roles))
    guards.hold_people_of(on)
    guards.require_manager(actor, on)
    if isinstance(on, Tenant):
        guards.require_may_manage_side(actor, on, "customer")
    guards.require_may_give(actor, wanted, on)
    address = _address(actor, email, on)
    _require_some(wanted)
    invitation = Invitation(
        **_side(on),
        email=address,
        **(_home(on) if entra else {}),
        roles=wanted,
        invited_by_id=actor.user_id,
    )
    _give_out(actor, invitation)
    guards.record(actor, "person.invited", on, address, after={"roles": wanted}, **_how(invitation))
    return invitation


@acting
def onboard_msp(*, actor: Actor, name: str, email: str) -> Link:
    """Create an MSP and invite the first person to run it, with every role.

    For platform operators and whoever installs. Raises Conflict when an MSP has the name,
    Invalid, NotAllowed for anybody else and for an operator who would invite himself.
    """
    _require_operator(actor)
    with no_scope("an MSP is made that nobody reaches yet"):
        return _onboard(actor, name, email)


def _onboard(actor: Actor, name: str, email: str) -> Link:
    address = mailboxes.cleaned(email)
    if actor.is_person and guards.is_own_address(actor, address):
        raise guards.own_roles()
    name = " ".join(name.split())
    if not 0 < len(name) <= 200:
        raise Invalid("An MSP needs a name of at most 200 characters.", code="msp-name")
    msp = tenants.create_msp(actor=actor, name=name)
    invitation = Invitation(
        msp=msp,
        email=address,
        roles=sorted(roles.OWNER_ROLES),
        onboards=True,
        invited_by_id=actor.user_id,
    )
    link = _give_out(actor, invitation)
    said = {"roles": invitation.roles}
    guards.record(actor, "person.invited", msp, address, after=said, **_how(invitation))
    return link


@acting
def resend_invitation(*, actor: Actor, invitation: Invitation) -> Link:
    """Send a fresh link for a week; the one before stops working.

    Raises Conflict when it was accepted or revoked, or was sent a moment ago, Invalid,
    NotAllowed, NotFound.
    """
    _require_may_change(actor, invitation)
    guards.require_may_give(actor, () if invitation.onboards else invitation.roles, invitation.on)
    _require_open(invitation)
    if invitation.sent_at > clock.now() - RESENT_AFTER:
        raise Conflict(
            "It was sent a moment ago.", code="sent-just-now", todo="Wait a minute first."
        )
    # Whoever sends it answers for it from now on.
    if not invitation.onboards:
        invitation.invited_by_id = actor.user_id
    with _reaching(invitation):
        link = _give_out(actor, invitation)
    guards.record(actor, "invitation.resent", invitation.on, invitation.email, **_how(invitation))
    return link


@acting
def revoke_invitation(*, actor: Actor, invitation: Invitation) -> None:
    """Make an invitation's link worthless. Raises Conflict when it was accepted or revoked."""
    _require_may_change(actor, invitation)
    with _reaching(invitation):
        still_open = Invitation.objects.filter(
            pk=invitation.pk, accepted_at__isnull=True, revoked_at__isnull=True
        )
        if not still_open.update(revoked_at=clock.now()):
            raise _settled()
        invitation.refresh_from_db()
    guards.record(actor, "invitation.revoked", invitation.on, invitation.email, **_how(invitation))


def _require_may_change(actor: Actor, invitation: Invitation) -> None:
    guards.hold_people_of(invitation.on)
    if invitation.onboards and _is_operator(actor):
        return
    guards.require_manager(actor, invitation.on)
    if invitation.tenant is not None:
        guards.require_may_manage_side(actor, invitation.tenant, "customer")


def _require_operator(actor: Actor) -> None:
    if actor.kind == "system" or _is_operator(actor):
        return
    raise NotAllowed(
        "Only a platform operator takes an MSP in.",
        code="needs-operator",
        safe="Nothing was changed.",
    )


def _is_operator(actor: Actor) -> bool:
    if actor.user_id is None or actor.limits is not None:
        return False
    operators = User.objects.filter(is_operator=True, is_active=True)
    return operators.filter(pk=actor.user_id).exists()


def _address(actor: Actor, email: str, on: On) -> str:
    address = mailboxes.cleaned(email)
    if actor.is_person and guards.is_own_address(actor, address):
        raise guards.own_roles()
    if Membership.objects.filter(**_side(on), user__email__iexact=address).exists():
        raise Conflict("This person belongs here already.", code="already-here")
    waiting = Invitation.objects.filter(
        **_side(on), accepted_at=None, revoked_at=None, expires_at__gt=clock.now()
    )
    if waiting.filter(email__iexact=address).exists():
        raise Conflict(
            "This person is invited already.", code="invited-already", todo="Send the link again."
        )
    if waiting.count() >= MOST_WAITING:
        raise Conflict(
            f"{MOST_WAITING} invitations are waiting here.",
            code="too-many-invitations",
            todo="Revoke some first.",
        )
    return address


def _home(on: On) -> dict[str, Any]:
    """The Entra tenant that people of this side sign in from: their own, and no other."""
    cloud, tid = (on.cloud, on.entra_id) if isinstance(on, Tenant) else _of_msp(on)
    if not cloud or tid is None:
        raise Invalid(
            "It is not known yet which Entra tenant these people sign in from.",
            code="no-entra-tenant",
            safe="Nobody was invited.",
            todo="Invite to an account of Holdfast's own, or set up sign-in with Microsoft first.",
        )
    return {"entra_cloud": cloud, "entra_tid": tid}


def _of_msp(msp: MSP) -> tuple[str, UUID | None]:
    return msp.entra_cloud, msp.entra_tenant_id


def _require_some(wanted: list[str]) -> None:
    if not wanted:
        raise Invalid("Choose at least one role.", code="no-role", safe="Nobody was invited.")


def _require_open(invitation: Invitation) -> None:
    with _reaching(invitation):
        invitation.refresh_from_db(fields=["accepted_at", "revoked_at", "sent_at"])
    if invitation.accepted_at or invitation.revoked_at:
        raise _settled()


def _reaching(invitation: Invitation) -> AbstractContextManager[None]:
    """An operator reaches no MSP; of one that he takes in he changes the invitation alone."""
    if invitation.onboards:
        return no_scope("the invitation of an MSP that is taken in")
    return nullcontext()


def _settled() -> Conflict:
    return Conflict("It was accepted or revoked already.", code="invitation-settled")


def _give_out(actor: Actor, invitation: Invitation) -> Link:
    """Give the invitation a new secret, for a week, and mail the link."""
    raw = secrets.token_urlsafe(32)
    invitation.digest = digests.sha256(raw.encode())
    invitation.sent_at = clock.now()
    invitation.expires_at = invitation.sent_at + LIFETIME
    invitation.save()
    path = reverse("portal:open-invitation", args=[raw])
    link = Link(invitation, f"{settings.HOLDFAST_BASE_URL}{path}")
    send_invitation_mail(actor, link.invitation, link.url)
    return link


def _side(on: On) -> dict[str, Any]:
    return {"tenant": on} if isinstance(on, Tenant) else {"msp": on}


def _how(invitation: Invitation) -> dict[str, Any]:
    return {"sign_in": "local" if invitation.is_local else "entra"}
