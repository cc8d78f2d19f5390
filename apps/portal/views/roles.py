"""Roles and rights: the table that the product itself goes by."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from apps.access import selectors as access
from apps.access.rights import MANAGE_PEOPLE, VIEW_PEOPLE
from apps.access.roles import RIGHT_TABLE, ROLES
from apps.portal.doors import person


@login_required
@require_GET
def roles_page(request: HttpRequest) -> HttpResponse:
    """What each role allows, in people's words."""
    table = [
        (right, [(role.label, right.name in role.rights) for role in ROLES.values()])
        for right in RIGHT_TABLE.values()
    ]
    me = person(request)
    msps = [
        {"msp": msp, "may_manage": MANAGE_PEOPLE in access.rights_on_msp(me.pk, msp)}
        for msp in access.msps_of(me, VIEW_PEOPLE)
    ]
    context = {"section": "people", "roles": ROLES.values(), "table": table, "msps": msps}
    return render(request, "portal/roles.html", context)
