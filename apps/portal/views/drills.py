"""Rehearsals of recoveries: what questionnaires ask, one drill, and when they come."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.access.rights import MANAGE_RETENTION, REQUEST_RECOVERY
from apps.core.errors import Invalid
from apps.history import selectors as history
from apps.history.models import Snapshot
from apps.portal.doors import actor, rights_here, tenant_page
from apps.portal.drill_chart import chart_of
from apps.recovery.drills import selectors, services
from apps.recovery.drills.asked import answers_about, answers_of
from apps.recovery.drills.choices import DrillInterval
from apps.recovery.drills.documents import content_of, take_evidence
from apps.recovery.drills.models import Drill
from apps.recovery.drills.scenarios import DEFAULT, SCENARIOS, TENANT_LOST, described
from apps.tenants.models import Tenant

PAGE = 25
SNAPSHOTS = 50


@tenant_page()
def drills(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """What was rehearsed, what an insurer would be told, and when the next one comes."""
    page = Paginator(selectors.drills(tenant), PAGE).get_page(request.GET.get("page"))
    context = {
        "section": "tenants",
        "tenant": tenant,
        "rights": rights_here(request),
        "page": page,
        "answers": answers_about(tenant),
        "schedule": selectors.schedule_of(tenant),
        "intervals": DrillInterval.choices,
        "scenarios": list(SCENARIOS.values()),
        "titles": {one.name: one.title for one in (*SCENARIOS.values(), TENANT_LOST)},
        "default": DEFAULT,
        "snapshots": list(history.snapshots(tenant)[:SNAPSHOTS]),
        "under_way": any(not one.is_finished for one in page),
    }
    return render(request, "portal/drills.html", context)


@tenant_page()
def drill(request: HttpRequest, tenant: Tenant, drill_id: UUID) -> HttpResponse:
    """One drill: where the time went, what came back, what did not and why."""
    found = selectors.access_drill(tenant, drill_id)
    context = {
        "section": "tenants",
        "tenant": tenant,
        "rights": rights_here(request),
        "drill": found,
        "scenario": described(found.scenario),
        "chart": chart_of(found.numbers),
        **_evidence(found),
    }
    return render(request, "portal/drill.html", context)


@tenant_page(REQUEST_RECOVERY, method="POST")
def start_drill(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """Rehearse now."""
    made = services.start_drill(
        actor=actor(request),
        tenant=tenant,
        snapshot=_snapshot(tenant, request.POST.get("snapshot", "")),
        scenario_name=request.POST.get("scenario") or DEFAULT,
    )
    messages.success(request, _("The drill was asked for. The tenant itself is not touched by it."))
    return redirect(reverse("portal:drill", args=[tenant.id, made.pk]))


@tenant_page(REQUEST_RECOVERY, method="POST")
def cancel_drill(request: HttpRequest, tenant: Tenant, drill_id: UUID) -> HttpResponse:
    """Stop a drill; nothing of it is left but that it was."""
    found = selectors.access_drill(tenant, drill_id)
    services.cancel_drill(actor=actor(request), drill=found)
    messages.success(request, _("The drill stops at its next safe point."))
    return redirect(reverse("portal:drill", args=[tenant.id, found.pk]))


@tenant_page(MANAGE_RETENTION, method="POST")
def set_drill_schedule(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """When drills come by themselves."""
    services.set_drill_schedule(
        actor=actor(request),
        tenant=tenant,
        interval=request.POST.get("interval", ""),
        scenario_name=request.POST.get("scenario") or DEFAULT,
    )
    messages.success(request, _("The schedule of the drills was set."))
    return redirect(reverse("portal:drills", args=[tenant.id]))


@tenant_page()
def drill_evidence(request: HttpRequest, tenant: Tenant, drill_id: UUID) -> HttpResponse:
    """The signed evidence; ?form=pdf for the one that people read."""
    found = selectors.access_drill(tenant, drill_id)
    made = take_evidence(actor=actor(request), drill=found, form=request.GET.get("form", "json"))
    headers = {"Content-Disposition": f'attachment; filename="{made.file_name}"'}
    answer = StreamingHttpResponse(made.parts, content_type=made.media_type, headers=headers)
    return cast(HttpResponse, answer)  # the doors hand on whatever a view answers


def _evidence(drill: Drill) -> dict[str, object]:
    if not drill.evidence:
        return {}
    content = content_of(drill)
    issues = content["issues"]
    return {
        "heading": content["heading"],
        "issues": issues,
        "answers": answers_of(content["heading"], len(issues)),
    }


def _snapshot(tenant: Tenant, text: str) -> Snapshot | None:
    """The snapshot that a form names; None for the newest."""
    if not text:
        return None
    if not text.isdecimal():
        raise Invalid("A snapshot is named by its number.", code="no-such-snapshot")
    return history.snapshot_at(tenant, int(text))
