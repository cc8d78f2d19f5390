"""A customer that leaves: on hold, exported, handed over, erased, and the certificate."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from apps.access import selectors as access
from apps.access.rights import EXPORT, MANAGE_TENANT
from apps.access.sides import side_of
from apps.core.errors import HoldfastError, Invalid, NotAllowed
from apps.offboarding import certificates as papers
from apps.offboarding import selectors, services
from apps.offboarding.services.handing_over import find_handover
from apps.portal.doors import MENDABLE, actor, person, rights_here, step_up, tenant_page
from apps.tenants.models import MSP, Tenant


@tenant_page(MANAGE_TENANT)
def leaving(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """Where a tenant stands on its way out, and what may be done next."""
    return render(request, "portal/leaving.html", _context(request, tenant))


def _context(request: HttpRequest, tenant: Tenant) -> dict[str, object]:
    me = person(request)
    return {
        "section": "tenants",
        "tenant": tenant,
        "rights": rights_here(request),
        "offboarding": selectors.open_offboarding(tenant),
        "handover": selectors.open_handover(tenant),
        "is_msp": side_of(me.pk, tenant) == "msp",
        "grace_days": settings.HOLDFAST_ERASURE_GRACE_DAYS,
    }


@tenant_page(MANAGE_TENANT, method="POST", step_up=True)
def begin(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """Put the tenant on hold."""
    reason = request.POST.get("reason", "")
    services.begin_offboarding(actor=actor(request), tenant=tenant, reason=reason)
    messages.success(
        request, _("The tenant is on hold. Nothing is captured or recovered any more.")
    )
    return redirect("portal:leaving", tenant.id)


@tenant_page(MANAGE_TENANT, method="POST", step_up=True)
def agree(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """The second person's yes to the erasure."""
    typed = request.POST.get("name", "")
    services.agree_to_erasure(actor=actor(request), tenant=tenant, typed_name=typed)
    messages.success(request, _("Agreed. Until it is erased, it can be cancelled here."))
    return redirect("portal:leaving", tenant.id)


@tenant_page(MANAGE_TENANT, method="POST", step_up=True)
def cancel(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """Look after the tenant again."""
    reason = request.POST.get("reason", "")
    services.cancel_offboarding(actor=actor(request), tenant=tenant, reason=reason)
    messages.success(request, _("The tenant is looked after again."))
    return redirect("portal:tenant", tenant.id)


@tenant_page(EXPORT, method="POST", step_up=True)
def export(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """The whole history as a ZIP file."""
    parts = services.export_everything(actor=actor(request), tenant=tenant)
    name = f"holdfast-{tenant.id}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    answer = StreamingHttpResponse(parts, content_type="application/zip", headers=headers)
    return cast(HttpResponse, answer)  # the doors hand on whatever a view answers


@tenant_page(MANAGE_TENANT, method="POST", step_up=True)
def offer(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """Offer the tenant to another MSP; its code is shown here and nowhere else."""
    reason = request.POST.get("reason", "")
    made = services.offer_handover(actor=actor(request), tenant=tenant, reason=reason)
    return render(
        request, "portal/handover_code.html", {**_context(request, tenant), "offer": made}
    )


@tenant_page(MANAGE_TENANT, method="POST")
def withdraw(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """Take the offer back."""
    services.withdraw_handover(actor=actor(request), tenant=tenant)
    messages.success(request, _("The offer is withdrawn; its code does nothing any more."))
    return redirect("portal:leaving", tenant.id)


@step_up
@require_http_methods(["GET", "POST"])
def take_over(request: HttpRequest) -> HttpResponse:
    """Take over a customer by the code of its present MSP: first look, then take."""
    msps = list(access.msps_of(person(request), MANAGE_TENANT))
    if not msps:
        raise NotAllowed(
            "Only a Tenant Manager of a whole MSP can take over customers.",
            todo="Ask somebody who has that role.",
        )
    context: dict[str, object] = {"section": "tenants", "msps": msps, "form": request.POST}
    if request.method == "GET":
        return render(request, "portal/take_over.html", context)
    code = request.POST.get("code", "")
    try:
        msp = _chosen(request, msps)
        if "take" not in request.POST:
            found = {"offered": find_handover(code), "msp": msp}
            return render(request, "portal/take_over.html", {**context, **found})
        tenant = services.accept_handover(actor=actor(request), msp=msp, code=code)
    except (*MENDABLE, HoldfastError) as error:
        return render(request, "portal/take_over.html", {**context, "error": error}, status=400)
    messages.success(
        request,
        _("%(name)s is yours now. Connect it so that it is captured.") % {"name": tenant.name},
    )
    return redirect("portal:connection", tenant.id)


def _chosen(request: HttpRequest, msps: list[MSP]) -> MSP:
    chosen = next((msp for msp in msps if str(msp.id) == request.POST.get("msp")), None)
    if chosen is None:
        raise Invalid("Choose the MSP that takes this customer over.")
    return chosen


@login_required
@require_GET
def certificates(request: HttpRequest) -> HttpResponse:
    """The certificates of erasure of my MSPs."""
    rows = [
        (row, papers.as_file(row)["certificate"])
        for row in selectors.certificates_of(person(request))[:200]
    ]
    return render(request, "portal/certificates.html", {"section": "tenants", "rows": rows})


@login_required
@require_GET
def certificate(request: HttpRequest, certificate_id: UUID) -> HttpResponse:
    """One certificate, as the file to keep."""
    row = selectors.access_certificate(person(request), certificate_id)
    name = f"certificate-of-erasure-{row.erased_tenant_id}.json"
    response = JsonResponse(papers.as_file(row), json_dumps_params={"indent": 1})
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
