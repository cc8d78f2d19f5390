"""Plans, requests and runs: what would be done, the second person's yes, how it went."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.access import selectors as access
from apps.access.rights import APPROVE_RECOVERY, REQUEST_RECOVERY
from apps.connect import signing_in
from apps.core import clock
from apps.diffs.ids import ids_in
from apps.diffs.selectors import labels_at_each
from apps.portal import overview, planning
from apps.portal.doors import actor, overview_page, person, rights_here, tenant_page
from apps.portal.filters import RunFilter
from apps.portal.looking import record_look
from apps.portal.naming import names_at
from apps.portal.paging import after_of, next_page
from apps.portal.plan_scope import ids_in_scope, scope_of
from apps.portal.policies import step_policies
from apps.portal.views.deciding import decision_of
from apps.portal.waiting_retention import waiting_retention
from apps.recovery import differing, enabling, glass, rules
from apps.recovery import selectors as recovery
from apps.recovery import services as recovery_services
from apps.recovery.choices import Action, ResultState
from apps.recovery.estimates import estimate_view, ids_told
from apps.recovery.guards.showing import ids_at_risk, risk_views
from apps.recovery.models import Plan, Run
from apps.recovery.transfer.selectors import transfer_behind
from apps.recovery.undoing import selectors as undos
from apps.tenants.models import Tenant

STEERING = frozenset({REQUEST_RECOVERY, APPROVE_RECOVERY})
STEPS = 50
WAITING, SETTLED = 25, 25
RESULTS = 50


@tenant_page()
def plan(request: HttpRequest, tenant: Tenant, plan_id: UUID) -> HttpResponse:
    """What would be done, step by step, and the form to put it forward."""
    found = recovery.access_plan(tenant, plan_id)
    record_look(request, tenant, "recovery plan", found.id)
    context = {
        "section": "tenants",
        "tenant": tenant,
        "plan": found,
        "asked": recovery.requests(tenant).filter(plan=found).first(),
        "undo": undos.undo_plan_of(found),
        "brought_from": transfer_behind(found.report),
        "rights": rights_here(request),
        "can_settle": REQUEST_RECOVERY in rights_here(request) and found.can_be_settled,
        **_steps(request, found),
    }
    return render(request, "portal/plan.html", context)


@tenant_page(REQUEST_RECOVERY, method="POST")
def request_recovery(request: HttpRequest, tenant: Tenant, plan_id: UUID) -> HttpResponse:
    """Put a plan forward, with the reason that the approver will read."""
    found = recovery.access_plan(tenant, plan_id)
    asked = recovery_services.request_recovery(
        actor=actor(request),
        plan=found,
        reason=request.POST.get("reason", "").strip(),
        undo_hours=_undo_hours(request.POST),
    )
    messages.success(request, _("The recovery was requested. Somebody else has to approve it now."))
    return redirect(reverse("portal:request", args=[tenant.id, asked.id]))


@overview_page
def requests(request: HttpRequest, mine: access.Reached) -> HttpResponse:
    """What waits for approval, over all tenants, and what was decided lately."""
    for_me, for_others = overview.waiting(recovery.requests_waiting_for(person(request)))
    page = Paginator(for_me, WAITING).get_page(request.GET.get("page"))
    others = Paginator(for_others, WAITING).get_page(request.GET.get("others"))
    shown = overview.requests_by_id([*page.object_list, *others.object_list])
    context = {
        "section": "requests",
        "for_me": [shown[pk] for pk in page.object_list if pk in shown],
        "page": page,
        "others": [shown[pk] for pk in others.object_list if pk in shown],
        "others_page": others,
        "decided": overview.decided_requests()[:SETTLED],
        "retention": waiting_retention(),
        "rules": rules.waiting_changes(),
        "reviews": glass.unreviewed(),
        "now": clock.now(),
    }
    return render(request, "portal/requests.html", context)


@tenant_page()
def recovery_request(request: HttpRequest, tenant: Tenant, request_id: UUID) -> HttpResponse:
    """Review one request: who asks, why, and exactly what would be done."""
    found = recovery.access_request(tenant, request_id)
    record_look(request, tenant, "request for a recovery", found.id)
    context = {
        "section": "requests",
        "tenant": tenant,
        "asked": found,
        "plan": found.plan,
        "rights": rights_here(request),
        "is_own": found.requested_by_id == person(request).id,
        **decision_of(request, found),
        "run": getattr(found, "run", None),
        "brought_from": transfer_behind(found.plan.report),
        **_steps(request, found.plan),
    }
    return render(request, "portal/request.html", context)


@overview_page
def runs(request: HttpRequest, mine: access.Reached) -> HttpResponse:
    """Recoveries of all tenants, newest first."""
    shown = RunFilter(request.GET, overview.runs(), mine.named)
    page = Paginator(shown.qs, RESULTS).get_page(request.GET.get("page"))
    context = {
        "section": "runs",
        "filter": shown,
        "is_filtered": any(shown.data.values()),
        "page": page,
        "failures": recovery.failures_of(page),
        "sweeping": access.msps_of(person(request), REQUEST_RECOVERY),
    }
    return render(request, "portal/runs.html", context)


@tenant_page()
def run(request: HttpRequest, tenant: Tenant, run_id: UUID) -> HttpResponse:
    """One recovery: live while it runs, then what came of every step."""
    found = recovery.access_run(tenant, run_id)
    record_look(request, tenant, "recovery", found.id)
    states = [state for state in request.GET.getlist("state") if state in ResultState.values]
    after = after_of(request)
    results = recovery.results(found, states=states, after=after, limit=RESULTS)
    context = {
        "section": "runs",
        "tenant": tenant,
        "run": found,
        "results": recovery.result_views(found, results),
        "states": states,
        "tallies": [
            (state, state.label, number)
            for state, number in _in_order(recovery.result_counts(found))
        ],
        "is_first_page": not after,
        "next": next_page(request, results[-1].pk if len(results) == RESULTS else None),
        "rights": rights_here(request),
        "native": recovery.native_part(found),
        "comes_back_to": signing_in.redirect_uri(),
        "may_be_retried": recovery_services.may_be_retried(found),
        "may_skip": not found.is_finished and bool(STEERING & rights_here(request)),
        "has_passwords": found.is_finished and recovery.has_hand_overs(found),
        **({} if _is_partial(request) else _afterwards(found)),
    }
    template = "portal/parts/run_live.html" if _is_partial(request) else "portal/run.html"
    answer = render(request, template, context)
    if _is_partial(request) and found.is_finished:
        answer["HX-Refresh"] = "true"  # what can be done now stands outside of what is live
    return answer


@tenant_page(REQUEST_RECOVERY)
def passwords(request: HttpRequest, tenant: Tenant, run_id: UUID) -> HttpResponse:
    """The accounts that were made anew, and whether their first passwords were read."""
    found = recovery.access_run(tenant, run_id)
    record_look(request, tenant, "first passwords", found.id)
    context = {
        "section": "runs",
        "tenant": tenant,
        "run": found,
        "hand_overs": recovery.hand_overs(found),
        "kept_for": recovery_services.KEPT_FOR,
    }
    return render(request, "portal/passwords.html", context)


@tenant_page(REQUEST_RECOVERY, method="POST", step_up=True)
def show_password(
    request: HttpRequest, tenant: Tenant, run_id: UUID, hand_over_id: UUID
) -> HttpResponse:
    """One first password, this once."""
    found = recovery.access_hand_over(tenant, run_id, hand_over_id)
    secret = recovery_services.read_once(actor=actor(request), hand_over=found)
    context = {
        "section": "runs",
        "tenant": tenant,
        "run_id": run_id,
        "account": recovery.account_of(found),
        "is_secret": found.step.action == Action.SECRET,
        "secret": secret,
    }
    answer = render(request, "portal/password.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


def _afterwards(run: Run) -> dict[str, Any]:
    """What the page says once a recovery has ended: how to take it back, and what stopped it."""
    if not run.is_finished:
        return {}
    differs = differing.what_differs(run)
    values = [(value.before, value.after) for one in differs for value in one.values]
    seqs = (run.differs["seq"], run.request.plan.base_seq) if differs else ()
    return {
        "undo": undos.undo_of(run),
        "differs": differs,
        "names": names_at(run.tenant, ids_in(values), *seqs),
        "on_trial": enabling.on_trial(run),
    }


def _steps(request: HttpRequest, plan: Plan) -> dict[str, Any]:
    """A plan's risks, and one page of its steps, with names and with the requests they will
    send."""
    after = after_of(request)
    rows = recovery.steps(plan, after=after, limit=STEPS)
    unsealed = [(row, row.unseal()) for row in rows]
    policies = step_policies(plan, unsealed)
    ids = {*recovery.ids_in_steps(rows), *ids_in([content for _, content in unsealed])}
    ids |= ids_in_scope(plan)
    now, then = labels_at_each(
        plan.tenant, ids | ids_at_risk(plan) | ids_told(plan), plan.assumed_seq, plan.base_seq
    )
    # What was deleted for good has its name in the snapshot alone.
    names = then | now
    for one in policies.values():
        names = {**one.known, **names}
    views = recovery.step_views(plan, rows, names)
    return {
        "scope": scope_of(plan, names),
        "risks": risk_views(plan, now),
        "estimate": estimate_view(plan, then),
        "decided": planning.decided_in(plan),
        "steps": [(view, content) for view, (_, content) in zip(views, unsealed, strict=True)],
        "policies": policies,
        "names": names,
        "is_first_page": not after,
        "next": next_page(request, rows[-1].order if len(rows) == STEPS else None),
    }


def _undo_hours(data: QueryDict) -> int:
    """For how long the undo is to be approved with the recovery; 0 for not."""
    hours = data.get("undo_hours", "")
    return int(hours) if "with_undo" in data and hours.isdigit() else 0


def _in_order(counts: dict[str, int]) -> list[tuple[ResultState, int]]:
    return [(state, counts[state]) for state in ResultState if counts.get(state)]


def _is_partial(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"
