"""Taking a recovery back, and planning the same again when the tenant has moved on."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.access.rights import REQUEST_RECOVERY
from apps.diffs import selectors as diffs
from apps.jobs.models import Job
from apps.portal.doors import actor, rights_here, tenant_page
from apps.portal.looking import record_look
from apps.portal.naming import people_behind
from apps.recovery import replanning
from apps.recovery import selectors as recovery
from apps.recovery.undoing import approved_before, services
from apps.recovery.undoing import selectors as undos
from apps.tenants.models import Tenant


@tenant_page(REQUEST_RECOVERY, method="POST")
def undo_run(request: HttpRequest, tenant: Tenant, run_id: UUID) -> HttpResponse:
    """Have the tenant read and the plan made that takes a recovery back."""
    found = recovery.access_run(tenant, run_id)
    job = services.ask_undo(actor=actor(request), run=found)
    return redirect(reverse("portal:job", args=[tenant.id, job.id]))


@tenant_page()
def undo(request: HttpRequest, tenant: Tenant, run_id: UUID, report_id: UUID) -> HttpResponse:
    """What others changed since of what a recovery wrote, and the choice to take that back too."""
    run = recovery.access_run(tenant, run_id)
    report = undos.access_report(run, report_id)
    record_look(request, tenant, "undo of a recovery", run.id)
    changed = undos.changed_by_others(run, report)[: undos.SHOWN]
    rows, names = diffs.view_with_names(changed)
    context = {
        "section": "runs",
        "tenant": tenant,
        "run": run,
        "report": report,
        "rows": rows,
        "names": names,
        "people": people_behind(tenant, [row.change for row in rows]),
        "total": report.changes.count(),
        "losses": undos.losses_of(run),
        "plans": recovery.plans(tenant).filter(report=report),
        "rights": rights_here(request),
    }
    return render(request, "portal/undo.html", context)


@tenant_page(REQUEST_RECOVERY, method="POST")
def plan_undo(request: HttpRequest, tenant: Tenant, run_id: UUID, report_id: UUID) -> HttpResponse:
    """Another plan that takes back what was ticked as well."""
    run = recovery.access_run(tenant, run_id)
    report = undos.access_report(run, report_id)
    chosen = [int(value) for value in request.POST.getlist("change") if value.isdigit()]
    made = services.choose(actor=actor(request), run=run, report=report, overwrite=chosen)
    page = "portal:job" if isinstance(made, Job) else "portal:plan"
    return redirect(reverse(page, args=[tenant.id, made.id]))


@tenant_page(REQUEST_RECOVERY, method="POST", step_up=True)
def undo_now(request: HttpRequest, tenant: Tenant, plan_id: UUID) -> HttpResponse:
    """Take a recovery back as was approved with it."""
    plan = recovery.access_plan(tenant, plan_id)
    run = approved_before.run_undo(
        actor=actor(request), plan=plan, reason=request.POST.get("reason", "").strip()
    )
    messages.success(request, _("The recovery is being taken back, as was approved with it."))
    return redirect(reverse("portal:run", args=[tenant.id, run.id]))


@tenant_page(REQUEST_RECOVERY, method="POST")
def plan_again(request: HttpRequest, tenant: Tenant, plan_id: UUID) -> HttpResponse:
    """Compare anew and plan the same selection."""
    plan = recovery.access_plan(tenant, plan_id)
    job = replanning.plan_again(actor=actor(request), plan=plan)
    return redirect(reverse("portal:job", args=[tenant.id, job.id]))
