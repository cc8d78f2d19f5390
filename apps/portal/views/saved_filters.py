"""Keeping what the list of tenants is narrowed to, and forgetting it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.access import services
from apps.portal.dashboard.rows import wanted_in
from apps.portal.doors import actor, came_from, mended
from apps.portal.saved_filters import query_of


@login_required
@require_POST
def save_filter(request: HttpRequest) -> HttpResponse:
    """Keep the filter that the dashboard showed, under a name, and show it again."""
    wanted = wanted_in(request.POST)

    def save() -> HttpResponse:
        kept = services.save_filter(
            actor=actor(request),
            name=request.POST.get("name", ""),
            text=wanted.text,
            tags=wanted.tags,
            need=wanted.need,
            shared=request.POST.get("shared") == "yes",
        )
        messages.success(request, _("The filter %(name)s was saved.") % {"name": kept.name})
        return redirect(reverse("portal:dashboard") + query_of(kept.wanted))

    return mended(request, reverse("portal:dashboard"), save)


@login_required
@require_POST
def remove_filter(request: HttpRequest, filter_id: UUID) -> HttpResponse:
    """Forget a filter; the tenants stay as they are."""

    def remove() -> HttpResponse:
        services.remove_filter(actor=actor(request), filter_id=filter_id)
        messages.success(request, _("The filter was removed."))
        return redirect(came_from(request, default=reverse("portal:dashboard")))

    return mended(request, reverse("portal:dashboard"), remove)
