"""One job's progress, as a page and as the part of a page that refreshes itself."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from apps.core.errors import NotFound
from apps.jobs import selectors as jobs
from apps.jobs import services as jobs_services
from apps.jobs.models import Job
from apps.portal.doors import actor, tenant_page
from apps.recovery.documents import making
from apps.tenants.models import Tenant

# htmx stops polling on this status.
STOP_POLLING = 286


@tenant_page()
def job(request: HttpRequest, tenant: Tenant, job_id: UUID) -> HttpResponse:
    """How far a job is; htmx asks for the part alone while the job is unfinished."""
    found = _access_job(tenant, job_id)
    context = {
        "section": "tenants",
        "tenant": tenant,
        "job": found,
        "has_document": making.is_kept(found),
    }
    plan_id = (found.result or {}).get("plan_id")
    if request.headers.get("HX-Request") != "true":
        if plan_id:
            return redirect(reverse("portal:plan", args=[tenant.id, plan_id]))
        if (found.result or {}).get("export_id"):
            return redirect(reverse("portal:exports", args=[tenant.id]))
        if import_id := (found.result or {}).get("import_id"):
            return redirect(reverse("portal:import", args=[tenant.id, import_id]))
        return render(request, "portal/job.html", context)
    if not found.finished:
        return render(request, "portal/parts/job.html", context)
    answer = render(request, "portal/parts/job.html", context, status=STOP_POLLING)
    # What the page shows beside the progress is made anew now that the work is done.
    answer["HX-Refresh"] = "true"
    return answer


@tenant_page(method="POST")
def cancel_job(request: HttpRequest, tenant: Tenant, job_id: UUID) -> HttpResponse:
    """Ask a job to stop at its next safe point."""
    found = _access_job(tenant, job_id)
    jobs_services.cancel(actor=actor(request), job=found)
    return redirect(reverse("portal:job", args=[tenant.id, found.id]))


def _access_job(tenant: Tenant, job_id: UUID) -> Job:
    found = jobs.job(job_id)
    if found.tenant_id != tenant.id:
        raise NotFound("There is no such job.", code="no-such-job")
    return found
