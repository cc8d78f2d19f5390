"""What a customer sees, and its MSP with it: who may do what on one tenant, and in which way."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.access import invitation_selectors, roles, services
from apps.access import people_selectors as people
from apps.access import selectors as access
from apps.access.rights import MANAGE_PEOPLE, MANAGE_TENANT, VIEW_PEOPLE
from apps.access.services.guards import customer_demands
from apps.access.sides import side_of
from apps.access.support_selectors import sessions_on
from apps.core.errors import NotFound
from apps.core.scope import no_scope
from apps.portal.doors import actor, person, rights_here, tenant_page
from apps.portal.looking import record_look
from apps.portal.views.people import grantable, invite, member_or_404
from apps.tenants import selectors as tenants
from apps.tenants.models import Tag, Tenant


@tenant_page(VIEW_PEOPLE)
def tenant_people(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """Both sides' people with their ways, invitations, support sessions, approvals and tags."""
    held = rights_here(request)
    record_look(request, tenant, "list of people", "")
    everybody = people.standings(tenant)
    me = person(request).pk
    side = next((one.side for one in everybody if one.user.pk == me), "")
    policy = tenants.backup_policy(tenant)
    context = {
        "section": "tenants",
        "tenant": tenant,
        "rights": held,
        "side": side,
        "msp_people": [one for one in everybody if one.side == "msp"],
        "own_people": [one for one in everybody if one.side == "customer"],
        "invitations": invitation_selectors.invitations_of(tenant),
        "may_manage": MANAGE_PEOPLE in held
        and (side == "customer" or (side == "msp" and not policy.is_demanding)),
        "roles": grantable(held),
        "sessions": sessions_on(tenant),
        "policy": policy,
        "tags": Tag.objects.filter(tenant_tags__tenant=tenant).order_by("name"),
        "may_tag": MANAGE_TENANT in held and side == "msp",
    }
    return render(request, "portal/tenant_people.html", context)


def _may_manage_customer(side: str, tenant: Tenant) -> bool:
    return side == "customer" or (side == "msp" and not customer_demands(tenant))


@tenant_page(VIEW_PEOPLE)
def standing(request: HttpRequest, tenant: Tenant, user_id: UUID) -> HttpResponse:
    """One person's rights on the tenant, and why."""
    one = people.standing_on(user_id, tenant)
    if one is None:
        raise NotFound("There is no such person here.", code="no-such-person")
    record_look(request, tenant, "list of a person's rights", user_id)
    mine = person(request).pk
    held, side = rights_here(request), side_of(mine, tenant)
    is_managed = side == "msp" or one.side == "customer"
    with no_scope("the roles of the other side are shown too"):
        held_roles = access.direct_roles(user_id, tenant)
    context = {
        "section": "tenants",
        "tenant": tenant,
        "one": one,
        "right_table": [(right, _ways(one, right.name)) for right in roles.RIGHT_TABLE.values()],
        "held_roles": held_roles,
        "roles": grantable(held),
        "may_manage": MANAGE_PEOPLE in held
        and is_managed
        and (one.side == "msp" or _may_manage_customer(side, tenant)),
        "is_self": user_id == mine,
    }
    return render(request, "portal/standing.html", context)


def _ways(one: people.Standing, right: str) -> list[people.Way]:
    return [way for way in one.ways if right in way.role.rights]


@tenant_page(MANAGE_PEOPLE, method="POST", step_up=True)
def set_tenant_roles(request: HttpRequest, tenant: Tenant, user_id: UUID) -> HttpResponse:
    """Make what was ticked the person's own roles on this tenant."""
    member = people.member_of(tenant, user_id) or member_or_404(tenant.msp, user_id)
    chosen = request.POST.getlist("role")
    services.set_roles(actor=actor(request), user=member.user, roles=chosen, on=tenant)
    messages.success(request, _("The roles of %(name)s were set.") % {"name": member.user.name})
    return redirect(reverse("portal:tenant-people", args=[tenant.pk]))


@tenant_page(MANAGE_PEOPLE, method="POST", step_up=True)
def remove_administrator(request: HttpRequest, tenant: Tenant, user_id: UUID) -> HttpResponse:
    """Let one of the customer's administrators go."""
    user = member_or_404(tenant, user_id).user
    services.remove_person(actor=actor(request), user=user, on=tenant)
    messages.success(request, _("%(name)s may do nothing here any more.") % {"name": user.name})
    return redirect(reverse("portal:tenant-people", args=[tenant.pk]))


@tenant_page(MANAGE_PEOPLE, method="POST", step_up=True)
def invite_administrator(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """Invite somebody to the customer's own administrators."""
    return invite(request, tenant, default=reverse("portal:tenant-people", args=[tenant.pk]))


@tenant_page(MANAGE_TENANT, method="POST", step_up=True)
def set_tags(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """Set the tenant's tags, written separated by commas."""
    services.set_tags(
        actor=actor(request), tenant=tenant, tags=request.POST.get("tags", "").split(",")
    )
    messages.success(request, _("The tags were set."))
    return redirect(reverse("portal:tenant-people", args=[tenant.pk]))
