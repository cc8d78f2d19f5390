"""Accepting an invitation: with a new account here, with one's Entra account, or signed in."""

from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.forms import ValidationError
from guardian.shortcuts import assign_perm

from apps.access import selectors
from apps.access.models import EntraIdentity, Invitation, User
from apps.access.roles import MANAGE_PEOPLE
from apps.access.services import guards
from apps.access.services.accounts import add_member
from apps.access.services.acting import acting
from apps.access.services.safeguards import has_manager
from apps.access.sides import side_of
from apps.core import clock, digests
from apps.core.actor import Actor
from apps.core.errors import Conflict, Invalid, NotFound
from apps.core.languages.choosing import ENGLISH
from apps.core.scope import no_scope
from apps.core.time_zones import known_zones
from apps.tenants.choices import TenantState
from apps.tenants.models import Tenant

LONGEST_NAME = 200


def find_invitation(raw: str) -> Invitation | None:
    """The invitation with this secret in its link, if it can still be accepted.

    None for a link that is unknown, used, revoked or too old, and for one that its sender could
    no longer send: whoever lost a right gives it no more, through a link sent before either.
    """
    with no_scope("the holder of a link has no account yet"):
        invitation = (
            Invitation.objects.select_related("msp", "tenant__msp", "invited_by")
            .filter(
                digest=digests.sha256(raw.encode()),
                accepted_at__isnull=True,
                revoked_at__isnull=True,
                expires_at__gt=clock.now(),
            )
            .first()
        )
        return invitation if invitation and _is_backed(invitation) else None


@transaction.atomic
def accept_for_local(
    *,
    invitation: Invitation,
    name: str,
    password: str,
    time_zone: str = "UTC",
    language: str = ENGLISH,
    address: str = "",
    request_id: str = "",
) -> User:
    """Make the account that the invitation is for, or open a closed one of that address again.

    time_zone: as the browser names it; UTC for one that is none. language: the one in which the
    invitation was read. address: the network address it came from.

    Raises Conflict when the address has an account, whose holder then signs in and accepts
    (accept_signed_in), Invalid for a weak password or a link for Entra accounts, NotFound for a
    link that no longer works.
    """
    if not invitation.is_local:
        raise Invalid(
            "This invitation is for a Microsoft account.",
            code="needs-entra",
            todo="Choose to sign in with Microsoft.",
        )
    with no_scope("the holder of a link has no account yet"):
        _claim(invitation)
        user = _account(invitation, name)
        _check_password(password, user)
        user.set_password(password)
        user.time_zone, user.language = _known_zone(time_zone), language
        user.save()
        _join(invitation, user, user.as_actor(address=address, request_id=request_id))
    return user


@transaction.atomic
def accept_for_entra(
    *,
    invitation: Invitation,
    cloud: str,
    tid: UUID,
    oid: UUID,
    name: str,
    user: User | None = None,
    language: str = ENGLISH,
    address: str = "",
    request_id: str = "",
) -> User:
    """Bind the invitation to the Entra account that signed in, which from then on is the person.

    user: who is signed in here already and has the invitation's address, if anybody. address: the
    network address. Raises Conflict when the invited address has an account here and nobody is
    signed in, Invalid for an account of another tenant, NotFound for a link that no longer works.
    """
    if (invitation.entra_cloud, invitation.entra_tid) != (cloud, tid):
        raise Invalid(
            "This invitation is for accounts of another Entra tenant.",
            code="other-entra-tenant",
            safe="Nothing was changed.",
            todo="Sign in with an account of the organisation that was invited.",
        )
    identity = {"cloud": cloud, "entra_tenant_id": tid, "entra_object_id": oid}
    with no_scope("the holder of a link has no account yet"):
        _claim(invitation)
        known = EntraIdentity.objects.select_related("user").filter(**identity).first()
        person = known.user if known else _to_be_bound(invitation, name, user, language)
        if known is None:
            EntraIdentity.objects.create(user=person, **identity)
        elif not person.is_active:
            _open_again(person)
        _join(invitation, person, person.as_actor(address=address, request_id=request_id))
    return person


