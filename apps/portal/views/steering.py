"""Steering a recovery that is under way: rest, go on, stop, try again, leave a step out."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.portal.doors import actor, rights_here, tenant_page
from apps.portal.looking import record_look
from apps.recovery import selectors as recovery
from apps.recovery import services as recovery_services
from apps.recovery.models import Run
from apps.tenants.models import Tenant


@tenant_page(method="POST")
def cancel_run(request: HttpRequest, tenant: Tenant, run_id: UUID) -> HttpResponse:
    """Ask a running recovery to stop after the writes that are under way."""
    found = recovery.access_run(tenant, run_id)
    reason = _reason(request) or "Cancelled on the recovery's page."
    recovery_services.cancel_run(actor=actor(request), run=found, reason=reason)
    messages.info(request, _("The recovery stops after the writes that are under way."))
    return _back(found)


@tenant_page(method="POST")
def pause_run(request: HttpRequest, tenant: Tenant, run_id: UUID) -> HttpResponse:
    """Ask a running recovery to rest after the writes that are under way."""
    found = recovery.access_run(tenant, run_id)
    recovery_services.pause_run(actor=actor(request), run=found, reason=_reason(request))
    messages.info(request, _("The recovery rests after the writes that are under way."))
    return _back(found)


@tenant_page(method="POST")
def resume_run(request: HttpRequest, tenant: Tenant, run_id: UUID) -> HttpResponse:
    """Let a recovery that rests go on."""
    found = recovery.access_run(tenant, run_id)
    recovery_services.resume_run(actor=actor(request), run=found, reason=_reason(request))
    messages.success(request, _("The recovery goes on."))
    return _back(found)


@tenant_page(method="POST")
def retry_run(request: HttpRequest, tenant: Tenant, run_id: UUID) -> HttpResponse:
    """Try again what a finished recovery could not do."""
    found = recovery.access_run(tenant, run_id)
    recovery_services.retry_run(actor=actor(request), run=found, reason=_reason(request))
    messages.success(request, _("What was not done is tried again. What is done is left alone."))
    return _back(found)


@tenant_page()
def skipping(request: HttpRequest, tenant: Tenant, run_id: UUID, order: int) -> HttpResponse:
    """Which step would be left out, and what would be left out with it."""
    found = recovery.access_run(tenant, run_id)
    record_look(request, tenant, "recovery", found.id)
    step = recovery.access_step(found.request.plan, order)
    dependent = recovery.steps_that_need(step)
    context = {
        "section": "runs",
        "tenant": tenant,
        "run": found,
        "step": recovery.step_views(found.request.plan, [step])[0],
        "dependent": recovery.step_views(found.request.plan, dependent),
        "rights": rights_here(request),
    }
    return render(request, "portal/skip_step.html", context)


@tenant_page(method="POST")
def skip_step(request: HttpRequest, tenant: Tenant, run_id: UUID, order: int) -> HttpResponse:
    """Leave a step out that has not begun."""
    found = recovery.access_run(tenant, run_id)
    recovery_services.skip_step(
        actor=actor(request), run=found, order=order, reason=_reason(request)
    )
    messages.success(request, _("The step is left out, and so is what depends on it."))
    return _back(found)


def _reason(request: HttpRequest) -> str:
    return request.POST.get("reason", "").strip()


def _back(run: Run) -> HttpResponse:
    return redirect(reverse("portal:run", args=[run.tenant_id, run.id]))
