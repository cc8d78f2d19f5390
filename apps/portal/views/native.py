"""Microsoft's own recovery in place of ours: choosing it, and signing in for it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from apps.access import selectors as access
from apps.access.rights import REQUEST_RECOVERY, VIEW_BACKUPS
from apps.connect import signing_in
from apps.core.errors import Invalid
from apps.core.scope import tenant_scope
from apps.diffs import selectors as diffs
from apps.portal import planning
from apps.portal.doors import actor, mended, person, rights_here, tenant_page
from apps.portal.looking import record_look
from apps.recovery import selectors as recovery
from apps.recovery.native.covering import TYPES
from apps.recovery.native.letting import SCOPE, let_begin, require_may_let
from apps.recovery.native.offering import offer
from apps.recovery.native.points import KEPT
from apps.tenants.models import Tenant

# What was begun, by the state that Microsoft sends back; somebody may have several tabs.
_SESSION_KEY = "holdfast_sign_ins_for_runs"
_AT_MOST = 4


@tenant_page(REQUEST_RECOVERY)
def choose_native(request: HttpRequest, tenant: Tenant, report_id: UUID) -> HttpResponse:
    """Microsoft's snapshots near the report's, and what its recovery would do and not do."""
    found = diffs.access_report(tenant, report_id)
    record_look(request, tenant, "difference report", found.id)
    kinds, _links = planning.parts_of(found)
    context = {
        "section": "tenants",
        "tenant": tenant,
        "report": found,
        "offer": offer(found),
        "kinds": [name for name in kinds if name in TYPES],
        "kept": KEPT,
        "rights": rights_here(request),
    }
    return render(request, "portal/choose_native.html", context)


@tenant_page()
@never_cache
def sign_in_for_run(request: HttpRequest, tenant: Tenant, run_id: UUID) -> HttpResponse:
    """Go to Microsoft as somebody of the tenant, and come back so that the run may go on.

    A link and not a form, because browsers hold a form's redirects against the page's policy.
    """
    found = recovery.access_run(tenant, run_id)

    def go() -> HttpResponse:
        require_may_let(actor(request), found)
        address, flow = signing_in.begin(tenant, SCOPE)
        kept = {"tenant": str(tenant.id), "run": str(found.id), "flow": flow}
        begun: dict[str, Any] = request.session.get(_SESSION_KEY, {})
        begun[str(flow["state"])] = kept
        request.session[_SESSION_KEY] = dict(list(begun.items())[-_AT_MOST:])
        return HttpResponseRedirect(address)

    return mended(request, reverse("portal:run", args=[tenant.id, found.id]), go)


@login_required
@require_GET
@never_cache
def signed_in(request: HttpRequest) -> HttpResponse:
    """Back from Microsoft: the run that waited goes on. Nothing in the address is believed but the
    state, which finds what this very browser began."""
    begun: dict[str, Any] = request.session.get(_SESSION_KEY, {})
    kept = begun.pop(request.GET.get("state", ""), None)
    request.session[_SESSION_KEY] = begun
    if kept is None:
        raise Invalid(
            "This answer from Microsoft does not belong to a sign-in that was begun here.",
            code="unknown-state",
            safe="Nothing was started.",
            todo="Start again from the recovery's page.",
        )
    tenant, _held = access.enter_tenant(person(request), UUID(kept["tenant"]), VIEW_BACKUPS)
    page = reverse("portal:run", args=[tenant.id, kept["run"]])

    def go_on() -> HttpResponse:
        found = recovery.access_run(tenant, UUID(kept["run"]))
        given = signing_in.finish(tenant, kept["flow"], request.GET.dict())
        let_begin(actor=actor(request), run=found, given=given)
        messages.success(request, _("Thank you. Microsoft's recovery is started now."))
        return redirect(page)

    with tenant_scope(tenant.id):
        return mended(request, page, go_on)
