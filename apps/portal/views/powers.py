"""What the MSP can do, spelled out for the customer's own administrators."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.access import people_selectors as people
from apps.access.rights import APPROVE_RECOVERY, MANAGE_PEOPLE, MANAGE_TENANT, VIEW_PEOPLE
from apps.access.support_selectors import sessions_on
from apps.history.offsite.selectors import whereabouts
from apps.history.retention.agreed import agreed as retention_of
from apps.portal import powers
from apps.portal.doors import person, rights_here, tenant_page
from apps.portal.looking import record_look
from apps.recovery import rules
from apps.tenants import selectors as tenants
from apps.tenants.models import Tenant

SESSIONS: Final = 5


@tenant_page(VIEW_PEOPLE)
def msp_powers(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """Who at the MSP may do what, what needs the customer, what was consented to, where the data
    lies, and how all of it is taken back."""
    record_look(request, tenant, "what the MSP can do", "")
    # Read with the tenant and its MSP, which all that follows asks for.
    policy = tenants.backup_policy(tenant, related=("tenant__msp",))
    tenant, me = policy.tenant, person(request).pk
    everybody = people.standings(tenant)
    agreed = rules.agreed(policy)
    sessions = sessions_on(tenant)
    context = {
        "section": "tenants",
        "tenant": tenant,
        "msp": tenant.msp,
        "rights": rights_here(request),
        "side": next((one.side for one in everybody if one.user.pk == me), ""),
        "held": powers.rights_held(everybody),
        "msp_people": [one for one in everybody if one.side == "msp"],
        "own_approvers": _own(everybody, APPROVE_RECOVERY),
        "own_managers": _own(everybody, MANAGE_TENANT),
        "may_end_sessions": MANAGE_PEOPLE in rights_here(request),
        "agreed": agreed,
        "approvals": powers.approvals(agreed.rules),
        "consents": powers.consents(tenant),
        "schedule": policy.schedule,
        "offsite": whereabouts(tenant),
        "keeps": retention_of(tenant).rules,
        "host": urlsplit(str(settings.HOLDFAST_BASE_URL)).hostname,
        "sessions": sessions[:SESSIONS],
        "more_sessions": max(0, len(sessions) - SESSIONS),
        "last": powers.last_done(tenant),
        "grace_days": settings.HOLDFAST_ERASURE_GRACE_DAYS,
    }
    return render(request, "portal/msp_powers.html", context)


def _own(everybody: list[people.Standing], right: str) -> list[people.Standing]:
    """The customer's own people who hold a right."""
    return [one for one in everybody if one.side == "customer" and right in one.rights]
