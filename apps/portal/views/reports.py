"""Difference reports: ask for one, read it, choose what to bring back."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from apps.access.rights import EXPORT, REQUEST_RECOVERY
from apps.core.errors import Invalid
from apps.diffs import grouping
from apps.diffs import selectors as diffs
from apps.diffs import services as diffs_services
from apps.diffs.changes import Scope
from apps.diffs.completeness import unread
from apps.diffs.returning import request_return
from apps.entra.catalogue import KINDS
from apps.history import selectors as history
from apps.portal import choosing, narrowing, planning, policies
from apps.portal.doors import actor, rights_here, tenant_page
from apps.portal.looking import record_look
from apps.portal.naming import people_behind
from apps.portal.paging import after_of, next_page
from apps.recovery import selectors as recovery
from apps.recovery.transfer.selectors import transfer_behind
from apps.tenants.models import Tenant

PAGE = 50
# In which a report can be taken along.
FORMS = (("csv", "CSV"), ("json", "Signed JSON"), ("pdf", "Signed PDF"))


@tenant_page()
def reports(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """A tenant's difference reports and the form for a new one."""
    context = {
        "section": "tenants",
        "tenant": tenant,
        "reports": diffs.reports(tenant)[:100],
        "snapshots": history.snapshots(tenant)[:200],
        "kinds": KINDS,
        "base": request.GET.get("base", ""),
        "rights": rights_here(request),
    }
    return render(request, "portal/reports.html", context)


@tenant_page(REQUEST_RECOVERY, method="POST")
def create_report(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """Compare a snapshot with another, or with now."""
    base = history.snapshot_at(tenant, _number(request.POST, "base"))
    against = request.POST.get("target", "now")
    target = (
        None if against == "now" else history.snapshot_at(tenant, _number(request.POST, "target"))
    )
    report = diffs_services.request_report(
        actor=actor(request),
        tenant=tenant,
        base=base,
        target=target,
        scope=Scope(
            kinds=frozenset(kind for kind in request.POST.getlist("kind") if kind),
            object_ids=frozenset(_ids(request.POST.get("objects", ""))),
        ),
    )
    return redirect(reverse("portal:report", args=[tenant.id, report.id]))


@tenant_page()
def report(request: HttpRequest, tenant: Tenant, report_id: UUID) -> HttpResponse:
    """A report: progress while it is made, then its changes, filtered and page by page."""
    found = diffs.access_report(tenant, report_id, related=("base__transfer",))
    record_look(request, tenant, "difference report", found.id)
    filters = narrowing.filters_from(request.GET)
    counted = grouping.counted(found, filters)
    page = diffs.change_page(found, filters, after=after_of(request), limit=PAGE)
    rows, names = diffs.view_with_names(page.changes, nested=True)
    # To look through all of a very large report takes too long.
    of_each = planning.a_change_of_each(found) if counted.groups else []
    people = people_behind(tenant, [*page.changes, *of_each])
    ticked = choosing.chosen(request, found.pk)
    shown = {row.position for row in page.changes}
    context = {
        "section": "tenants",
        "tenant": tenant,
        "report": found,
        "unread": unread(found),
        "pruned": diffs.pruned(found),
        "brought_from": transfer_behind(found),
        "job_id": found.job_id,
        "rows": rows,
        "names": names,
        "people": people,
        "next": next_page(request, page.after),
        "is_first_page": not after_of(request),
        "fields": narrowing.fields_of(
            found, counted, request.GET, planning.hands_of(of_each, people)
        ),
        "counted": counted,
        "groups": narrowing.groups_of(counted, request.GET),
        "is_filtered": bool(filters),
        "forms": FORMS if EXPORT in rights_here(request) else (),
        "may_recover": REQUEST_RECOVERY in rights_here(request),
        "ticked": ticked,
        "elsewhere": len(ticked - shown),
        "plans": recovery.plans(tenant).filter(report=found)[:5],
        "rights": rights_here(request),
    }
    return render(request, "portal/report.html", context)


@tenant_page(REQUEST_RECOVERY, method="POST")
def choose_changes(request: HttpRequest, tenant: Tenant, report_id: UUID) -> HttpResponse:
    """Keep what is ticked on a page of a report, and turn to another."""
    found = diffs.access_report(tenant, report_id)
    goes_on = request.POST.get("go") != "nowhere"
    if goes_on:
        choosing.choose(request, found.pk, request.POST)
    else:
        choosing.forget(request, found.pk)
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204)
    query = QueryDict(request.POST.get("next" if goes_on else "here", "")).urlencode()
    address = reverse("portal:report", args=[tenant.id, found.id])
    return redirect(f"{address}?{query}" if query else address)


@tenant_page(REQUEST_RECOVERY, method="POST")
def recover_objects(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """Compare objects that are deleted with now, as they were when all of them were last there."""
    keys = [(kind, one) for kind, _, one in (v.partition("/") for v in _objects(request)) if one]
    made = request_return(
        actor=actor(request), tenant=tenant, objects=keys, seq=_number(request.POST, "at")
    )
    return redirect(reverse("portal:report", args=[tenant.id, made.id]))


@tenant_page()
def change(request: HttpRequest, tenant: Tenant, report_id: UUID, position: int) -> HttpResponse:
    """One change with everything before and after, part by part."""
    found = diffs.access_report(tenant, report_id)
    row = diffs.access_change(found, position)
    record_look(request, tenant, "change", f"{found.id}/{position}")
    (view,), names = diffs.view_with_names([row], nested=True)
    said = policies.change_difference(found, row)
    context = {
        "section": "tenants",
        "tenant": tenant,
        "report": found,
        "row": view,
        "policies": said,
        "names": {**names, **(said.known if said else {})},
        "people": people_behind(tenant, [row]),
        "rights": rights_here(request),
    }
    return render(request, "portal/change.html", context)


def _number(data: QueryDict, name: str) -> int:
    value = data.get(name, "")
    if not value.isdigit():
        raise Invalid("Choose a snapshot to compare.")
    return int(value)


def _objects(request: HttpRequest) -> list[str]:
    return request.POST.getlist("object")


def _ids(text: str) -> Iterable[str]:
    return text.replace(",", " ").split()
