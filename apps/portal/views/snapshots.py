"""A tenant's snapshots."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.access import selectors as access
from apps.history import selectors as history
from apps.portal.doors import person, tenant_page
from apps.tenants.models import Tenant

PAGE = 50


@tenant_page()
def snapshots(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """All of them, newest first, each ready to be compared."""
    page = Paginator(history.snapshots(tenant), PAGE).get_page(request.GET.get("page"))
    context = {
        "section": "tenants",
        "tenant": tenant,
        "page": page,
        "rights": access.rights_on_tenant(person(request).id, tenant),
    }
    return render(request, "portal/snapshots.html", context)


@tenant_page()
def snapshot(request: HttpRequest, tenant: Tenant, seq: int) -> HttpResponse:
    """One snapshot: how complete it is, collection by collection, and its seal."""
    found = history.snapshot_at(tenant, seq)
    context = {
        "section": "tenants",
        "tenant": tenant,
        "snapshot": found,
        "root": bytes(found.root).hex(),
        "collections": found.collections.order_by("collection"),
        "others": history.snapshots(tenant).exclude(pk=found.pk)[:100],
        "rights": access.rights_on_tenant(person(request).id, tenant),
    }
    return render(request, "portal/snapshot.html", context)
