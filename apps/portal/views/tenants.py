"""All tenants on one screen, and one tenant."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from apps.access import selectors as access
from apps.access.rights import TAKE_BACKUPS
from apps.diffs import selectors as diffs
from apps.history import selectors as history
from apps.history import services as history_services
from apps.history.coverage import coverage as kinds_covered
from apps.history.verification.recording import last_verification
from apps.jobs import selectors as jobs
from apps.jobs.choices import UNFINISHED, JobState
from apps.jobs.models import Job
from apps.portal import notices, saved_filters
from apps.portal.dashboard.rows import board, wanted_in
from apps.portal.dashboard.single import agreed_for, row_of
from apps.portal.doors import actor, overview_page, person, rights_here, tenant_page
from apps.portal.job_names import NOTICE
from apps.portal.paging import next_page
from apps.portal.timeline import timeline
from apps.recovery import selectors as recovery
from apps.tenants import selectors as tenants
from apps.tenants.models import Tenant

# So many are shown; so many are looked through for a capture that failed.
JOBS, JOBS_LOOKED_AT = 8, 50


@overview_page
def dashboard(request: HttpRequest, mine: access.Reached) -> HttpResponse:
    """Every tenant, sorted by need."""
    wanted = wanted_in(request.GET)
    found = board(mine.tenants, wanted)
    rows, after = found.page(_uuid(request.GET.get("after", "")))
    context = {
        "section": "tenants",
        "wanted": wanted,
        "board": found,
        "rows": rows,
        "saved": saved_filters.shown_to(person(request)),
        "next": next_page(request, after),
        "is_first": not request.GET.get("after"),
        "number": len(mine.named),
        "can_add": access.msps_of(person(request), "manage_tenant").exists(),
    }
    return render(request, "portal/dashboard.html", context)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@tenant_page()
def tenant(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """One tenant: how it stands, its timeline, what can be done."""
    latest = history.latest_snapshot(tenant)
    connections = tenants.connections(tenant)
    last_jobs = list(jobs.jobs_of(tenant)[:JOBS_LOOKED_AT])
    running = _unfinished(tenant, last_jobs)
    agreed = agreed_for(tenant)
    verification = last_verification(tenant)
    unread = notices.unread_collections(latest)
    row = row_of(
        tenant,
        agreed,
        latest=latest,
        connections=connections,
        verification=verification,
        jobs=[*last_jobs, *([running] if running and running not in last_jobs else [])],
    )
    context = {
        "section": "tenants",
        "tenant": tenant,
        "row": row,
        "latest": latest,
        "job": running,
        "verification": verification,
        "rights": rights_here(request),
        "timeline": timeline(tenant, latest, request.GET.get("back", "")) if latest else None,
        "notices": [
            *notices.about_verification(tenant, verification),
            *notices.about_support(tenant),
            *notices.notices(tenant, connections, latest, last_jobs, unread),
        ],
        "held": notices.held_collections(latest, unread),
        "policy": agreed.policy,
        "jobs": [job for job in last_jobs if _is_shown(job)][:JOBS],
        "reports": diffs.reports(tenant)[:5],
        "runs": recovery.last_runs(tenant, 5),
    }
    return render(request, "portal/tenant.html", context)


def _is_shown(job: Job) -> bool:
    return job.kind != NOTICE or job.state == JobState.FAILED


def _unfinished(tenant: Tenant, last_jobs: list[Job]) -> Job | None:
    """The newest job that waits or runs; asked for only where it may be older than the last."""
    found = next((job for job in last_jobs if job.state in UNFINISHED), None)
    if found is None and len(last_jobs) == JOBS_LOOKED_AT:
        found = jobs.unfinished_jobs(tenant).last()
    return found


@tenant_page(TAKE_BACKUPS, method="POST")
def capture(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """Take a snapshot now; the tenant's page shows how it goes."""
    mode = "full" if request.POST.get("mode") == "full" else "delta"
    job = history_services.snapshot_now(actor=actor(request), tenant=tenant, mode=mode)
    return redirect(reverse("portal:job", args=[tenant.id, job.id]))


@tenant_page()
def coverage(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """What is backed up, what can be put back, and why something cannot."""
    newest = history.latest_snapshot(tenant)
    context = {
        "section": "tenants",
        "tenant": tenant,
        "snapshot": newest,
        "kinds": kinds_covered(newest),
    }
    return render(request, "portal/coverage.html", context)
