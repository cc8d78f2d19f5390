"""Somebody has come back from Entra: he is signed in, linked, or has proved who he is.

An identity opens the account that it was linked to, and no other: names and addresses of Entra's
are not looked at, because whoever runs a tenant can write them.
https://learn.microsoft.com/entra/identity-platform/claims-validation
"""

from uuid import UUID

from allauth.account.adapter import get_adapter
from allauth.account.signals import user_logged_in
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from apps.access.models import EntraIdentity, User
from apps.access.rights import MANAGE_SIGN_IN, require_on_msp
from apps.access.selectors import access_msp
from apps.access.services.accepting import accept_for_entra, find_invitation
from apps.access.signin import devices, factors, policies, sessions, step_up, trail
from apps.access.signin.entra.flow import Trip
from apps.access.signin.entra.id_tokens import Identity
from apps.access.signin.entra.mapping import apply_mappings
from apps.access.signin.requests import actor_of, address_of
from apps.audit import services as audit
from apps.core import clock
from apps.core.errors import Conflict, Invalid, NotAllowed, NotFound
from apps.core.languages.choosing import language_now

# Directory roles whose holder speaks for his tenant: Global Administrator and Privileged Role
# Administrator. https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference
_SPEAKING_FOR_A_TENANT = frozenset(
    {"62e90394-69f5-4237-9190-012177145e10", "e8611ab8-c189-46e8-94e1-60213ab1f814"}
)
# How much earlier than our question Entra's clock may put the person's answer, in seconds.
_LEEWAY = 120


def arrive(request: HttpRequest, trip: Trip, identity: Identity) -> HttpResponse:
    """Do what the trip was for; the answer leads on. Raises Conflict, Invalid, NotAllowed."""
    if trip.purpose == "sign-in":
        return _sign_in(request, trip, identity)
    _require_same_person(request, trip)
    if trip.purpose == "confirm":
        _confirm(request, trip, identity)
    elif trip.purpose == "link":
        _link(request, identity)
    else:
        _prove_msp(request, UUID(trip.subject), identity)
    return HttpResponseRedirect(step_up.safe_path(trip.back) or "/")


def _sign_in(request: HttpRequest, trip: Trip, identity: Identity) -> HttpResponse:
    # What is refused is recorded too, so not all of this is one transaction.
    user = _accept(request, trip, identity) if trip.invitation else _known(request, identity)
    _require_open(request, user, identity)
    return _enter(request, trip, user, identity)


@transaction.atomic
def _enter(request: HttpRequest, trip: Trip, user: User, identity: Identity) -> HttpResponse:
    get_adapter().login(request, user)
    response = HttpResponseRedirect(step_up.safe_path(trip.back) or "/")
    _begin_session(request, user, identity)
    user_logged_in.send(sender=User, request=request, response=response, user=user)
    UserSession.objects.filter(session_key=request.session.session_key).update(
        data={"through": "entra", "cloud": identity.cloud, "tenant": str(identity.tenant_id)}
    )
    _row(identity).update(last_used_at=clock.now())
    apply_mappings(request, user, identity)
    devices.remember(request, response, user)
    trail.record(request, user, "sign_in.succeeded", method="entra")
    return response


def _accept(request: HttpRequest, trip: Trip, identity: Identity) -> User:
    """The person who came with an invitation; his Entra account is bound to it now."""
    invitation = find_invitation(trip.invitation)
    if invitation is None:
        raise NotFound(
            "This invitation does not work any more.",
            code="invitation-over",
            safe="Nothing was changed.",
            todo="Ask for a new one.",
        )
    signed_in = request.user if isinstance(request.user, User) else None
    return accept_for_entra(
        invitation=invitation,
        cloud=identity.cloud,
        tid=identity.tenant_id,
        oid=identity.object_id,
        name=identity.name,
        user=signed_in,
        language=language_now(),
        address=address_of(request),
        request_id=getattr(request, "request_id", ""),
    )


def _known(request: HttpRequest, identity: Identity) -> User:
    """The person whose identity it is. Raises NotAllowed for one that nobody has invited."""
    known = _row(identity).select_related("user").first()
    if known is None or not known.user.is_active:
        trail.record_failure(
            request, known.user if known else None, "sign_in.failed", method="entra-unknown"
        )
        raise NotAllowed(
            "Nobody has invited this Microsoft account to Holdfast.",
            code="not-invited",
            safe="You were not signed in.",
            todo="Open the link of your invitation, or ask for one.",
        )
    return known.user


def _require_open(request: HttpRequest, user: User, identity: Identity) -> None:
    is_open = policies.allows_entra(user, cloud=identity.cloud, entra_tenant_id=identity.tenant_id)
    if not is_open:
        trail.record_failure(request, user, "sign_in.failed", method="entra-is-off")
        raise NotAllowed(
            "Signing in with Microsoft is switched off for your organisation.",
            code="entra-off",
            safe="You were not signed in.",
            todo="Use a passkey, or your password and second factor.",
        )