@acting
def accept_signed_in(*, actor: Actor, invitation: Invitation, user: User) -> None:
    """Take the invitation for the account one is signed in to: that of the address it went to.

    Raises Invalid for another account, or a link for Entra accounts, NotFound for a link that no
    longer works.
    """
    is_holder = user.email.lower() == invitation.email.lower() and actor.user_id == user.pk
    if not invitation.is_local or not is_holder or actor.limits is not None:
        raise Invalid(
            "This invitation is for another account.",
            code="other-account",
            safe="Nothing was changed.",
            todo="Sign out, and open the link again.",
        )
    with no_scope("somebody joins where he was not before"):
        _claim(invitation)
        _join(invitation, user, actor)


def _claim(invitation: Invitation) -> None:
    """Use the link up. Raises NotFound when it does not work any more."""
    guards.hold_people_of(invitation.on)
    waiting = Invitation.objects.filter(
        pk=invitation.pk,
        digest=bytes(invitation.digest),
        accepted_at__isnull=True,
        revoked_at__isnull=True,
        expires_at__gt=clock.now(),
    )
    if not _is_backed(invitation) or not waiting.update(accepted_at=clock.now()):
        raise NotFound(
            "This invitation does not work any more.",
            code="invitation-over",
            safe="Nothing was changed.",
            todo="Ask for a new one.",
        )


def _is_backed(invitation: Invitation) -> bool:
    """Whether whoever sent it could still send it."""
    on = invitation.on
    if isinstance(on, Tenant) and on.state == TenantState.REMOVED:
        return False
    if invitation.onboards:
        return invitation.msp_id is not None and not has_manager(invitation.msp_id)
    sender = invitation.invited_by
    if sender is None:
        # The system's own, at the set-up; a sender's account is closed, never deleted.
        return True
    if isinstance(on, Tenant):
        held = selectors.rights_on_tenant(sender.pk, on)
        if side_of(sender.pk, on) == "msp" and guards.customer_demands(on):
            return False
    else:
        held = selectors.rights_on_msp(sender.pk, on)
    given = [guards.role(name).rights for name in invitation.roles]
    return MANAGE_PEOPLE in held and all(one <= held for one in given)


def _account(invitation: Invitation, name: str) -> User:
    user = User.objects.filter(email__iexact=invitation.email).first()
    if user is None:
        return User(email=invitation.email, name=_name(name))
    if user.is_active:
        raise _has_account()
    user.name, user.is_active = _name(name), True
    return user


def _to_be_bound(invitation: Invitation, name: str, user: User | None, language: str) -> User:
    """The account that the Entra identity is bound to."""
    taken = User.objects.filter(email__iexact=invitation.email).first()
    if taken is None:
        return User.objects.create_user(invitation.email, None, name=_name(name), language=language)
    if not taken.is_active:
        _open_again(taken)
        return taken
    if user is None or user.pk != taken.pk:
        raise _has_account()
    return taken


def _open_again(user: User) -> None:
    user.is_active = True
    user.set_unusable_password()
    user.save()


def _has_account() -> Conflict:
    return Conflict(
        "You have an account with this address already.",
        code="has-account",
        safe="The invitation is still good.",
        todo="Sign in to it, and open the link again.",
    )


def _join(invitation: Invitation, user: User, actor: Actor) -> None:
    if invitation.invited_by_id == user.pk:
        raise guards.own_roles()
    on = invitation.on
    add_member(user=user, on=on)
    for name in invitation.roles:
        assign_perm(guards.role(name).permission, user, on)
    Invitation.objects.filter(pk=invitation.pk).update(accepted_by=user)
    guards.record(
        actor,
        "invitation.accepted",
        on,
        user.name,
        after={"roles": invitation.roles},
        user_id=str(user.pk),
        sign_in="local" if invitation.is_local else "entra",
    )


def _name(name: str) -> str:
    name = " ".join(name.split())[:LONGEST_NAME]
    if not name:
        raise Invalid("Enter your name.", code="no-name")
    return name


def _known_zone(name: str) -> str:
    return name if name in known_zones() else "UTC"


def _check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid(" ".join(error.messages), code="weak-password") from None
