"""Where an MSP has its audit trail sent on to."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from apps.access.rights import MANAGE_TENANT
from apps.access.selectors import access_msp
from apps.core.errors import HoldfastError, Invalid
from apps.core.languages.choosing import explained, shown
from apps.notify.models import PushTarget
from apps.notify.pushing import delivering, services
from apps.portal.doors import MENDABLE, actor, person, step_up
from apps.tenants.models import MSP

DONE = {
    "pause": "Nothing is sent there until you let it go on; nothing is lost meanwhile.",
    "resume": "It goes on where it stopped, within a minute.",
    "remove": "The target was removed.",
    "test": "The receiver took a test message.",
}


@step_up
@require_http_methods(["GET", "POST"])
def targets(request: HttpRequest, msp_id: UUID) -> HttpResponse:
    """The targets of an MSP with how far each of them is, and the form for a new one."""
    msp = access_msp(person(request), msp_id, MANAGE_TENANT)
    services.require_may_push(actor(request), msp)
    if request.method == "GET":
        return _page(request, msp)
    try:
        added, secret = services.add_target(
            actor=actor(request),
            msp=msp,
            address=request.POST.get("address", ""),
            with_persons="with_persons" in request.POST,
            from_the_start="from_the_start" in request.POST,
        )
    except MENDABLE as error:
        return _page(request, msp, error=error, status=400)
    return _page(request, msp, added=added, secret=secret)


@step_up
@require_http_methods(["POST"])
def change_target(request: HttpRequest, msp_id: UUID, target_id: UUID) -> HttpResponse:
    """Pause a target, let it go on, try it, or remove it."""
    msp = access_msp(person(request), msp_id, MANAGE_TENANT)
    services.require_may_push(actor(request), msp)
    target = services.access_target(msp, target_id)
    what = request.POST.get("what", "")
    try:
        _change(request, target, what)
        messages.success(request, shown(DONE[what]))
    except MENDABLE as error:
        messages.error(request, explained(error))
    return redirect(reverse("portal:push-targets", args=[msp.id]))


def _change(request: HttpRequest, target: PushTarget, what: str) -> None:
    if what == "test":
        delivering.send_test(target)
    elif what == "pause":
        services.pause_target(actor=actor(request), target=target)
    elif what == "resume":
        services.resume_target(actor=actor(request), target=target)
    elif what == "remove":
        services.remove_target(actor=actor(request), target=target)
    else:
        raise Invalid("Choose what to do with the target.", code="push-what")


def _page(
    request: HttpRequest,
    msp: MSP,
    *,
    error: HoldfastError | None = None,
    added: PushTarget | None = None,
    secret: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "section": "audit",
        "msp": msp,
        "targets": PushTarget.objects.filter(msp=msp).order_by("created_at"),
        "newest": services.newest_number(),
        "error": error,
        "added": added,
        "secret": secret if added and not added.address.startswith("syslog") else "",
        "form": request.POST if error else {},
    }
    return render(request, "portal/audit/targets.html", context, status=status)
