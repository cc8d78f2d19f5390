"""Invitations: sent again, revoked, and accepted by whom they are for."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.access import roles, services
from apps.access.invitation_selectors import access_invitation
from apps.access.models import Invitation
from apps.audit.middleware import request_id
from apps.core.errors import HoldfastError, NotFound
from apps.core.languages import choosing
from apps.portal import branding
from apps.portal.doors import actor, came_from, mended, person, step_up

# Where the link's secret waits between the pages: in no address, so in no log and no Referer.
OPENED = "opened-invitation"


@login_required
@require_POST
@step_up
def resend(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    """Send a fresh link; the one before stops working."""
    found = access_invitation(actor(request), invitation_id)
    return _changed(request, found, services.resend_invitation, "A fresh link is on its way.")


@login_required
@require_POST
@step_up
def revoke(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    """Make an invitation's link worthless."""
    found = access_invitation(actor(request), invitation_id)
    return _changed(request, found, services.revoke_invitation, "The link works no more.")


def _changed(
    request: HttpRequest, invitation: Invitation, service: object, said: str
) -> HttpResponse:
    back = came_from(request, default=reverse("portal:people"))

    def act() -> HttpResponse:
        service(actor=actor(request), invitation=invitation)  # type: ignore[operator]
        messages.success(request, said)
        return redirect(back)

    return mended(request, back, act)


@login_not_required
@require_GET
def open_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Where the link of the mail leads: keep its secret for this visit, and show the invitation."""
    request.session[OPENED] = token
    return redirect(reverse("portal:invitation"))


@login_not_required
@require_GET
def invitation(request: HttpRequest) -> HttpResponse:
    """What one is invited to, and the ways to accept."""
    return _page(request, _found(request))


@login_not_required
@require_POST
def accept(request: HttpRequest) -> HttpResponse:
    """Make the account of our own that the invitation is for; signing in comes next."""
    found = _found(request)
    try:
        services.accept_for_local(
            invitation=found,
            name=request.POST.get("name", ""),
            password=request.POST.get("password", ""),
            time_zone=request.POST.get("time_zone", ""),
            language=choosing.language_now(),
            address=request.META.get("REMOTE_ADDR", ""),
            request_id=request_id(request),
        )
    except HoldfastError as error:
        return _page(request, found, error)
    del request.session[OPENED]
    messages.success(request, _("Your account is ready. Sign in with it now."))
    return redirect(reverse("account_login"))


@login_required
@require_POST
def join(request: HttpRequest) -> HttpResponse:
    """Take the invitation for the account one is signed in to."""
    found = _found(request)
    try:
        services.accept_signed_in(actor=actor(request), invitation=found, user=person(request))
    except HoldfastError as error:
        return _page(request, found, error)
    del request.session[OPENED]
    messages.success(request, _("You belong to %(name)s now.") % {"name": found.on.name})
    return redirect(reverse("portal:dashboard"))


def _found(request: HttpRequest) -> Invitation:
    found = services.find_invitation(str(request.session.get(OPENED, "")))
    if found is None:
        raise NotFound(
            "This invitation does not work any more.",
            code="invitation-over",
            safe="Nothing was changed.",
            todo="It was used, taken back, or is older than a week. Ask for a new one.",
        )
    return found


def _page(
    request: HttpRequest, found: Invitation, error: HoldfastError | None = None
) -> HttpResponse:
    branding.is_for_invited(request, found)
    context = {
        "invitation": found,
        "labels": roles.labels(found.roles),
        "is_tenant": found.tenant_id is not None,
        "error": error,
        "name": request.POST.get("name", ""),
    }
    return render(request, "portal/invitation.html", context, status=400 if error else 200)
