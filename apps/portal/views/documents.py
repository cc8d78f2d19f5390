"""Signed documents of plans and recoveries, as files."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from apps.access.rights import EXPORT
from apps.diffs import selectors as diffs
from apps.diffs.selectors import Filters
from apps.jobs import selectors as jobs
from apps.portal import narrowing
from apps.portal.doors import actor, tenant_page
from apps.recovery import selectors as recovery
from apps.recovery.documents import making, services
from apps.recovery.documents.services import Document
from apps.tenants.models import Tenant


@tenant_page()
def plan_document(request: HttpRequest, tenant: Tenant, plan_id: UUID) -> HttpResponse:
    """A plan with every step; ?form=pdf for the one that people read, by a job where it is long."""
    plan = recovery.access_plan(tenant, plan_id)
    form = request.GET.get("form", "json")
    if form == "pdf" and making.is_long(plan):
        return _by_job(request, plan)
    return _file(services.plan_document(actor=actor(request), plan=plan, form=form))


@tenant_page()
def run_document(request: HttpRequest, tenant: Tenant, run_id: UUID) -> HttpResponse:
    """A recovery with what came of every step; ?form=pdf as for plans."""
    run = recovery.access_run(tenant, run_id)
    form = request.GET.get("form", "json")
    if form == "pdf" and making.is_long(run):
        return _by_job(request, run)
    return _file(services.run_document(actor=actor(request), run=run, form=form))


@tenant_page(EXPORT)
def report_document(request: HttpRequest, tenant: Tenant, report_id: UUID) -> HttpResponse:
    """A report's changes that the address narrows it to: ?form=csv, json or pdf."""
    report = diffs.access_report(tenant, report_id)
    filters, form = narrowing.filters_from(request.GET), request.GET.get("form", "json")
    if form == "pdf" and making.is_long(report, filters):
        return _by_job(request, report, filters)
    made = services.report_document(actor=actor(request), report=report, filters=filters, form=form)
    return _file(made)


@tenant_page()
def job_document(request: HttpRequest, tenant: Tenant, job_id: UUID) -> HttpResponse:
    """The file that a job has made."""
    made = making.download_pdf(actor=actor(request), tenant=tenant, job=jobs.job(job_id))
    return _file(made)


def _by_job(
    request: HttpRequest, subject: making.Subject, filters: Filters | None = None
) -> HttpResponse:
    """To the page of the job that makes it, which leads to the file."""
    job = making.request_pdf(actor=actor(request), subject=subject, filters=filters)
    return redirect(reverse("portal:job", args=[subject.tenant_id, job.pk]))


def _file(document: Document) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{document.file_name}"'}
    answer = StreamingHttpResponse(
        document.parts, content_type=document.media_type, headers=headers
    )
    return cast(HttpResponse, answer)  # the doors hand on whatever a view answers
