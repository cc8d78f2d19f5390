"""A snapshot put into another tenant: which one, in what names, and what goes across."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.access import selectors as access
from apps.access.rights import REQUEST_RECOVERY
from apps.entra.catalogue import kind
from apps.entra.catalogue.across import across
from apps.history import selectors as history
from apps.portal.doors import actor, person, tenant_page
from apps.portal.looking import record_look
from apps.recovery.transfer import drilling, selectors, services
from apps.recovery.transfer.domains import suggested
from apps.recovery.transfer.presenting import rows_of
from apps.tenants.choices import TenantState
from apps.tenants.models import Tenant

TRANSFERS = 50
OTHERS = 50
_DOMAIN = "domain:"


@tenant_page(REQUEST_RECOVERY)
def put_elsewhere(request: HttpRequest, tenant: Tenant, seq: int) -> HttpResponse:
    """Which tenant of the same MSP the snapshot is put into."""
    found = history.snapshot_at(tenant, seq)
    mine = access.tenants_of(person(request), REQUEST_RECOVERY).filter(
        msp_id=tenant.msp_id, state=TenantState.ACTIVE
    )
    others = mine.exclude(pk=tenant.pk)
    page = Paginator(others, OTHERS).get_page(request.GET.get("page"))
    context = {
        "section": "tenants",
        "tenant": tenant,
        "snapshot": found,
        "others": page.object_list,
        "page": page,
    }
    return render(request, "portal/put_elsewhere.html", context)


@tenant_page(REQUEST_RECOVERY)
def transfers(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """What was put into this tenant."""
    context = {
        "section": "tenants",
        "tenant": tenant,
        "transfers": selectors.transfers(tenant)[:TRANSFERS],
    }
    return render(request, "portal/transfers.html", context)


@tenant_page(REQUEST_RECOVERY)
def begin_transfer(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """Domains, kinds and the reason, with what is suggested."""
    source, seq = _source(request.GET, request)
    services.require_both(actor(request), tenant, source, seq)
    theirs, ours = services.domains_of(tenant, source, seq)
    table = suggested(theirs, ours)
    context = {
        "section": "tenants",
        "tenant": tenant,
        "source": source,
        "seq": seq,
        "domains": [(one, table.get(one.name, "")) for one in theirs],
        "ours": ours,
        "usual": [name for name in services.ALL_KINDS if not across(kind(name)).tenant_wide],
        "settings": [name for name in services.ALL_KINDS if across(kind(name)).tenant_wide],
        "chosen": services.DEFAULT_KINDS,
    }
    return render(request, "portal/begin_transfer.html", context)


@tenant_page(REQUEST_RECOVERY, method="POST")
def prepare_transfer(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """Have it looked at what would go across."""
    source, seq = _source(request.POST, request)
    made = services.prepare(
        actor=actor(request),
        tenant=tenant,
        source=source,
        seq=seq,
        domains=_domains(request.POST),
        kinds=request.POST.getlist("kind"),
        as_cloud=bool(request.POST.get("as_cloud")),
        reason=request.POST.get("reason", ""),
    )
    return redirect(reverse("portal:transfer", args=[tenant.id, made.pk]))


@tenant_page(REQUEST_RECOVERY)
def transfer(request: HttpRequest, tenant: Tenant, transfer_id: UUID) -> HttpResponse:
    """What goes across, what does not and why; live while something is at work on it."""
    found = selectors.access_transfer(tenant, transfer_id)
    record_look(request, tenant, "transfer", found.pk)
    context = {
        "section": "tenants",
        "tenant": tenant,
        "transfer": found,
        "rows": rows_of(found),
        "run": drilling.run_of(found) if found.report_id else None,
    }
    return render(request, "portal/transfer.html", context)


@tenant_page(REQUEST_RECOVERY, method="POST")
def bring_transfer(request: HttpRequest, tenant: Tenant, transfer_id: UUID) -> HttpResponse:
    """Lay it over the tenant's history and compare."""
    found = selectors.access_transfer(tenant, transfer_id)
    services.bring_over(actor=actor(request), transfer=found)
    messages.success(
        request, _("The snapshot is being brought over. Nothing is written to the tenant by that.")
    )
    return redirect(reverse("portal:transfer", args=[tenant.id, found.pk]))


@tenant_page(REQUEST_RECOVERY, method="POST")
def keep_as_drill(request: HttpRequest, tenant: Tenant, transfer_id: UUID) -> HttpResponse:
    """Compare what was recovered with the snapshot, and keep the evidence with the source."""
    found = selectors.access_transfer(tenant, transfer_id)
    job = drilling.ask_drill(actor=actor(request), transfer=found)
    messages.success(
        request, _("The tenant is read once more; then the evidence is signed and kept.")
    )
    return redirect(reverse("portal:job", args=[tenant.id, job.pk]))


def _domains(data: QueryDict) -> dict[str, str]:
    """Which domain takes the place of which, as chosen in the form."""
    names = (name for name in data if name.startswith(_DOMAIN))
    return {name.removeprefix(_DOMAIN): data.get(name, "") for name in names}


def _source(asked: QueryDict, request: HttpRequest) -> tuple[Tenant, int]:
    """The tenant and the snapshot that a form or an address names, if they are this person's."""
    try:
        source_id, seq = UUID(asked.get("from", "")), int(asked.get("seq", ""))
    except ValueError:
        raise Http404("no tenant or snapshot was named") from None
    return access.access_tenant(person(request), source_id, REQUEST_RECOVERY), seq
