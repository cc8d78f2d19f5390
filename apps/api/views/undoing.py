"""Taking recoveries back, planning them again, and their signed documents.

Nothing here starts an undo, also one that was approved with its recovery: that takes a person in
the portal.
"""

from __future__ import annotations

from uuid import UUID

from django.http import StreamingHttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.access.rights import REQUEST_RECOVERY, VIEW_BACKUPS
from apps.api.base import TenantView
from apps.api.links import accepted, created
from apps.api.operations import DOCUMENT, FILE, operation
from apps.api.serializers import recovery as recovery_shapes
from apps.api.serializers import undoing as shapes
from apps.api.serializers.history import Job as JobShape
from apps.jobs import selectors as jobs
from apps.jobs.models import Job
from apps.recovery import replanning
from apps.recovery import selectors as recovery
from apps.recovery.documents import making
from apps.recovery.documents import services as documents
from apps.recovery.documents.services import Document
from apps.recovery.models import Plan
from apps.recovery.undoing import selectors as undos
from apps.recovery.undoing import services as undoing

Answer = Response | StreamingHttpResponse


class Undo(TenantView):
    rights = {"GET": VIEW_BACKUPS, "POST": REQUEST_RECOVERY}

    @operation("get_undo", "Recovery", shapes.Undo)
    def get(self, request: Request, tenant_id: UUID, run_id: UUID) -> Response:
        """Whether a recovery can be taken back, and what that would leave otherwise."""
        run = recovery.access_run(self.tenant, run_id)
        return Response(shapes.Undo(undos.undo_of(run)).data)

    @operation(
        "plan_undo",
        "Recovery",
        JobShape,
        body=shapes.UndoBody,
        status=202,
        or_else={201: recovery_shapes.Plan},
    )
    def post(self, request: Request, tenant_id: UUID, run_id: UUID) -> Response:
        """Plan to take a recovery back: what it wrote, and nothing else.

        The tenant is read first (202); when the job is done, its `result` names the report and the
        plan. What others changed since stays out of it. With `report_id` and `overwrite` that is
        planned as well, at once where the report is short (201).
        """
        wanted = self.body(shapes.UndoBody)
        run = recovery.access_run(self.tenant, run_id)
        if wanted["report_id"] is None:
            return self._answer(undoing.ask_undo(actor=self.actor, run=run))
        report = undos.access_report(run, wanted["report_id"])
        made = undoing.choose(
            actor=self.actor, run=run, report=report, overwrite=wanted["overwrite"]
        )
        return self._answer(made)

    def _answer(self, made: Plan | Job) -> Response:
        if isinstance(made, Job):
            return accepted(JobShape(made).data, "job", self.tenant, job_id=made.pk)
        shown = recovery_shapes.Plan(recovery.access_plan(self.tenant, made.pk)).data
        return created(shown, "plan", self.tenant, plan_id=made.pk)


class PlanAgain(TenantView):
    rights = {"POST": REQUEST_RECOVERY}

    @operation("plan_again", "Recovery", JobShape, body=shapes.AgainBody, status=202)
    def post(self, request: Request, tenant_id: UUID, plan_id: UUID) -> Response:
        """Compare the tenant anew and plan the same selection, for a plan that fits no more.

        When the job is done, its `result` names the report and the plan.
        """
        self.body(shapes.AgainBody)
        plan = recovery.access_plan(self.tenant, plan_id)
        job = replanning.plan_again(actor=self.actor, plan=plan)
        return accepted(JobShape(job).data, "job", self.tenant, job_id=job.pk)


class LongDocument(TenantView):
    """What gives a signed document, which may be a worker's to make."""

    def _by_job(self, subject: making.Subject) -> Response:
        job = making.request_pdf(actor=self.actor, subject=subject)
        return accepted(JobShape(job).data, "job", self.tenant, job_id=job.pk)


class PlanDocument(LongDocument):
    rights = {"GET": VIEW_BACKUPS}
    query = shapes.DocumentQuery

    @extend_schema(
        operation_id="get_plan_document",
        tags=["Recovery"],
        parameters=[shapes.DocumentQuery],
        responses={**DOCUMENT, 202: JobShape},
    )
    def get(self, request: Request, tenant_id: UUID, plan_id: UUID) -> Answer:
        """A plan with every step as a signed file, JSON or PDF. It is recorded.

        A long PDF file is made by a job (202), and taken from there.
        """
        plan = recovery.access_plan(self.tenant, plan_id)
        form = self.parameters()["form"]
        if form == "pdf" and making.is_long(plan):
            return self._by_job(plan)
        return _file(documents.plan_document(actor=self.actor, plan=plan, form=form))


class RunDocument(LongDocument):
    rights = {"GET": VIEW_BACKUPS}
    query = shapes.DocumentQuery

    @extend_schema(
        operation_id="get_run_document",
        tags=["Recovery"],
        parameters=[shapes.DocumentQuery],
        responses={**DOCUMENT, 202: JobShape},
    )
    def get(self, request: Request, tenant_id: UUID, run_id: UUID) -> Answer:
        """A recovery with what came of every step as a signed file. It is recorded.

        A long PDF file is made by a job (202), and taken from there.
        """
        run = recovery.access_run(self.tenant, run_id)
        form = self.parameters()["form"]
        if form == "pdf" and making.is_long(run):
            return self._by_job(run)
        return _file(documents.run_document(actor=self.actor, run=run, form=form))


class JobDocument(TenantView):
    rights = {"GET": VIEW_BACKUPS}

    @extend_schema(operation_id="get_job_document", tags=["Jobs"], responses=FILE)
    def get(self, request: Request, tenant_id: UUID, job_id: UUID) -> StreamingHttpResponse:
        """The PDF file that a job has made, for as long as it is kept. It is recorded.

        That of a difference report needs the right to export.
        """
        made = making.download_pdf(actor=self.actor, tenant=self.tenant, job=jobs.job(job_id))
        return _file(made)


def _file(document: Document) -> StreamingHttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{document.file_name}"'}
    return StreamingHttpResponse(document.parts, content_type=document.media_type, headers=headers)
