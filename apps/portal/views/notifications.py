"""Whom an MSP has told of what happens: its notification routes and their logs."""

from __future__ import annotations

from datetime import time
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.access.rights import MANAGE_TENANT
from apps.access.selectors import access_msp, reached_by
from apps.core.errors import HoldfastError, Invalid
from apps.core.languages.choosing import explained, shown
from apps.notify.choices import Channel, EventKind, LeastRisk
from apps.notify.models import NotificationRoute
from apps.notify.routes import services
from apps.notify.routes.services import Wanted
from apps.notify.routes.targets import Key
from apps.notify.routes.times import time_of
from apps.portal.doors import MENDABLE, actor, person, step_up
from apps.tenants.models import MSP

DONE = {
    "pause": "Nothing is told over this route until you let it go on.",
    "resume": "What happens from now on is told over this route.",
    "remove": "The route was removed.",
    "resend": "The message is sent again.",
}


@step_up
@require_http_methods(["GET", "POST"])
def routes(request: HttpRequest, msp_id: UUID) -> HttpResponse:
    """The routes of an MSP, and the form for a new one."""
    msp = access_msp(person(request), msp_id, MANAGE_TENANT)
    if request.method == "GET":
        return _list(request, msp)
    try:
        added, key = services.add_route(
            actor=actor(request),
            msp=msp,
            channel=request.POST.get("channel", ""),
            address=request.POST.get("address", ""),
            wanted=_wanted(request.POST),
        )
    except MENDABLE as error:
        return _list(request, msp, error=error)
    return _one(request, msp, added, key=key)


@step_up
@require_http_methods(["GET", "POST"])
def route(request: HttpRequest, msp_id: UUID, route_id: UUID) -> HttpResponse:
    """One route with its log, and what changes it."""
    msp = access_msp(person(request), msp_id, MANAGE_TENANT)
    found = services.access_route(actor(request), msp, route_id)
    if request.method == "GET":
        return _one(request, msp, found)
    try:
        services.change_route(
            actor=actor(request),
            route=found,
            wanted=_wanted(request.POST),
            address=request.POST.get("address", ""),
        )
    except MENDABLE as error:
        return _one(request, msp, found, error=error)
    messages.success(request, _("The route was changed."))
    return redirect("portal:notification-route", msp.pk, found.pk)


@step_up
@require_http_methods(["POST"])
def change_route(request: HttpRequest, msp_id: UUID, route_id: UUID) -> HttpResponse:
    """Try a route, pause it, let it go on, remove it, give it a new key, or send again."""
    msp = access_msp(person(request), msp_id, MANAGE_TENANT)
    found = services.access_route(actor(request), msp, route_id)
    what = request.POST.get("what", "")
    try:
        if what == "rotate":
            key = services.rotate_key(actor=actor(request), route=found)
            return _one(request, msp, found, key=key)
        _change(request, found, what)
    except MENDABLE as error:
        messages.error(request, explained(error))
    if what == "remove":
        return redirect("portal:notification-routes", msp.pk)
    return redirect("portal:notification-route", msp.pk, found.pk)


def _change(request: HttpRequest, found: NotificationRoute, what: str) -> None:
    if what == "test":
        _try(request, found)
        return
    if what == "pause":
        services.pause_route(actor=actor(request), route=found)
    elif what == "resume":
        services.resume_route(actor=actor(request), route=found)
    elif what == "remove":
        services.remove_route(actor=actor(request), route=found)
    elif what == "resend":
        delivery = services.access_delivery(found, _id(request.POST.get("delivery", "")))
        services.resend(actor=actor(request), delivery=delivery)
    else:
        raise Invalid("Choose what to do with the route.", code="route-what")
    messages.success(request, shown(DONE[what]))


def _try(request: HttpRequest, found: NotificationRoute) -> None:
    outcome = services.try_route(actor=actor(request), route=found)
    if outcome.arrived:
        messages.success(
            request,
            _("The receiver took a test message in %(number)s ms.") % {"number": outcome.duration},
        )
    else:
        messages.error(
            request,
            _("The test message did not arrive. %(problem)s") % {"problem": shown(outcome.problem)},
        )


def _wanted(form: QueryDict) -> Wanted:
    """What the form says. Raises Invalid."""
    return Wanted(
        name=form.get("name", ""),
        events=tuple(form.getlist("events")),
        tenants=tuple(_id(one) for one in form.getlist("tenants") if one),
        least_risk=form.get("least_risk", LeastRisk.LOW),
        quiet_from=_time(form.get("quiet_from", "")),
        quiet_until=_time(form.get("quiet_until", "")),
        time_zone=form.get("time_zone", "").strip() or "UTC",
        group_minutes=_minutes(form.get("group_minutes", "")),
    )


def _id(said: str) -> UUID:
    try:
        return UUID(said)
    except ValueError:
        raise Invalid("There is no such thing to choose.", code="no-id") from None


def _time(said: str) -> time | None:
    try:
        return time.fromisoformat(said) if said else None
    except ValueError:
        raise Invalid("Write times as 22:00.", code="route-quiet") from None


def _minutes(said: str) -> int:
    if said and not (said.isascii() and said.isdigit() and len(said) < 6):
        raise Invalid("Write the minutes as a number.", code="route-grouping")
    return int(said or 0)


def _list(request: HttpRequest, msp: MSP, *, error: HoldfastError | None = None) -> HttpResponse:
    context = _context(request, msp, error)
    context["routes"] = services.routes_of(actor(request), msp)
    chosen = set(request.POST.getlist("events")) if error else set(EventKind.urgent())
    context |= {"chosen": chosen, "of_tenants": request.POST.getlist("tenants")}
    context["form"] = request.POST if error else {"time_zone": person(request).time_zone or "UTC"}
    return render(request, "portal/notification_routes.html", context, status=400 if error else 200)


def _one(
    request: HttpRequest,
    msp: MSP,
    found: NotificationRoute,
    *,
    error: HoldfastError | None = None,
    key: Key | None = None,
) -> HttpResponse:
    context = _context(request, msp, error)
    context |= {"route": found, "key": key, "log": services.log_of(found)}
    context |= {
        "chosen": set(found.events),
        "of_tenants": [str(one) for one in found.tenant_ids or ()],
    }
    context["form"] = {
        "name": found.name,
        "least_risk": found.least_risk,
        "quiet_from": _shown(time_of(found.quiet_from)),
        "quiet_until": _shown(time_of(found.quiet_until)),
        "time_zone": found.time_zone,
        "group_minutes": found.group_minutes,
    }
    return render(request, "portal/notification_route.html", context, status=400 if error else 200)


def _shown(at: time | None) -> str:
    return f"{at:%H:%M}" if at else ""


def _context(request: HttpRequest, msp: MSP, error: HoldfastError | None) -> dict[str, object]:
    mine = [one for one in reached_by(person(request)).named if one.msp_id == msp.pk]
    return {
        "section": "people",
        "msp": msp,
        "error": error,
        "channels": Channel.choices,
        "events": EventKind.choices,
        "risks": LeastRisk.choices,
        "tenants": mine,
    }
