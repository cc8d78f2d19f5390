"""What verifications of a tenant's history found."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.history.models import Verification
from apps.portal.doors import tenant_page
from apps.tenants.models import Tenant

PAGE = 20


@tenant_page()
def verifications(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """All of them, newest first."""
    found = Verification.objects.filter(tenant=tenant).order_by("-ended_at")
    context = {
        "section": "tenants",
        "tenant": tenant,
        "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "portal/verifications.html", context)
