"""To Microsoft's sign-in and back."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from apps.access.rights import MANAGE_SIGN_IN
from apps.access.signin import step_up, trail
from apps.access.signin.entra import flow
from apps.access.signin.entra.application import ready_clouds
from apps.access.signin.entra.arriving import arrive
from apps.access.signin.entra.id_tokens import TokenRefused
from apps.core.errors import Conflict
from apps.portal.doors import msp_page, person
from apps.portal.views.invitations import OPENED
from apps.tenants.models import MSP


@require_GET
@never_cache
def start(request: HttpRequest) -> HttpResponse:
    """Go to Microsoft to sign in, and come back to where one wanted to go.

    A link and not a form, because browsers hold a form's redirects against the page's policy; it
    changes nothing but what this very browser waits for.
    """
    trip = flow.Trip(
        purpose="sign-in",
        cloud=_cloud(request),
        back=step_up.safe_path(request.GET.get("next", "")),
        invitation=str(request.session.get(OPENED, "")) if "accept" in request.GET else "",
    )
    return HttpResponseRedirect(flow.begin(request, trip))


@login_required
@require_GET
@never_cache
def confirm(request: HttpRequest) -> HttpResponse:
    """Go to Microsoft to prove once more who one is."""
    trip = flow.Trip(
        purpose="confirm",
        cloud=_cloud(request),
        back=step_up.safe_path(request.GET.get("next", "")),
        person=str(person(request).pk),
    )
    return HttpResponseRedirect(flow.begin(request, trip, fresh=True))


@step_up.required
@require_GET
@never_cache
def link(request: HttpRequest) -> HttpResponse:
    """Go to Microsoft to sign in through it from now on."""
    trip = flow.Trip(
        purpose="link",
        cloud=_cloud(request),
        back="/account/",
        person=str(person(request).pk),
    )
    return HttpResponseRedirect(flow.begin(request, trip))


@msp_page(MANAGE_SIGN_IN)
def prove_msp(request: HttpRequest, msp: MSP) -> HttpResponse:
    """Go to Microsoft as an administrator of the MSP's own Entra tenant, to prove which it is."""
    if not step_up.is_recent(request):
        return step_up.ask(request)
    trip = flow.Trip(
        purpose="prove-msp",
        cloud=_cloud(request),
        back=f"/msp/{msp.pk}/sign-in/",
        subject=str(msp.pk),
        person=str(person(request).pk),
    )
    return HttpResponseRedirect(flow.begin(request, trip))


@require_GET
@never_cache
def callback(request: HttpRequest) -> HttpResponse:
    """Where Microsoft sends people back to. Nothing in the address is believed by itself."""
    try:
        trip, identity = flow.finish(request, request.GET.dict())
    except TokenRefused as refused:
        trail.record_failure(request, None, "sign_in.failed", method=f"entra: {refused.fault}")
        raise
    return arrive(request, trip, identity)


def _cloud(request: HttpRequest) -> str:
    """The cloud asked for, or the first that is set up."""
    ready = ready_clouds()
    if not ready:
        raise Conflict(
            "Signing in with Microsoft is not set up here.",
            code="no-sign-in-application",
            safe="Nothing was changed.",
            todo="Use a passkey, or your password and second factor.",
        )
    wanted = request.GET.get("cloud", "")
    return wanted if wanted in ready else ready[0]
