"""Difference reports: ask for one, read it, choose what to bring back."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from apps.access.rights import REQUEST_RECOVERY
from apps.core.errors import Invalid
from apps.diffs import choices
from apps.diffs import selectors as diffs
from apps.diffs import services as diffs_services
from apps.diffs.changes import Scope
from apps.diffs.completeness import unread
from apps.entra.catalogue import KINDS
from apps.history import selectors as history
from apps.portal import policies
from apps.portal.doors import actor, rights_here, tenant_page
from apps.portal.looking import record_look
from apps.portal.naming import names_in_changes, people_behind
from apps.portal.paging import after_of, next_page
from apps.portal.presenting import words
from apps.recovery import selectors as recovery
from apps.tenants.models import Tenant

PAGE = 50
# The address's parameter, the field of diffs.selectors.Filters, and the words to choose from.
FILTERS = (
    ("change", "changes", "What happened", choices.ChangeType.choices),
    ("kind", "kinds", "Kind", [(kind.name, words(kind.name)) for kind in KINDS]),
    ("recoverable", "recoverable", "Can it be brought back", choices.Recoverable.choices),
    ("risk", "risk", "Risk", choices.Risk.choices),
)


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
    found = diffs.access_report(tenant, report_id)
    record_look(request, tenant, "difference report", found.id)
    wanted = {name: [v for v in request.GET.getlist(key) if v] for key, name, _, _ in FILTERS}
    filters = diffs.Filters(**wanted)
    page = diffs.change_page(found, filters, after=after_of(request), limit=PAGE)
    rows = diffs.view(page.changes, nested=True)
    context = {
        "section": "tenants",
        "tenant": tenant,
        "report": found,
        "unread": unread(found),
        "pruned": diffs.pruned(found),
        "job_id": found.job_id,
        "rows": rows,
        "names": names_in_changes(found, rows),
        "people": people_behind(tenant, page.changes),
        "next": next_page(request, page.after),
        "is_first_page": not after_of(request),
        "filters": _filter_fields(request.GET),
        "is_filtered": any(wanted.values()),
        "plans": recovery.plans(tenant).filter(report=found)[:5],
        "rights": rights_here(request),
    }
    return render(request, "portal/report.html", context)


@tenant_page()
def change(request: HttpRequest, tenant: Tenant, report_id: UUID, position: int) -> HttpResponse:
    """One change with everything before and after, part by part."""
    found = diffs.access_report(tenant, report_id)
    row = diffs.access_change(found, position)
    record_look(request, tenant, "change", f"{found.id}/{position}")
    view = diffs.view([row], nested=True)[0]
    context = {
        "section": "tenants",
        "tenant": tenant,
        "report": found,
        "row": view,
        "policies": policies.change_difference(found, row),
        "names": names_in_changes(found, [view]),
        "people": people_behind(tenant, [row]),
        "rights": rights_here(request),
    }
    return render(request, "portal/change.html", context)


def _number(data: QueryDict, name: str) -> int:
    value = data.get(name, "")
    if not value.isdigit():
        raise Invalid("Choose a snapshot to compare.")
    return int(value)


def _ids(text: str) -> Iterable[str]:
    return text.replace(",", " ").split()


def _filter_fields(query: QueryDict) -> list[dict[str, object]]:
    return [
        {"name": key, "label": words, "choices": values, "chosen": query.get(key, "")}
        for key, _, words, values in FILTERS
    ]
