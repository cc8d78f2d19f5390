"""Handing documents out. Each is recorded in the tenant's trail before its first byte leaves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction

from apps.access import rights
from apps.audit import services as audit
from apps.core.actor import Actor
from apps.core.errors import Invalid
from apps.core.scope import streaming
from apps.recovery.documents import as_json, as_pdf
from apps.recovery.documents.contents import Contents, of_plan, of_run
from apps.recovery.models import Plan, Run
from apps.tenants.models import Tenant

FORMS = ("json", "pdf")


@dataclass(frozen=True, slots=True)
class Document:
    """A file to be sent: its parts, media type and name."""

    parts: Iterator[bytes]
    media_type: str
    file_name: str


def plan_document(*, actor: Actor, plan: Plan, form: str) -> Document:
    """A plan as "json" or "pdf". Needs the right to see backups. Raises NotFound, NotAllowed,
    Invalid for another form, KeyProblem."""
    return _document(actor, plan.tenant, of_plan(plan), form)


def run_document(*, actor: Actor, run: Run, form: str) -> Document:
    """A run as "json" or "pdf"; of one that goes on, how far it is. As plan_document()."""
    return _document(actor, run.tenant, of_run(run), form)


def _document(actor: Actor, tenant: Tenant, contents: Contents, form: str) -> Document:
    rights.require(actor, rights.VIEW_BACKUPS, tenant)
    if form not in FORMS:
        raise Invalid("A document is made as JSON or as PDF.", code="document-form")
    with transaction.atomic():
        audit.record(
            actor=actor,
            event="recovery.document_taken",
            tenant_id=tenant.pk,
            subject=tenant.name,
            data={"document": contents.file_name, "form": form},
        )
    if form == "json":
        parts, media_type = streaming(as_json.written(contents)), "application/json"
    else:
        parts, media_type = iter([as_pdf.drawn(contents)]), "application/pdf"
    return Document(parts, media_type, f"{contents.file_name}.{form}")
