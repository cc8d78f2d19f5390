"""An MSP's people: who they are, what they may do, and how they come and go."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.access import group_selectors, invitation_selectors, roles, services
from apps.access import people_selectors as people
from apps.access import selectors as access
from apps.access.models import Membership
from apps.access.rights import MANAGE_PEOPLE, VIEW_PEOPLE
from apps.core.errors import NotFound
from apps.core.scope import no_scope
from apps.portal.doors import actor, came_from, msp_page, overview_page, person
from apps.portal.filters import StaffFilter
from apps.portal.looking import record_look_at_msp
from apps.tenants.models import MSP, Tenant


@overview_page
def people_page(request: HttpRequest, mine: access.Reached) -> HttpResponse:
    """The people of my MSPs; whoever belongs to no MSP finds his tenants' people from here."""
    me = person(request)
    msps = list(access.msps_of(me, VIEW_PEOPLE))
    for msp in msps:
        record_look_at_msp(request, msp, "list of people")
    context = {
        "section": "people",
        "msps": [_of_msp(request, msp) for msp in msps],
        "tenants": [] if me.is_operator else mine.named,
    }
    return render(request, "portal/people.html", context)


def _of_msp(request: HttpRequest, msp: MSP) -> dict[str, object]:
    held = access.rights_on_msp(person(request).pk, msp)
    found = StaffFilter(request.GET, queryset=people.members_of(msp))
    return {
        "msp": msp,
        "filter": found,
        "staff": people.staff_of(msp, found.qs),
        "invitations": invitation_selectors.invitations_of(msp),
        "may_manage": MANAGE_PEOPLE in held,
        "roles": grantable(held),
    }


def grantable(held: frozenset[str]) -> list[tuple[roles.Role, bool]]:
    """Every role, each with whether somebody who holds these rights may give it."""
    return [(role, role.rights <= held) for role in roles.ROLES.values()]


@msp_page()
def staff(request: HttpRequest, msp: MSP, user_id: UUID) -> HttpResponse:
    """One of an MSP's people: the rights in effect and where each comes from."""
    member = member_or_404(msp, user_id)
    record_look_at_msp(request, msp, "list of a person's rights", user_id)
    one = people.staff_of(msp, people.members_of(msp).filter(pk=member.pk))[0]
    held = access.rights_on_msp(person(request).pk, msp)
    with no_scope("an MSP's manager sees what its people may do"):
        on_whole = access.rights_on_msp(user_id, msp)
    context = {
        "section": "people",
        "msp": msp,
        "one": one,
        "groups": [(group, list(group_selectors.covered_by(group))) for group in one.groups],
        "rights_on_msp": [one for one in roles.RIGHT_TABLE.values() if one.name in on_whole],
        "held_roles": [role.name for role in one.roles],
        "roles": grantable(held),
        "tenants": access.tenants_of(person(request), MANAGE_PEOPLE).filter(msp=msp),
        "may_manage": MANAGE_PEOPLE in held,
        "is_self": user_id == person(request).pk,
    }
    return render(request, "portal/staff.html", context)


@msp_page(MANAGE_PEOPLE, method="POST", step_up=True)
def set_staff_roles(request: HttpRequest, msp: MSP, user_id: UUID) -> HttpResponse:
    """Make what was ticked the person's own roles on the whole MSP."""
    user = member_or_404(msp, user_id).user
    chosen = request.POST.getlist("role")
    services.set_roles(actor=actor(request), user=user, roles=chosen, on=msp)
    messages.success(request, _("The roles of %(name)s were set.") % {"name": user.name})
    return redirect(reverse("portal:staff", args=[msp.pk, user_id]))


@msp_page(MANAGE_PEOPLE, method="POST", step_up=True)
def remove_staff(request: HttpRequest, msp: MSP, user_id: UUID) -> HttpResponse:
    """Let somebody go, with every role there."""
    user = member_or_404(msp, user_id).user
    services.remove_person(actor=actor(request), user=user, on=msp)
    messages.success(request, _("%(name)s may do nothing here any more.") % {"name": user.name})
    return redirect(reverse("portal:people"))


@msp_page(MANAGE_PEOPLE, method="POST", step_up=True)
def invite_staff(request: HttpRequest, msp: MSP) -> HttpResponse:
    """Invite somebody to the MSP's staff."""
    return invite(request, msp, default=reverse("portal:people"))


def invite(request: HttpRequest, on: MSP | Tenant, *, default: str) -> HttpResponse:
    """Invite whom the form names, and go back to where it was."""
    services.invite(
        actor=actor(request),
        email=request.POST.get("email", ""),
        roles=request.POST.getlist("role"),
        on=on,
        entra=request.POST.get("sign_in") == "entra",
    )
    messages.success(request, _("The invitation is on its way."))
    return redirect(came_from(request, default=default))


def member_or_404(on: MSP | Tenant, user_id: UUID) -> Membership:
    """The person's membership there. Raises NotFound."""
    member = people.member_of(on, user_id)
    if member is None:
        raise NotFound("There is no such person here.", code="no-such-person")
    return member
