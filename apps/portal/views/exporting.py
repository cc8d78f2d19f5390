"""Taking a tenant's data out: what, of which snapshot, in which form; and what was taken before."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.access.rights import EXPORT
from apps.core.errors import Invalid
from apps.entra.catalogue import KINDS
from apps.history import selectors as history
from apps.history.choices import ExportForm
from apps.history.exporting import forms, services
from apps.history.exporting.services import Download
from apps.history.exporting.signing_manifests import fingerprints, public_keys
from apps.portal.doors import actor, rights_here, tenant_page
from apps.tenants.models import Tenant

SNAPSHOTS = 200
PAGE = 25


@tenant_page(EXPORT)
def exports(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """Choose what to take out; below it, what was taken out before and by whom."""
    page = Paginator(history.exports(tenant), PAGE).get_page(request.GET.get("page"))
    context = {
        "section": "tenants",
        "tenant": tenant,
        "rights": rights_here(request),
        "snapshots": history.snapshots(tenant)[:SNAPSHOTS],
        "chosen": request.GET,
        "kinds": KINDS,
        "forms": ExportForm.choices,
        "page": page,
        "hours": settings.HOLDFAST_EXPORT_HOURS,
        "keys": fingerprints(),
    }
    return render(request, "portal/exports.html", context)


@tenant_page(EXPORT, method="POST", step_up=True)
def create_export(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """Take it out: little at once, much by a job whose page leads back here."""
    wanted = services.wanted_of(
        tenant,
        seq=_number(request.POST.get("snapshot", "")),
        form=request.POST.get("form", ""),
        kind=request.POST.get("kind", ""),
        object_id=request.POST.get("object", "").strip(),
    )
    if services.is_little(wanted):
        return _file(services.hand_out(actor=actor(request), tenant=tenant, wanted=wanted))
    made = services.request_export(actor=actor(request), tenant=tenant, wanted=wanted)
    messages.success(request, _("It is being written. The file waits here when it is ready."))
    if made.job_id is None:
        return redirect("portal:exports", tenant.id)
    return redirect(reverse("portal:job", args=[tenant.id, made.job_id]))


@tenant_page(EXPORT, method="POST", step_up=True)
def download_export(request: HttpRequest, tenant: Tenant, export_id: UUID) -> HttpResponse:
    """The file of an export that is ready."""
    return _file(services.download(actor=actor(request), tenant=tenant, export_id=export_id))


@login_required
@require_GET
def verifier(request: HttpRequest) -> HttpResponse:
    """The script that checks an export without Holdfast."""
    return _attached(forms.verifier(), "text/x-python; charset=utf-8", "verify_export.py")


@login_required
@require_GET
def signing_key(request: HttpRequest) -> HttpResponse:
    """The public keys that exports of this installation are signed with."""
    return _attached(public_keys(), "application/x-pem-file", "signing-key.pem")


def _file(download: Download) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{download.file_name}"'}
    answer = StreamingHttpResponse(
        download.parts, content_type=download.media_type, headers=headers
    )
    return cast(HttpResponse, answer)  # the doors hand on whatever a view answers


def _attached(data: bytes, media_type: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(data, content_type=media_type, headers=headers)


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 18:
        raise Invalid("Choose a snapshot.", code="no-snapshot")
    return int(text)