def _begin_session(request: HttpRequest, user: User, identity: Identity) -> None:
    has_factor = factors.has_second_factor(user)
    sessions.begin(request.session, through="entra", confirmed=False, has_factor=has_factor)
    request.session[sessions.ENTRA_IDENTITY] = _name_of(identity)
    if identity.auth_time is not None:
        proved_at = min(float(identity.auth_time), clock.now().timestamp())
        request.session[sessions.CONFIRMED_AT] = proved_at


@transaction.atomic
def _confirm(request: HttpRequest, trip: Trip, identity: Identity) -> None:
    """He proved who he is after we asked, as the one who he signed in as."""
    if request.session.get(sessions.ENTRA_IDENTITY) != _name_of(identity):
        raise Invalid(
            "You came back as somebody else than you are signed in as.",
            code="other-identity",
            safe="Nothing was done.",
            todo="Choose your own account at Microsoft.",
        )
    if identity.auth_time is None or identity.auth_time < trip.began_at - _LEEWAY:
        raise Invalid(
            "Microsoft did not ask you to prove who you are.",
            code="no-fresh-proof",
            safe="Nothing was done.",
            todo="Try again; if it stays, the application's token lacks the claim auth_time.",
        )
    step_up.confirm(request)
    user = _person(request)
    trail.record(request, user, "identity.confirmed", method="entra")


def _link(request: HttpRequest, identity: Identity) -> None:
    """Let the person sign in with this identity from now on."""
    user = _person(request)
    _require_recent(request)
    _require_open(request, user, identity)
    known = _row(identity).first()
    if known is not None and known.user_id != user.pk:
        raise Conflict("This Microsoft account belongs to another account.", code="identity-taken")
    if known is None:
        _bind(request, user, identity)


@transaction.atomic
def _bind(request: HttpRequest, user: User, identity: Identity) -> None:
    EntraIdentity.objects.filter(
        user=user, cloud=identity.cloud, entra_tenant_id=identity.tenant_id
    ).delete()
    EntraIdentity.objects.create(
        user=user,
        cloud=identity.cloud,
        entra_tenant_id=identity.tenant_id,
        entra_object_id=identity.object_id,
    )
    trail.record(request, user, "identity.linked", entra_tenant=str(identity.tenant_id))


@transaction.atomic
def _prove_msp(request: HttpRequest, msp_id: UUID, identity: Identity) -> None:
    """Make an Entra tenant the MSP's own, on the word of one who runs both."""
    user = _person(request)
    _require_recent(request)
    msp = access_msp(user, msp_id, MANAGE_SIGN_IN)
    require_on_msp(actor_of(request, user), MANAGE_SIGN_IN, msp)
    if not (identity.roles or frozenset()) & _SPEAKING_FOR_A_TENANT:
        raise NotAllowed(
            "Only a Global Administrator of that Entra tenant can speak for it.",
            code="not-its-administrator",
            safe="Nothing was changed.",
            todo="Have one of them, who is Tenant Manager of the MSP here, do this.",
        )
    before = {"entra_tenant": str(msp.entra_tenant_id or "")}
    msp.entra_cloud, msp.entra_tenant_id = identity.cloud, identity.tenant_id
    msp.save(update_fields=["entra_cloud", "entra_tenant_id"])
    audit.record(
        actor=actor_of(request, user),
        event="msp.entra_tenant_proved",
        msp_id=msp.pk,
        subject=msp.name,
        data={"entra_tenant": str(identity.tenant_id)},
        before=before,
        after={"entra_tenant": str(identity.tenant_id)},
    )


def _row(identity: Identity) -> QuerySet[EntraIdentity]:
    return EntraIdentity.objects.filter(
        cloud=identity.cloud,
        entra_tenant_id=identity.tenant_id,
        entra_object_id=identity.object_id,
    )


def _name_of(identity: Identity) -> str:
    return f"{identity.cloud}/{identity.tenant_id}/{identity.object_id}"


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - _require_same_person looked
    return request.user


def _require_same_person(request: HttpRequest, trip: Trip) -> None:
    if not isinstance(request.user, User) or str(request.user.pk) != trip.person:
        raise Invalid(
            "You are not signed in as the one who began this.",
            code="other-person",
            safe="Nothing was done.",
            todo="Sign in and begin again.",
        )


def _require_recent(request: HttpRequest) -> None:
    if not step_up.is_recent(request):
        raise NotAllowed(
            "This needs a fresh proof of who you are.",
            code="not-confirmed",
            safe="Nothing was done.",
        )
