"""How the people of a customer or an MSP sign in: through Entra or here, and in an emergency."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from apps.access import roles
from apps.access import selectors as access
from apps.access.models import RoleMapping
from apps.access.rights import MANAGE_SIGN_IN, VIEW_PEOPLE
from apps.access.sides import On
from apps.access.signin import emergency, governing, policies, recovery_links
from apps.access.signin.entra.application import ready_clouds
from apps.access.signin.sides import people_of
from apps.core.errors import Invalid, NotFound
from apps.portal.doors import actor, msp_page, person, rights_here, tenant_page
from apps.tenants.models import MSP, Tenant

# Directory roles that mean something here
# https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference
ENTRA_ROLES = (
    ("b6a27b2b-f905-4b2e-81b5-0d90e0ef1fdb", "Entra Backup Administrator"),
    ("f42252d9-5400-4d7b-b9ef-cc582dbb8577", "Entra Backup Reader"),
    ("62e90394-69f5-4237-9190-012177145e10", "Global Administrator"),
    ("f2ef992c-3afb-46b9-b7cf-a126ee74c451", "Global Reader"),
    ("e8611ab8-c189-46e8-94e1-60213ab1f814", "Privileged Role Administrator"),
    ("194ae4cb-b126-40b2-bd5b-6091b380977d", "Security Administrator"),
)


@tenant_page(VIEW_PEOPLE)
def tenant_sign_in(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """How a customer's administrators sign in."""
    context = _context(request, tenant) | {
        "tenant": tenant,
        "mappings": [_named(row) for row in RoleMapping.objects.filter(tenant=tenant)],
        "entra_roles": ENTRA_ROLES,
        "roles": roles.ROLES.values(),
        "may": MANAGE_SIGN_IN in rights_here(request),
    }
    return render(request, "portal/sign_in/tenant.html", context)


@msp_page(VIEW_PEOPLE)
def msp_sign_in(request: HttpRequest, msp: MSP) -> HttpResponse:
    """How an MSP's staff signs in."""
    context = _context(request, msp) | {
        "msp": msp,
        "may": MANAGE_SIGN_IN in access.rights_on_msp(person(request).pk, msp),
    }
    return render(request, "portal/sign_in/msp.html", context)


@tenant_page(MANAGE_SIGN_IN, method="POST", step_up=True)
def set_tenant_sign_in(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    return _set_policy(request, tenant)


@msp_page(MANAGE_SIGN_IN, method="POST", step_up=True)
def set_msp_sign_in(request: HttpRequest, msp: MSP) -> HttpResponse:
    return _set_policy(request, msp)


@tenant_page(MANAGE_SIGN_IN, method="POST", step_up=True)
def set_mapping(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """Add one mapping, or remove one."""
    rows = RoleMapping.objects.filter(tenant=tenant)
    kept = [
        governing.Mapping(row.source, row.entra_id, row.role)
        for row in rows
        if str(row.pk) != request.POST.get("remove", "")
    ]
    if "remove" not in request.POST:
        kept.append(_mapping(request))
    governing.set_mappings(actor=actor(request), tenant=tenant, mappings=kept)
    messages.success(request, _("The mapping counts from each person's next sign-in on."))
    return redirect("portal:tenant-sign-in", tenant.pk)


@tenant_page(MANAGE_SIGN_IN, method="POST", step_up=True)
def tenant_emergency(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    return _switch_emergency(request, tenant)


@msp_page(MANAGE_SIGN_IN, method="POST", step_up=True)
def msp_emergency(request: HttpRequest, msp: MSP) -> HttpResponse:
    return _switch_emergency(request, msp)


@tenant_page(MANAGE_SIGN_IN, method="POST", step_up=True)
def tenant_recovery_link(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    return _recovery_link(request, tenant)


@msp_page(MANAGE_SIGN_IN, method="POST", step_up=True)
def msp_recovery_link(request: HttpRequest, msp: MSP) -> HttpResponse:
    return _recovery_link(request, msp)


def _context(request: HttpRequest, side: On) -> dict[str, Any]:
    return {
        "section": "tenants" if isinstance(side, Tenant) else "people",
        "side": side,
        "policy": policies.policy_of(side),
        "entra_ready": governing.entra_is_ready(side),
        "sign_in_clouds": ready_clouds(),
        "people": [user for user in people_of(side) if user.pk != person(request).pk],
    }


def _set_policy(request: HttpRequest, side: On) -> HttpResponse:
    governing.set_policy(
        actor=actor(request),
        side=side,
        entra_enabled="entra" in request.POST,
        local_enabled="local" in request.POST,
    )
    messages.success(request, _("Saved."))
    return _back_to(side)


def _switch_emergency(request: HttpRequest, side: On) -> HttpResponse:
    if request.POST.get("switch") == "off":
        emergency.end(actor=actor(request), side=side)
        messages.success(request, _("The emergency mode is over. Both sides were told."))
    else:
        emergency.begin(actor=actor(request), side=side, reason=request.POST.get("reason", ""))
        messages.success(request, _("The emergency mode is on. Both sides were told."))
    return _back_to(side)


def _recovery_link(request: HttpRequest, side: On) -> HttpResponse:
    """Make the link and show it, this once."""
    wanted = request.POST.get("user", "")
    user = next((one for one in people_of(side) if str(one.pk) == wanted), None)
    if user is None:
        raise NotFound("There is no such person here.", code="not-a-member")
    link = recovery_links.issue(
        actor=actor(request), side=side, user=user, reason=request.POST.get("reason", "")
    )
    context = {"side": side, "user_for": user, "link": link, "back": _url_of(side)}
    return render(request, "portal/sign_in/link_made.html", context)


def _mapping(request: HttpRequest) -> governing.Mapping:
    text = request.POST.get("entra_id", "").strip() or request.POST.get("entra_role", "")
    try:
        entra_id = UUID(text)
    except ValueError:
        raise Invalid(
            "Enter the id of the role or group, as Entra shows it.",
            code="no-id",
            safe="Nothing was changed.",
        ) from None
    return governing.Mapping(request.POST.get("source", ""), entra_id, request.POST.get("role", ""))


def _named(row: RoleMapping) -> tuple[RoleMapping, str, str]:
    """The mapping with what Entra and we call its two ends."""
    name = dict(ENTRA_ROLES).get(str(row.entra_id), str(row.entra_id))
    role = roles.ROLES.get(row.role)
    return row, name, role.label if role else row.role


def _url_of(side: On) -> str:
    place = "tenants" if isinstance(side, Tenant) else "msp"
    return f"/{place}/{side.pk}/sign-in/"


def _back_to(side: On) -> HttpResponse:
    return redirect(_url_of(side))
