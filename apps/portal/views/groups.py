"""An MSP's groups: the same roles on the same tenants for several people."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.access import group_selectors, services
from apps.access import people_selectors as people
from apps.access import selectors as access
from apps.access.models import AccessGroup
from apps.access.rights import MANAGE_PEOPLE, VIEW_PEOPLE
from apps.core.errors import NotFound
from apps.portal.doors import actor, msp_page, person
from apps.portal.looking import record_look_at_msp
from apps.portal.views.people import grantable, member_or_404
from apps.tenants.models import MSP, Tag


@login_required
@require_GET
def groups(request: HttpRequest) -> HttpResponse:
    """The groups of my MSPs, and the form for a new one."""
    mine = [_of_msp(request, msp) for msp in access.msps_of(person(request), VIEW_PEOPLE)]
    return render(request, "portal/groups.html", {"section": "people", "msps": mine})


def _of_msp(request: HttpRequest, msp: MSP) -> dict[str, Any]:
    held = access.rights_on_msp(person(request).pk, msp)
    return {
        "msp": msp,
        "groups": group_selectors.groups_of(msp),
        "tags": Tag.objects.filter(msp=msp).order_by("name"),
        "roles": grantable(held),
        "may_manage": MANAGE_PEOPLE in held,
    }


@msp_page()
def group(request: HttpRequest, msp: MSP, group_id: UUID) -> HttpResponse:
    """One group: who is in it, what it gives, and on which tenants."""
    found = _group(msp, group_id)
    record_look_at_msp(request, msp, "group's members", group_id)
    members = [member.membership.user for member in found.members.all()]
    context = {
        **_of_msp(request, msp),
        "section": "people",
        "group": found,
        "members": members,
        "others": people.members_of(msp).exclude(user__in=members),
        "covered": group_selectors.covered_by(found),
        "own_tags": {one.tag_id for one in found.group_tags.all()},
        "is_in_it": person(request) in members,
    }
    return render(request, "portal/group.html", context)


@msp_page(MANAGE_PEOPLE, method="POST", step_up=True)
def create_group(request: HttpRequest, msp: MSP) -> HttpResponse:
    """Make a group; people are put into it on its own page."""
    made = services.create_group(actor=actor(request), msp=msp, **_form(request))
    return redirect(reverse("portal:group", args=[msp.pk, made.pk]))


@msp_page(MANAGE_PEOPLE, method="POST", step_up=True)
def change_group(request: HttpRequest, msp: MSP, group_id: UUID) -> HttpResponse:
    """Change what a group is called, gives and covers."""
    services.change_group(actor=actor(request), group=_group(msp, group_id), **_form(request))
    messages.success(request, _("The group was changed. It counts for its members at once."))
    return redirect(reverse("portal:group", args=[msp.pk, group_id]))


@msp_page(MANAGE_PEOPLE, method="POST", step_up=True)
def delete_group(request: HttpRequest, msp: MSP, group_id: UUID) -> HttpResponse:
    """Take a group away."""
    services.delete_group(actor=actor(request), group=_group(msp, group_id))
    messages.success(request, _("The group is gone, with all that it gave."))
    return redirect(reverse("portal:groups"))


@msp_page(MANAGE_PEOPLE, method="POST", step_up=True)
def add_member(request: HttpRequest, msp: MSP, group_id: UUID) -> HttpResponse:
    """Put somebody into a group."""
    user = member_or_404(msp, _chosen(request)).user
    services.add_to_group(actor=actor(request), group=_group(msp, group_id), user=user)
    messages.success(request, _("%(name)s is in the group.") % {"name": user.name})
    return redirect(reverse("portal:group", args=[msp.pk, group_id]))


@msp_page(MANAGE_PEOPLE, method="POST", step_up=True)
def remove_member(request: HttpRequest, msp: MSP, group_id: UUID) -> HttpResponse:
    """Take somebody out of a group."""
    user = member_or_404(msp, _chosen(request)).user
    services.remove_from_group(actor=actor(request), group=_group(msp, group_id), user=user)
    messages.success(request, _("%(name)s is not in the group any more.") % {"name": user.name})
    return redirect(reverse("portal:group", args=[msp.pk, group_id]))


def _group(msp: MSP, group_id: UUID) -> AccessGroup:
    found = group_selectors.groups_of(msp).filter(pk=group_id).first()
    if found is None:
        raise NotFound("There is no such group.", code="no-such-group")
    return found


def _form(request: HttpRequest) -> dict[str, Any]:
    """What a group's form says; new tags are written separated by commas."""
    written = request.POST.get("new_tags", "").split(",")
    return {
        "name": request.POST.get("name", ""),
        "roles": request.POST.getlist("role"),
        "covers_all": request.POST.get("covers") == "all",
        "tags": [*request.POST.getlist("tag"), *written],
    }


def _chosen(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("user", ""))
    except ValueError:
        raise NotFound("There is no such person here.", code="no-such-person") from None
