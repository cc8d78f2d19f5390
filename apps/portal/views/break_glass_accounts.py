"""The accounts that a tenant keeps for emergencies."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from apps.access.rights import MANAGE_TENANT
from apps.history import selectors as history
from apps.history.search.finding import FoundObject, search_objects
from apps.portal.doors import actor, rights_here, tenant_page
from apps.portal.looking import record_look
from apps.recovery.guards import break_glass as accounts
from apps.tenants.models import Tenant

SHORTEST = 2
FOUND = 20


@tenant_page()
def break_glass_accounts(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """Who is named, how each stands, and a search for whom to name."""
    standings = accounts.accounts_of(tenant)
    text = request.GET.get("q", "").strip()
    named = {one.account.object_id for one in standings}
    context = {
        "section": "tenants",
        "tenant": tenant,
        "standings": standings,
        "warnings": accounts.general_warnings(standings),
        "q": text,
        "is_too_short": bool(text) and len(text) < SHORTEST,
        "found": [one for one in _users(tenant, text) if one.object_id not in named],
        "rights": rights_here(request),
    }
    if standings or context["found"]:
        record_look(request, tenant, "break-glass accounts", "")
    return render(request, "portal/break_glass_accounts.html", context)


@tenant_page(MANAGE_TENANT, method="POST", step_up=True)
def name_account(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """Name one more account."""
    accounts.name_account(
        actor=actor(request), tenant=tenant, object_id=request.POST.get("object_id", "")
    )
    messages.success(request, _("The account is named. Plans are looked at with it from now on."))
    return redirect("portal:break-glass-accounts", tenant.id)


@tenant_page(MANAGE_TENANT, method="POST", step_up=True)
def forget_account(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """Take an account off the list. The account itself stays as it is."""
    accounts.forget_account(
        actor=actor(request), tenant=tenant, object_id=request.POST.get("object_id", "")
    )
    messages.success(request, _("The account is off the list. In Entra nothing was changed."))
    return redirect("portal:break-glass-accounts", tenant.id)


def _users(tenant: Tenant, text: str) -> list[FoundObject]:
    newest = history.latest_snapshot(tenant)
    if newest is None or len(text) < SHORTEST:
        return []
    return search_objects(tenant, newest.seq, text, kinds=["user"], limit=FOUND).objects
