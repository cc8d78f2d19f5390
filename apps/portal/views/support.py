"""The platform operator's pages: support sessions, and taking MSPs in."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import wraps
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.access import services, support_selectors
from apps.access.models import Invitation
from apps.core.errors import Invalid, NotAllowed
from apps.core.scope import no_scope
from apps.portal.doors import actor, came_from, mended, person, step_up
from apps.tenants.choices import UNLISTED_STATES
from apps.tenants.models import MSP, Tenant
from apps.tenants.selectors import every_msp

View = Callable[..., HttpResponse]
DURATIONS = ((30, "30 minutes"), (60, "1 hour"), (120, "2 hours"), (240, "4 hours"))


def operators_only(view: View) -> View:
    """403 for everybody but platform operators."""

    @wraps(view)
    def door(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not person(request).is_operator:
            raise NotAllowed("This page is for platform operators.", code="needs-operator")
        return view(request, *args, **kwargs)

    return door


@login_required
@require_GET
@operators_only
def support(request: HttpRequest) -> HttpResponse:
    """My support sessions, and the form for a new one."""
    me = person(request)
    with no_scope("an operator names whom he is asked to help"):
        context = {
            "section": "support",
            "open": list(support_selectors.open_support_sessions(me.pk)),
            "past": list(support_selectors.sessions_of_operator(me.pk)[:50]),
            "msps": list(every_msp()),
            "durations": DURATIONS,
        }
    return render(request, "portal/support.html", context)


@login_required
@require_POST
@operators_only
@step_up
def start(request: HttpRequest) -> HttpResponse:
    """Open a tenant, or an MSP's tenants, for a time. Their managers get mail."""

    def act() -> HttpResponse:
        session = services.start_support_session(
            actor=actor(request),
            on=_named(request),
            reason=request.POST.get("reason", ""),
            duration=timedelta(minutes=_minutes(request)),
        )
        messages.success(request, _("The support session is open. The customer can see it."))
        if session.tenant_id:
            return redirect(reverse("portal:tenant", args=[session.tenant_id]))
        return redirect(reverse("portal:dashboard"))

    return mended(request, reverse("portal:support"), act)


@login_required
@require_POST
def end(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """End a support session at once: its operator, or whoever manages people there."""
    session = support_selectors.access_session(session_id)
    back = came_from(request, default=reverse("portal:dashboard"))

    def act() -> HttpResponse:
        services.end_support_session(actor=actor(request), session=session)
        messages.success(request, _("The support session is over."))
        return redirect(back)

    return mended(request, back, act)


@login_required
@require_GET
@operators_only
def msps(request: HttpRequest) -> HttpResponse:
    """The MSPs of the installation by name, and who is still to take one over."""
    with no_scope("an operator sees which MSPs there are, and nothing of theirs"):
        waiting = Invitation.objects.filter(
            onboards=True, accepted_at__isnull=True, revoked_at__isnull=True
        ).select_related("msp")
        context = {
            "section": "msps",
            "msps": list(every_msp()),
            "invitations": list(waiting.order_by("-created_at")),
        }
    return render(request, "portal/msps.html", context)


@login_required
@require_POST
@operators_only
@step_up
def onboard(request: HttpRequest) -> HttpResponse:
    """Create an MSP and invite its first person."""

    def act() -> HttpResponse:
        services.onboard_msp(
            actor=actor(request),
            name=request.POST.get("name", ""),
            email=request.POST.get("email", ""),
        )
        messages.success(request, _("The MSP was created, and its first person is invited."))
        return redirect(reverse("portal:msps"))

    return mended(request, reverse("portal:msps"), act)


def _named(request: HttpRequest) -> Tenant | MSP:
    """The one tenant or MSP that the form names exactly: an operator cannot browse customers."""
    text = request.POST.get("tenant", "").strip()
    with no_scope("an operator names whom he is asked to help"):
        if text:
            live = Tenant.objects.exclude(state__in=UNLISTED_STATES).select_related("msp")
            found = list(live.filter(_matches(text))[:2])
            if len(found) == 1:
                return found[0]
            raise Invalid("No tenant, or more than one, has this id or domain.", code="which-one")
        chosen = _id(request.POST.get("msp", ""))
        msp = MSP.objects.filter(pk=chosen).first() if chosen else None
    if msp is None:
        raise Invalid("Name a tenant by its id or domain, or choose an MSP.", code="which-one")
    return msp


def _matches(text: str) -> Q:
    matches = Q(domain=text.lower())
    if wanted := _id(text):
        matches |= Q(id=wanted) | Q(entra_id=wanted)
    return matches


def _id(text: str) -> UUID | None:
    with suppress(ValueError):
        return UUID(text)
    return None


def _minutes(request: HttpRequest) -> int:
    text = request.POST.get("minutes", "60")
    if not text.isdigit():
        raise Invalid("Choose how long.", code="support-duration")
    return int(text[:4])
