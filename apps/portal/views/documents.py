"""Signed documents of plans and recoveries, as files."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from apps.access.rights import EXPORT
from apps.diffs import selectors as diffs
from apps.portal import narrowing
from apps.portal.doors import actor, tenant_page
from apps.recovery import selectors as recovery
from apps.recovery.documents import services
from apps.recovery.documents.services import Document
from apps.tenants.models import Tenant


@tenant_page()
def plan_document(request: HttpRequest, tenant: Tenant, plan_id: UUID) -> HttpResponse:
    """A plan with every step; ?form=pdf for the one that people read."""
    plan = recovery.access_plan(tenant, plan_id)
    form = request.GET.get("form", "json")
    return _file(services.plan_document(actor=actor(request), plan=plan, form=form))


@tenant_page()
def run_document(request: HttpRequest, tenant: Tenant, run_id: UUID) -> HttpResponse:
    """A recovery with what came of every step; ?form=pdf for the one that people read."""
    run = recovery.access_run(tenant, run_id)
    form = request.GET.get("form", "json")
    return _file(services.run_document(actor=actor(request), run=run, form=form))


@tenant_page(EXPORT)
def report_document(request: HttpRequest, tenant: Tenant, report_id: UUID) -> HttpResponse:
    """A report's changes that the address narrows it to: ?form=csv, json or pdf."""
    made = services.report_document(
        actor=actor(request),
        report=diffs.access_report(tenant, report_id),
        filters=narrowing.filters_from(request.GET),
        form=request.GET.get("form", "json"),
    )
    return _file(made)


def _file(document: Document) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{document.file_name}"'}
    answer = StreamingHttpResponse(
        document.parts, content_type=document.media_type, headers=headers
    )
    return cast(HttpResponse, answer)  # the doors hand on whatever a view answers
