"""Bringing files of other tools in as a snapshot, and what became of each of them."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any, cast
from uuid import UUID

import orjson
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from apps.access.rights import MANAGE_TENANT
from apps.access.signin import step_up
from apps.core.errors import Invalid
from apps.core.scope import streaming
from apps.entra.catalogue import KINDS
from apps.history import kept_files
from apps.history import selectors as history
from apps.history.choices import CaptureMode
from apps.history.importing import services
from apps.history.importing.beside import add_beside
from apps.history.models import KeptFile
from apps.portal import uploads
from apps.portal.doors import actor, rights_here, tenant_page
from apps.portal.looking import record_look
from apps.tenants.models import Tenant

IMPORTS = 50
# How many files are shown on a page; the report itself holds all.
FILES = 500


@tenant_page(MANAGE_TENANT)
def imports(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """What was imported, and where the next files are handed in."""
    latest = history.latest_snapshot(tenant)
    context = {
        "section": "tenants",
        "tenant": tenant,
        "rights": rights_here(request),
        "imports": history.imports(tenant)[:IMPORTS],
        "may_come": latest is None or latest.mode == CaptureMode.IMPORT,
        "latest": latest,
        "kinds": KINDS,
        "most": uploads.most_bytes(),
        # An upload that waited for a proof of who one is would have to be sent twice.
        "proved": step_up.is_recent(request),
    }
    return render(request, "portal/imports.html", context)


@tenant_page(MANAGE_TENANT, method="POST", step_up=True)
def create_import(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """Have the file that was sent read by a job."""
    file = request.FILES.get("file")
    if file is None:
        raise _no_file(request)
    row = services.request_import(
        actor=actor(request),
        tenant=tenant,
        upload=file.chunks(),
        stated_at=_stated_at(request),
        whole=request.POST.getlist("whole"),
        reason=request.POST.get("reason", ""),
    )
    messages.success(
        request, _("The files are being read. The report says of each what became of it.")
    )
    return redirect(reverse("portal:job", args=[tenant.id, row.job_id]))


@tenant_page(MANAGE_TENANT, method="POST", step_up=True)
def import_beside(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """Add a customer that is never connected, for imports of a tenant that is captured."""
    added = add_beside(actor=actor(request), tenant=tenant)
    messages.success(
        request, _("%(name)s was added. What is imported there stays apart.") % {"name": added.name}
    )
    return redirect("portal:imports", added.id)


@tenant_page(MANAGE_TENANT)
def snapshot_import(request: HttpRequest, tenant: Tenant, import_id: UUID) -> HttpResponse:
    """What became of the files, first those that were not understood."""
    found = history.access_import(tenant, import_id)
    record_look(request, tenant, "import report", import_id)
    told = list(_worst_first(found.report)) if found.report else []
    context = {
        "section": "tenants",
        "tenant": tenant,
        "import": found,
        "files": told,
        "number": sum(found.summary.get("files", {}).values()),
    }
    return render(request, "portal/import.html", context)


@tenant_page(MANAGE_TENANT)
def import_report(request: HttpRequest, tenant: Tenant, import_id: UUID) -> HttpResponse:
    """The whole report: a line of JSON for each file."""
    found = history.access_import(tenant, import_id)
    if found.report is None:
        raise Invalid("There is no report of this import.", code="no-report")
    record_look(request, tenant, "import report", import_id)
    headers = {"Content-Disposition": f'attachment; filename="import-{found.pk}.jsonl.gz"'}
    parts = streaming(kept_files.read(found.report))
    answer = StreamingHttpResponse(parts, content_type="application/gzip", headers=headers)
    return cast(HttpResponse, answer)  # the doors hand on whatever a view answers


def _stated_at(request: HttpRequest) -> datetime:
    """The time of the files, in the person's own time zone."""
    said = parse_datetime(request.POST.get("stated_at", ""))
    if said is None:
        raise Invalid("Say when the files were made.", code="no-time")
    zone = timezone.get_current_timezone()
    return (said if said.tzinfo else said.replace(tzinfo=zone)).astimezone(UTC)


def _no_file(request: HttpRequest) -> Invalid:
    if getattr(request, uploads.TOO_LARGE, False):
        return Invalid(
            f"The file has more than {uploads.most_bytes() // 1024 // 1024} MiB.",
            code="upload-too-large",
            safe="Nothing was imported.",
            todo="Import it at the console: manage.py import-snapshot",
        )
    return Invalid("Choose a ZIP file.", code="no-file", safe="Nothing was imported.")


def _worst_first(report: KeptFile) -> Iterator[dict[str, Any]]:
    """Some files of a report: first what was not understood, then the others."""
    for fine in (False, True):
        lines = (one for one in _lines(report) if (one["outcome"] == "understood") == fine)
        yield from islice(lines, FILES if not fine else FILES // 5)


def _lines(report: KeptFile) -> Iterator[dict[str, Any]]:
    with gzip.open(kept_files.opened(report)) as lines:
        yield from map(orjson.loads, lines)
