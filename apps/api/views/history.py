"""Snapshots, captures and the jobs that make them."""

from __future__ import annotations

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from apps.access.rights import TAKE_BACKUPS, VIEW_BACKUPS
from apps.api.base import TenantView
from apps.api.links import accepted
from apps.api.operations import listing, operation
from apps.api.serializers import history as shapes
from apps.api.serializers.common import Nothing
from apps.core.errors import NotFound
from apps.history import selectors as history
from apps.history import services as history_services
from apps.jobs import selectors as jobs
from apps.jobs import services as jobs_services
from apps.jobs.models import Job
from apps.tenants.models import Tenant


class Snapshots(TenantView):
    rights = {"GET": VIEW_BACKUPS}
    ordering = ("-seq",)

    @listing("list_snapshots", "Snapshots", shapes.Snapshot)
    def get(self, request: Request, tenant_id: UUID) -> Response:
        """The tenant's snapshots, newest first."""
        return self.page(history.snapshots(self.tenant), shapes.Snapshot)


class OneSnapshot(TenantView):
    rights = {"GET": VIEW_BACKUPS}

    @operation("get_snapshot", "Snapshots", shapes.SnapshotDetail)
    def get(self, request: Request, tenant_id: UUID, seq: int) -> Response:
        """One snapshot, and how complete each collection in it is."""
        found = history.snapshot_at(self.tenant, seq)
        return Response(shapes.SnapshotDetail(found).data)


class Captures(TenantView):
    rights = {"POST": TAKE_BACKUPS}

    @operation("create_capture", "Snapshots", shapes.Job, body=shapes.CaptureBody, status=202)
    def post(self, request: Request, tenant_id: UUID) -> Response:
        """Take a snapshot now. The answer is the job that does it."""
        wanted = self.body(shapes.CaptureBody)
        job = history_services.snapshot_now(
            actor=self.actor, tenant=self.tenant, mode=wanted["mode"], reason=wanted["reason"]
        )
        return accepted(shapes.Job(job).data, "job", self.tenant, job_id=job.pk)


class Jobs(TenantView):
    rights = {"GET": VIEW_BACKUPS}
    ordering = ("-created_at", "-id")

    @listing("list_jobs", "Jobs", shapes.Job)
    def get(self, request: Request, tenant_id: UUID) -> Response:
        """The tenant's jobs, newest first."""
        return self.page(jobs.jobs_of(self.tenant), shapes.Job)


class OneJob(TenantView):
    rights = {"GET": VIEW_BACKUPS}

    @operation("get_job", "Jobs", shapes.Job)
    def get(self, request: Request, tenant_id: UUID, job_id: UUID) -> Response:
        """How far a job is."""
        return Response(shapes.Job(_access_job(self.tenant, job_id)).data)


class JobCancellation(TenantView):
    # The portal lets a reader cancel what he asked for himself; a token that may only read must
    # change nothing.
    rights = {"POST": TAKE_BACKUPS}

    @operation("cancel_job", "Jobs", shapes.Job, body=Nothing, status=202)
    def post(self, request: Request, tenant_id: UUID, job_id: UUID) -> Response:
        """Ask a job to stop at its next safe point; one that waits is cancelled at once."""
        self.body(Nothing)
        job = jobs_services.cancel(actor=self.actor, job=_access_job(self.tenant, job_id))
        return accepted(shapes.Job(job).data, "job", self.tenant, job_id=job.pk)


def _access_job(tenant: Tenant, job_id: UUID) -> Job:
    found = jobs.job(job_id)
    if found.tenant_id != tenant.pk:
        raise NotFound("There is no such job.", code="no-such-job")
    return found
