"""Pins, legal holds, and the second person's word about what shortens retention."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.access.rights import APPROVE_RECOVERY, MANAGE_RETENTION
from apps.history import selectors as history
from apps.history.retention import changes, holds, pins, selectors
from apps.portal.doors import actor, came_from, tenant_page
from apps.tenants.models import Tenant


@tenant_page(APPROVE_RECOVERY, method="POST", step_up=True)
def decide_retention(request: HttpRequest, tenant: Tenant, change_id: UUID) -> HttpResponse:
    """The second person's word about a shorter retention."""
    found = selectors.access_change(tenant, change_id)
    reason = request.POST.get("reason", "")
    if says_yes(request):
        changes.approve(actor=actor(request), change=found, reason=reason)
        messages.success(
            request, _("Approved. Until its grace period is over it can be cancelled.")
        )
    else:
        changes.refuse(actor=actor(request), change=found, reason=reason)
        messages.success(request, _("Refused. Every snapshot stays as long as before."))
    return _back(request, tenant)


@tenant_page(MANAGE_RETENTION, method="POST")
def cancel_retention(request: HttpRequest, tenant: Tenant, change_id: UUID) -> HttpResponse:
    """Take a shorter retention back before it takes effect."""
    found = selectors.access_change(tenant, change_id)
    reason = request.POST.get("reason", "")
    changes.cancel(actor=actor(request), change=found, reason=reason)
    messages.success(request, _("Cancelled. Every snapshot stays as long as before."))
    return _back(request, tenant)


@tenant_page(MANAGE_RETENTION, method="POST")
def begin_hold(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """Put the tenant on legal hold."""
    holds.begin_hold(actor=actor(request), tenant=tenant, reason=request.POST.get("reason", ""))
    messages.success(
        request, _("On legal hold: nothing of its history goes until two people end it.")
    )
    return _back(request, tenant)


@tenant_page(MANAGE_RETENTION, method="POST")
def ask_hold_end(request: HttpRequest, tenant: Tenant, hold_id: UUID) -> HttpResponse:
    """Ask a second person to end the hold."""
    found = selectors.access_hold(tenant, hold_id)
    holds.ask_for_end(actor=actor(request), hold=found, reason=request.POST.get("reason", ""))
    messages.success(request, _("Somebody else has to agree now. Until then the hold stays."))
    return _back(request, tenant)


@tenant_page(method="POST", step_up=True)
def decide_hold(request: HttpRequest, tenant: Tenant, hold_id: UUID) -> HttpResponse:
    """The second person's word about the end of a hold."""
    found = selectors.access_hold(tenant, hold_id)
    if says_yes(request):
        holds.end_hold(actor=actor(request), hold=found)
        messages.success(request, _("The hold has ended. What it alone kept goes after the grace."))
    else:
        holds.keep_hold(actor=actor(request), hold=found)
        messages.success(request, _("The hold stays."))
    return _back(request, tenant)


@tenant_page(MANAGE_RETENTION, method="POST")
def pin_snapshot(request: HttpRequest, tenant: Tenant, seq: int) -> HttpResponse:
    """Keep a snapshot whatever the rules say."""
    found = history.snapshot_at(tenant, seq)
    reason = request.POST.get("reason", "")
    pins.pin_snapshot(actor=actor(request), tenant=tenant, snapshot=found, reason=reason)
    messages.success(
        request, _("Snapshot %(seq)s stays until two people let it go.") % {"seq": seq}
    )
    return redirect("portal:snapshot", tenant.pk, seq)


@tenant_page(MANAGE_RETENTION, method="POST")
def ask_pin_release(request: HttpRequest, tenant: Tenant, pin_id: UUID) -> HttpResponse:
    """Ask a second person to let a pin go."""
    found = selectors.access_pin(tenant, pin_id)
    pins.ask_for_release(actor=actor(request), pin=found, reason=request.POST.get("reason", ""))
    messages.success(request, _("Somebody else has to agree now. Until then the pin holds."))
    return _back(request, tenant)


@tenant_page(method="POST", step_up=True)
def decide_pin(request: HttpRequest, tenant: Tenant, pin_id: UUID) -> HttpResponse:
    """The second person's word about the release of a pin."""
    found = selectors.access_pin(tenant, pin_id)
    if says_yes(request):
        pins.release(actor=actor(request), pin=found)
        messages.success(
            request, _("Released. What the pin alone kept goes after the grace period.")
        )
    else:
        pins.keep_pin(actor=actor(request), pin=found)
        messages.success(request, _("The pin holds."))
    return _back(request, tenant)


def says_yes(request: HttpRequest) -> bool:
    """Which of the two buttons was pressed; anything else is no yes."""
    return request.POST.get("verdict") == "yes"


def _back(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    return redirect(came_from(request, default=reverse("portal:retention", args=[tenant.pk])))
