"""Making plans: choosing what goes back and how, and settling what blocks a plan."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from apps.access import selectors as access
from apps.access.rights import REQUEST_RECOVERY
from apps.core.errors import HoldfastError
from apps.diffs import selectors as diffs
from apps.diffs.models import DifferenceReport
from apps.jobs.models import Job
from apps.portal import choosing, plan_forms, planning
from apps.portal.doors import MENDABLE, actor, came_from, person, rights_here, tenant_page
from apps.portal.looking import record_look
from apps.recovery import selectors as recovery
from apps.recovery import services as recovery_services
from apps.recovery.choices import AttributeMode, CreatedSince, LinkMode, PoliciesAs
from apps.recovery.models import Plan
from apps.recovery.playbooks.selectors import offered
from apps.tenants.models import Tenant


@tenant_page(REQUEST_RECOVERY)
def choose_plan(request: HttpRequest, tenant: Tenant, report_id: UUID) -> HttpResponse:
    """Everything that can be chosen about a plan, in words."""
    return _choosing(request, tenant, diffs.access_report(tenant, report_id))


def _choosing(
    request: HttpRequest,
    tenant: Tenant,
    found: DifferenceReport,
    error: HoldfastError | None = None,
) -> HttpResponse:
    """The form of a plan. With an error, what was chosen is chosen still."""
    record_look(request, tenant, "difference report", found.id)
    kinds, links = planning.parts_of(found)
    context = {
        "section": "tenants",
        "tenant": tenant,
        "report": found,
        "error": error,
        "form": plan_forms.chosen_in(request.POST if error else QueryDict(), found),
        "kinds": plan_forms.modes_of(request.POST, plan_forms.ATTRIBUTES, kinds),
        "links": plan_forms.modes_of(request.POST, plan_forms.LINKS, links),
        "hands": planning.hands_in(found),
        "playbooks": offered(tenant.msp_id),
        "may_see_playbooks": bool(access.rights_on_msp(person(request).pk, tenant.msp)),
        "created": CreatedSince.choices,
        "attribute_modes": AttributeMode.choices,
        "link_modes": LinkMode.choices,
        "policies_as": PoliciesAs.choices,
        "rights": rights_here(request),
    }
    status = 400 if error else 200
    return render(request, "portal/choose_plan.html", context, status=status)


@tenant_page(REQUEST_RECOVERY, method="POST")
def create_plan(request: HttpRequest, tenant: Tenant, report_id: UUID) -> HttpResponse:
    """Plan to bring back what was chosen, in the way that was chosen."""
    found = diffs.access_report(tenant, report_id)
    data = request.POST.copy()
    if "shown" in data:  # what was ticked on other pages goes with it
        ticked = choosing.choose(request, found.pk, request.POST)
        data.setlist("change", [str(position) for position in sorted(ticked)])
    try:
        made = recovery_services.plan_or_enqueue(
            actor=actor(request), report=found, selection=plan_forms.selection_from(data, tenant)
        )
    except MENDABLE as error:
        if came_from(request, default="") != reverse(
            "portal:choose-plan", args=[tenant.id, found.id]
        ):
            raise
        return _choosing(request, tenant, found, error)
    choosing.forget(request, found.pk)
    return _to(tenant, made)


@tenant_page(REQUEST_RECOVERY)
def settle(request: HttpRequest, tenant: Tenant, plan_id: UUID) -> HttpResponse:
    """What blocks a plan, each with what can be done about it."""
    found = recovery.access_plan(tenant, plan_id)
    record_look(request, tenant, "recovery plan", found.id)
    sought, text = request.GET.get("for", ""), request.GET.get("q", "").strip()
    context = {
        "section": "tenants",
        "tenant": tenant,
        "plan": found,
        "gone": planning.gone_of(found, search_for=sought, text=text),
        "created": planning.created_of(found),
        "others": [one for one in found.blockers if not one.get("choices")],
        "decided": planning.decided_in(found),
        "sought": sought,
    }
    return render(request, "portal/settle.html", context)


@tenant_page(REQUEST_RECOVERY, method="POST")
def settle_plan(request: HttpRequest, tenant: Tenant, plan_id: UUID) -> HttpResponse:
    """Make the plan anew with what was decided."""
    made = recovery_services.settle_plan(
        actor=actor(request),
        plan=recovery.access_plan(tenant, plan_id),
        answers=plan_forms.answers_from(request.POST),
    )
    return _to(tenant, made)


def _to(tenant: Tenant, made: Plan | Job) -> HttpResponse:
    """Many changes take a while: the job's page leads to the plan when it is made."""
    page = "portal:job" if isinstance(made, Job) else "portal:plan"
    return redirect(reverse(page, args=[tenant.id, made.id]))
