"""Whose approval a tenant's recoveries need, by level of risk, and how that is changed."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from apps.access.rights import APPROVE_RECOVERY, DEMAND_APPROVALS
from apps.access.sides import side_of
from apps.portal import approval_forms
from apps.portal.doors import actor, person, rights_here, tenant_page
from apps.portal.views.holding import says_yes
from apps.recovery import glass, rules
from apps.recovery.choices import RulesChangeState
from apps.tenants import selectors as tenants
from apps.tenants.models import Tenant
from apps.tenants.schedules import WEEKDAYS

CHANGES = 20
REVIEWS = 20


@tenant_page()
def approval_rules(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """The rules, what the customer insists on, what waits, and where the glass was broken."""
    now = rules.agreed(tenants.backup_policy(tenant))
    changes = list(rules.changes(tenant)[:CHANGES])
    context = {
        "section": "tenants",
        "tenant": tenant,
        "rights": rights_here(request),
        "me": person(request).pk,
        "side": side_of(person(request).pk, tenant),
        "agreed": now,
        "rows": approval_forms.level_rows(now.rules),
        "weekdays": list(enumerate(WEEKDAYS)),
        "grace_days": rules.grace().days,
        "open_changes": [one for one in changes if one.state in RulesChangeState.open()],
        "settled_changes": [one for one in changes if one.state not in RulesChangeState.open()],
        "reviews": glass.reviews(tenant)[:REVIEWS],
        **approval_forms.choices(),
    }
    return render(request, "portal/approval_rules.html", context)


@tenant_page(DEMAND_APPROVALS, method="POST", step_up=True)
def set_approval_rules(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """Set the rules; looser ones wait for somebody else."""
    change = rules.change_rules(
        actor=actor(request),
        tenant=tenant,
        rules=approval_forms.rules_in(request.POST),
        forbids_glass="forbids_glass" in request.POST,
        reason=request.POST.get("reason", ""),
    )
    if change.loosens:
        messages.success(
            request,
            _("These rules ask for less: somebody else has to agree. Until then all stays."),
        )
    else:
        messages.success(request, _("The rules count from now on."))
    return redirect("portal:approval-rules", tenant.pk)


@tenant_page(APPROVE_RECOVERY, method="POST", step_up=True)
def decide_approval_rules(
    request: HttpRequest, tenant: Tenant, rules_change_id: UUID
) -> HttpResponse:
    """The second person's word about looser rules."""
    found = rules.access_change(tenant, rules_change_id)
    reason = request.POST.get("reason", "")
    if says_yes(request):
        rules.approve(actor=actor(request), change=found, reason=reason)
        messages.success(
            request, _("Approved. Until its grace period is over it can be cancelled.")
        )
    else:
        rules.refuse(actor=actor(request), change=found, reason=reason)
        messages.success(request, _("Refused. The rules stay as they are."))
    return redirect("portal:approval-rules", tenant.pk)


@tenant_page(DEMAND_APPROVALS, method="POST")
def cancel_approval_rules(
    request: HttpRequest, tenant: Tenant, rules_change_id: UUID
) -> HttpResponse:
    """Take looser rules back before they count."""
    found = rules.access_change(tenant, rules_change_id)
    rules.cancel(actor=actor(request), change=found, reason=request.POST.get("reason", ""))
    messages.success(request, _("Cancelled. The rules stay as they are."))
    return redirect("portal:approval-rules", tenant.pk)
