"""An MSP's playbooks: saved filters of what is brought back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from apps.access import selectors as access
from apps.access.rights import REQUEST_RECOVERY, VIEW_BACKUPS
from apps.entra.catalogue import KINDS
from apps.portal.doors import actor, msp_page, person
from apps.portal.plan_forms import filter_from
from apps.recovery.playbooks import selectors, services
from apps.recovery.playbooks.filters import FARTHEST, Filter
from apps.tenants.models import MSP


@msp_page(VIEW_BACKUPS)
def playbooks(request: HttpRequest, msp: MSP) -> HttpResponse:
    """Those that Holdfast comes with, the MSP's own, and the form for another one."""
    return render(request, "portal/playbooks.html", _context(request, msp))


@msp_page(VIEW_BACKUPS)
def playbook(request: HttpRequest, msp: MSP, playbook_id: UUID) -> HttpResponse:
    """One of the MSP's own, with the form to change it."""
    found = selectors.access_playbook(msp, playbook_id)
    context = _context(request, msp)
    context |= {"playbook": found, "filter": Filter.from_json(found.filter)}
    return render(request, "portal/playbook.html", context)


@msp_page(REQUEST_RECOVERY, method="POST")
def create_playbook(request: HttpRequest, msp: MSP) -> HttpResponse:
    """Save another one."""
    made = services.save_playbook(
        actor=actor(request),
        msp=msp,
        name=request.POST.get("name", ""),
        description=request.POST.get("description", ""),
        wanted=filter_from(request.POST),
    )
    messages.success(
        request, _("The playbook %(name)s is saved for every tenant.") % {"name": made.name}
    )
    return redirect("portal:playbooks", msp.pk)


@msp_page(REQUEST_RECOVERY, method="POST")
def change_playbook(request: HttpRequest, msp: MSP, playbook_id: UUID) -> HttpResponse:
    """Change one. Plans that were made with it stay as they are."""
    made = services.save_playbook(
        actor=actor(request),
        msp=msp,
        name=request.POST.get("name", ""),
        description=request.POST.get("description", ""),
        wanted=filter_from(request.POST),
        playbook=selectors.access_playbook(msp, playbook_id),
    )
    messages.success(request, _("The playbook %(name)s was changed.") % {"name": made.name})
    return redirect("portal:playbooks", msp.pk)


@msp_page(REQUEST_RECOVERY, method="POST")
def remove_playbook(request: HttpRequest, msp: MSP, playbook_id: UUID) -> HttpResponse:
    """Remove one. Plans that were made with it stay as they are."""
    found = selectors.access_playbook(msp, playbook_id)
    services.remove_playbook(actor=actor(request), playbook=found)
    messages.success(request, _("The playbook %(name)s was removed.") % {"name": found.name})
    return redirect("portal:playbooks", msp.pk)


def _context(request: HttpRequest, msp: MSP) -> dict[str, object]:
    return {
        "section": "tenants",
        "msp": msp,
        "offered": selectors.offered(msp.pk),
        "kinds": KINDS,
        "farthest": range(FARTHEST + 1),
        "rights": access.rights_on_msp(person(request).pk, msp),
    }
