"""Where a tenant's history lies besides here, and in which region it may."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from apps.access.rights import MANAGE_TENANT, TAKE_BACKUPS
from apps.history.offsite import selectors, services
from apps.portal.doors import actor, rights_here, tenant_page
from apps.tenants.models import Tenant


@tenant_page()
def offsite(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """Each store: how far it reaches, how long it is locked, when it was last read back."""
    context = {
        "section": "tenants",
        "tenant": tenant,
        "offsite": selectors.offsite_of(tenant),
        "rights": rights_here(request),
    }
    return render(request, "portal/offsite.html", context)


@tenant_page(TAKE_BACKUPS, method="POST")
def ship(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """Ship what is lacking, without waiting for the next time."""
    job = services.ship_now(actor=actor(request), tenant=tenant)
    messages.success(request, _("A worker ships what is lacking."))
    return redirect("portal:job", tenant.id, job.pk)


@tenant_page(MANAGE_TENANT, method="POST", step_up=True)
def choose_region(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """Say where the tenant's bundles may lie from now on."""
    region = request.POST.get("region", "")
    services.choose_region(actor=actor(request), tenant=tenant, region=region)
    messages.success(
        request, _("The region is chosen. What was shipped before stays where it lies.")
    )
    return redirect("portal:offsite", tenant.id)
