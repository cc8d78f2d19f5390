"""The audit trail: search it, read one record, take it out as a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from apps.access.rights import EXPORT, MANAGE_TENANT, VIEW_AUDIT
from apps.access.selectors import Named, access_tenant, msps_of, reached_by, tenants_of
from apps.audit import exporting, searching, selectors
from apps.audit import services as audit
from apps.core import clock, scope
from apps.core.errors import Invalid, NotAllowed
from apps.portal import trail
from apps.portal.doors import actor, person, rights_here, tenant_page
from apps.portal.looking import record_look, record_look_at_msp
from apps.portal.paging import after_of, next_page
from apps.portal.trail import Trail
from apps.tenants.models import Tenant


@login_required
@require_GET
def everything(request: HttpRequest) -> HttpResponse:
    """The trail of all that is one's own to read, newest first."""
    mine = trail.of_person(person(request))
    with mine.scope():
        _record_look_at_all(request, mine)
        can_export = tenants_of(person(request), EXPORT).exists()
        pushing = msps_of(person(request), MANAGE_TENANT) if mine.msps else []
        return _list(request, mine, {"can_export": can_export, "pushing": pushing})


@tenant_page(VIEW_AUDIT)
def of_tenant(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """Everything that was done with one tenant, for its MSP and for the customer himself."""
    record_look(request, tenant, "page of the audit trail", "")
    can_export = EXPORT in rights_here(request)
    mine = trail.of_tenant(person(request), tenant)
    return _list(request, mine, {"tenant": tenant, "can_export": can_export})


@login_required
@require_GET
def record(request: HttpRequest, number: int) -> HttpResponse:
    """One record of one's own trail."""
    mine = trail.of_person(person(request))
    with mine.scope():
        return _one(request, mine, number, {})


@tenant_page(VIEW_AUDIT)
def tenant_record(request: HttpRequest, tenant: Tenant, number: int) -> HttpResponse:
    """One record of a tenant's trail."""
    return _one(request, trail.of_tenant(person(request), tenant), number, {"tenant": tenant})


@login_required
@require_POST
def export(request: HttpRequest) -> HttpResponseBase:
    """The records that the filters leave, as a file; only of tenants one may export."""
    readable = trail.of_person(person(request))
    exportable = reached_by(person(request), EXPORT).ids
    tenants = [tenant for tenant in readable.tenants if tenant.id in exportable]
    if not tenants:
        raise NotAllowed(
            "Your role does not allow exports.",
            code="needs-export",
            safe="Nothing was exported.",
            todo="Ask a Tenant Manager for a role that does.",
        )
    with scope.tenant_scope(*exportable):
        reach = searching.Reach(
            tenant_ids=frozenset(tenant.id for tenant in tenants),
            msp_ids=frozenset(msp.id for msp in readable.msps),
            user_id=person(request).id,
        )
        rows = searching.visible(reach)
        return _file(request, Trail(rows, tenants, readable.msps, readable.veils))


@tenant_page(EXPORT, method="POST")
def export_tenant(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """The same of one tenant."""
    access_tenant(person(request), tenant.id, VIEW_AUDIT)
    return _file(request, trail.of_tenant(person(request), tenant))  # type: ignore[return-value]


def _record_look_at_all(request: HttpRequest, mine: Trail) -> None:
    """In the trail of the customer that was asked for, else of each MSP whose customers' it is."""
    wanted = request.GET.get("tenant", "")
    only = [tenant for tenant in mine.tenants if wanted == str(tenant.id)] or mine.tenants
    if len(only) == 1:
        record_look(request, only[0], "page of the audit trail", "")
        return
    for msp in mine.msps_of_tenants():
        record_look_at_msp(request, msp, "page of the audit trail")


def _list(request: HttpRequest, mine: Trail, context: Mapping[str, Any]) -> HttpResponse:
    rows, found = trail.narrowed(mine, request.GET)
    text = request.GET.get("text", "").strip()
    page = searching.page(rows, text=text, before=after_of(request), veils=mine.veils)
    names = {tenant.id: tenant.name for tenant in mine.tenants}
    names_of_msps = {msp.id: msp.name for msp in mine.msps}
    return render(
        request,
        "portal/audit/trail.html",
        {
            "section": "audit",
            "entries": page.entries,
            "page": page,
            "next": next_page(request, page.after),
            "is_first_page": not after_of(request),
            "errors": found.form.errors,
            "names": names | names_of_msps,
            "query": request.GET,
            "fields": trail.narrowed_to(request.GET),
            "verified": selectors.latest_verification(),
            **trail.choices(mine, request.GET),
            **context,
        },
    )


def _one(
    request: HttpRequest, mine: Trail, number: int, context: Mapping[str, Any]
) -> HttpResponse:
    row = selectors.access_record(mine.rows, number)
    whose = next((tenant for tenant in mine.tenants if tenant.id == row.tenant_id), None)
    if whose is not None:
        record_look(request, whose, "record of the audit trail", number)
    (entry,) = selectors.read([row], veils=mine.veils)
    before, after = entry.before or {}, entry.after or {}
    names = sorted(before.keys() | after.keys())
    return render(
        request,
        "portal/audit/record.html",
        {
            "section": "audit",
            "entry": entry,
            "values": [(name, before.get(name), after.get(name)) for name in names],
            "nothing_named": {},
            "whose": whose.name if whose else "",
            **context,
        },
    )


def _file(request: HttpRequest, mine: Trail) -> StreamingHttpResponse:
    form = request.POST.get("form", "csv")
    if form not in exporting.FORMS:
        raise Invalid("The trail can be exported as CSV or as JSON Lines.", code="unknown-form")
    rows, _ = trail.narrowed(mine, request.POST)
    up_to = audit.record_export(
        actor=actor(request),
        form=form,
        narrowed_to=trail.narrowed_to(request.POST),
        tenants={tenant.id: tenant.msp_id for tenant in _asked_for(mine, request.POST)},
        msp_ids=frozenset(msp.id for msp in mine.msps),
    )
    text = request.POST.get("text", "").strip()
    pieces = exporting.export(rows, form, up_to=up_to, text=text, veils=mine.veils)
    _, content_type, suffix = exporting.FORMS[form]
    answer = StreamingHttpResponse(scope.streaming(pieces), content_type=content_type)
    name = f"holdfast-audit-{clock.now():%Y-%m-%d}.{suffix}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _asked_for(mine: Trail, query: QueryDict) -> list[Tenant | Named]:
    wanted = query.get("tenant", "")
    return [tenant for tenant in mine.tenants if wanted in ("", str(tenant.id))]
