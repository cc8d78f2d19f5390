"""What came of a recovery, and what follows from it."""

from __future__ import annotations

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from apps.access.rights import REQUEST_RECOVERY, VIEW_BACKUPS
from apps.api.base import TenantView
from apps.api.links import accepted
from apps.api.operations import listing, operation
from apps.api.serializers import running as shapes
from apps.api.serializers.common import Nothing
from apps.api.serializers.history import Job as JobShape
from apps.recovery import enabling
from apps.recovery import selectors as recovery
from apps.recovery.models import StepResult


class Results(TenantView):
    rights = {"GET": VIEW_BACKUPS}
    query = shapes.ResultQuery
    ordering = ("id",)

    @listing("list_results", "Recovery", shapes.Result, query=shapes.ResultQuery)
    def get(self, request: Request, tenant_id: UUID, run_id: UUID) -> Response:
        """What came of every step of a recovery, in the plan's order; of links, of each."""
        run = recovery.access_run(self.tenant, run_id)
        self.look("run", run.pk)
        rows = StepResult.objects.filter(run=run).select_related("step").defer("step__sealed")
        if states := self.parameters().get("state"):
            rows = rows.filter(state__in=states)
        return self.page(rows, shapes.Result, view=lambda page: recovery.result_views(run, page))


class PolicyEnabling(TenantView):
    rights = {"POST": REQUEST_RECOVERY}

    @operation("plan_enabling", "Recovery", JobShape, body=Nothing, status=202)
    def post(self, request: Request, tenant_id: UUID, run_id: UUID) -> Response:
        """Plan to put in force what a recovery left as report-only.

        The tenant is read first; when the job is done, its `result` names the report and the plan,
        which goes the way of every other.
        """
        self.body(Nothing)
        run = recovery.access_run(self.tenant, run_id)
        job = enabling.ask_enabling(actor=self.actor, run=run)
        return accepted(JobShape(job).data, "job", self.tenant, job_id=job.pk)
