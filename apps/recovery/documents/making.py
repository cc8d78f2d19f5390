"""PDF files that take long: made by a worker, kept for a while, and handed out from there.

A thousand rows take seconds to set, and a web worker that sets them answers nobody else meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.conf import settings

from apps.access import rights
from apps.access.services.acting import acting
from apps.core import clock
from apps.core.actor import Actor
from apps.core.errors import Conflict, NotFound
from apps.core.scope import streaming, tenant_scope
from apps.diffs.models import DifferenceReport
from apps.diffs.selectors import Filters, access_report, change_page
from apps.history import kept_files
from apps.history.models import KeptFile
from apps.jobs import services as jobs
from apps.jobs.choices import JobState
from apps.jobs.context import JobContext
from apps.jobs.models import Job
from apps.jobs.registry import handler
from apps.recovery import selectors
from apps.recovery.documents import as_pdf, reports
from apps.recovery.documents.contents import Contents, of_plan, of_run
from apps.recovery.documents.services import Document, record_taken
from apps.recovery.models import Plan, Run
from apps.tenants.models import Tenant

KIND: Final = "document"
# What is set while somebody waits: rows of a plan, run or report. See ADR 0134 for the figures.
AT_ONCE: Final = 20
_SAY_EVERY: Final = 100
# Which right the document of each sort of subject needs: a report's has values.
_RIGHTS: Final = {
    "plan": rights.VIEW_BACKUPS,
    "run": rights.VIEW_BACKUPS,
    "report": rights.EXPORT,
}
Subject = Plan | Run | DifferenceReport


def is_long(subject: Subject, filters: Filters | None = None) -> bool:
    """Whether its PDF file is for a worker to make. One query that reads no more than it needs."""
    if isinstance(subject, DifferenceReport):
        page = change_page(subject, filters or Filters(), after=0, limit=AT_ONCE)
        return page.after is not None
    rows = subject.steps if isinstance(subject, Plan) else subject.results
    return rows.order_by().values_list("pk")[: AT_ONCE + 1].count() > AT_ONCE


@acting
def request_pdf(*, actor: Actor, subject: Subject, filters: Filters | None = None) -> Job:
    """Have a worker make the PDF file; what is asked for twice is made once.

    Raises NotFound, NotAllowed; Conflict for a report that is not complete.
    """
    sort = _sort_of(subject)
    tenant = subject.tenant
    rights.require(actor, _RIGHTS[sort], tenant)
    if isinstance(subject, DifferenceReport):
        reports.require_complete(subject)
    args = {"of": sort, "id": str(subject.pk), "only": (filters or Filters()).as_json()}
    return jobs.enqueue(actor=actor, kind=KIND, tenant=tenant, args=args, once=True)


@handler(KIND, timeout=1800, attempts=2)
def make_pdf(job: JobContext) -> dict[str, Any]:
    """Args: of ("plan", "run", "report"), id, only (filters of a report). Result: document_id, of
    the kept file, and its name. Whoever asked must still have the right."""
    tenant = job.tenant()
    rights.require(job.actor, _RIGHTS[job.args["of"]], tenant)
    contents = _watched(_contents(tenant, job.args), job)
    drawn = reports.drawn if job.args["of"] == "report" else as_pdf.drawn
    expires_at = clock.now() + timedelta(hours=settings.HOLDFAST_EXPORT_HOURS)
    kept = kept_files.keep(tenant.pk, [drawn(contents)], expires_at=expires_at)
    return {"document_id": str(kept.pk), "name": contents.file_name}


@acting
def download_pdf(*, actor: Actor, tenant: Tenant, job: Job) -> Document:
    """The file that a job has made; recorded before the first byte.

    Raises NotFound for a job that makes none, NotAllowed; Conflict when the file is not there yet,
    or not any more.
    """
    if job.kind != KIND or job.tenant_id != tenant.pk:
        raise NotFound("There is no such job.", code="no-such-job")
    rights.require(actor, _RIGHTS[job.args["of"]], tenant)
    with tenant_scope(tenant.pk):
        kept = _kept(job)
        name = str((job.result or {})["name"])
        record_taken(actor, tenant, name, "pdf")
        return Document(streaming(kept_files.read(kept)), "application/pdf", f"{name}.pdf")


def is_kept(job: Job) -> bool:
    """Whether the file of a job can be had now. Needs a scope that has its tenant."""
    return job.kind == KIND and job.state == JobState.DONE and _file_of(job) is not None


def _kept(job: Job) -> KeptFile:
    if not job.finished:
        raise Conflict(
            "The file is still being written.", code="export-not-ready", todo="Wait for its job."
        )
    kept = _file_of(job) if job.state == JobState.DONE else None
    if kept is None:
        raise Conflict(
            "The file is no longer kept.",
            code="export-expired",
            safe="What it tells of is kept as before.",
            todo="Ask for it again.",
        )
    return kept


def _file_of(job: Job) -> KeptFile | None:
    file_id = str((job.result or {})["document_id"])
    return KeptFile.objects.filter(pk=file_id, expires_at__gt=clock.now()).first()


def _sort_of(subject: Subject) -> str:
    if isinstance(subject, Plan):
        return "plan"
    return "run" if isinstance(subject, Run) else "report"


def _contents(tenant: Tenant, args: Mapping[str, Any]) -> Contents:
    """What the document says. Raises NotFound for a subject that is gone."""
    subject_id = UUID(args["id"])
    if args["of"] == "plan":
        return of_plan(selectors.access_plan(tenant, subject_id))
    if args["of"] == "run":
        return of_run(selectors.access_run(tenant, subject_id))
    report = access_report(tenant, subject_id)
    return reports.of_report(report, Filters.from_json(args["only"]))


def _watched(contents: Contents, job: JobContext) -> Contents:
    """The same contents; reading them says how far the job is, and ends with its cancellation."""
    read = 0

    def rows() -> Iterator[dict[str, Any]]:
        nonlocal read
        for row in contents.rows():
            if read % _SAY_EVERY == 0:
                job.check_cancelled()
                job.progress(read)
            read += 1
            yield row

    return replace(contents, rows=rows)
