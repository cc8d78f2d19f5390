"""Handing documents out. Each is recorded in the tenant's trail before its first byte leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from django.db import transaction

from apps.access import rights
from apps.audit import services as audit
from apps.core.actor import Actor
from apps.core.errors import Invalid
from apps.core.scope import streaming
from apps.diffs.models import DifferenceReport
from apps.diffs.selectors import Filters
from apps.recovery.documents import as_json, as_pdf, reports
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


def report_document(
    *, actor: Actor, report: DifferenceReport, filters: Filters, form: str
) -> Document:
    """A complete report's changes that meet the filters, as "json", "pdf" or "csv", or as
    "csv-signature" what vouches for the CSV file. It has values, so it needs the right to export.

    Raises NotFound, NotAllowed, Invalid for another form, Conflict for a report that is not
    complete, KeyProblem.
    """
    rights.require(actor, rights.EXPORT, report.tenant)
    if form not in _OF_REPORTS:
        raise Invalid("A report is given out as CSV, JSON or PDF.", code="document-form")
    reports.require_complete(report)
    contents = reports.of_report(report, filters)
    record_taken(actor, report.tenant, contents.file_name, form)
    write, media_type, ending = _OF_REPORTS[form]
    return Document(streaming(write(contents)), media_type, f"{contents.file_name}.{ending}")


_OF_REPORTS: Final[Mapping[str, tuple[Callable[[Contents], Iterator[bytes]], str, str]]] = {
    "json": (as_json.written, "application/json", "json"),
    "pdf": (lambda contents: iter([reports.drawn(contents)]), "application/pdf", "pdf"),
    "csv": (reports.csv_parts, "text/csv; charset=utf-8", "csv"),
    "csv-signature": (
        lambda contents: iter([reports.csv_signature(contents)]),
        "application/json",
        "csv.signature.json",
    ),
}


def _document(actor: Actor, tenant: Tenant, contents: Contents, form: str) -> Document:
    rights.require(actor, rights.VIEW_BACKUPS, tenant)
    if form not in FORMS:
        raise Invalid("A document is made as JSON or as PDF.", code="document-form")
    record_taken(actor, tenant, contents.file_name, form)
    if form == "json":
        parts, media_type = streaming(as_json.written(contents)), "application/json"
    else:
        parts, media_type = iter([as_pdf.drawn(contents)]), "application/pdf"
    return Document(parts, media_type, f"{contents.file_name}.{form}")


@transaction.atomic
def record_taken(actor: Actor, tenant: Tenant, document: str, form: str) -> None:
    """Note in the trail that somebody takes a document. document: its name without an ending."""
    audit.record(
        actor=actor,
        event="recovery.document_taken",
        tenant_id=tenant.pk,
        subject=tenant.name,
        data={"document": document, "form": form},
    )
