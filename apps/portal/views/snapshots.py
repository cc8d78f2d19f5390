"""A tenant's snapshots."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.access.rights import MANAGE_TENANT
from apps.history import selectors as history
from apps.history import services as history_services
from apps.history.retention.selectors import Picture
from apps.portal.doors import actor, came_from, person, rights_here, tenant_page
from apps.portal.notices import held_collections
from apps.tenants.models import Tenant

PAGE = 50


@tenant_page()
def snapshots(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """All of them, newest first, each ready to be compared."""
    page = Paginator(history.snapshots(tenant), PAGE).get_page(request.GET.get("page"))
    picture = Picture(tenant)
    context = {
        "section": "tenants",
        "tenant": tenant,
        "page": page,
        "standings": {row.seq: picture.standing(row.seq) for row in page},
        "rights": rights_here(request),
    }
    return render(request, "portal/snapshots.html", context)


@tenant_page()
def snapshot(request: HttpRequest, tenant: Tenant, seq: int) -> HttpResponse:
    """One snapshot: how complete it is, collection by collection, and its seal."""
    found = history.snapshot_at(tenant, seq)
    picture = Picture(tenant)
    collections = list(found.collections.order_by("collection"))
    is_newest = picture.taken[-1:] and picture.taken[-1].seq == found.seq
    context = {
        "section": "tenants",
        "tenant": tenant,
        "snapshot": found,
        "root": bytes(found.root).hex(),
        "standing": picture.standing(found.seq),
        "me": person(request).pk,
        "held": held_collections(found, collections) if is_newest else [],
        "collections": collections,
        "others": history.snapshots(tenant).exclude(pk=found.pk)[:100],
        "rights": rights_here(request),
    }
    return render(request, "portal/snapshot.html", context)


@tenant_page(MANAGE_TENANT, method="POST")
def confirm_shrink(request: HttpRequest, tenant: Tenant, seq: int) -> HttpResponse:
    """A person's word that what vanished from a held collection is really gone."""
    found = history.snapshot_at(tenant, seq)
    collection = request.POST.get("collection", "")
    history_services.confirm_shrink(
        actor=actor(request),
        snapshot=found,
        collection=collection,
        reason=request.POST.get("reason", "").strip(),
    )
    messages.success(request, _("Confirmed. The next snapshot takes the removals over."))
    return redirect(came_from(request, default=reverse("portal:tenant", args=[tenant.id])))
