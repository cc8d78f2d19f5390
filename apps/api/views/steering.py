"""Steering a recovery that is under way: rest, go on, try again, leave a step out."""

from __future__ import annotations

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from apps.access.rights import REQUEST_RECOVERY
from apps.api.base import TenantView
from apps.api.links import accepted
from apps.api.operations import operation
from apps.api.serializers import recovery as shapes
from apps.recovery import selectors as recovery
from apps.recovery import services
from apps.recovery.models import Run


class _RunView(TenantView):
    rights = {"POST": REQUEST_RECOVERY}

    def found(self, run_id: UUID) -> Run:
        return recovery.access_run(self.tenant, run_id)

    def answer(self, run_id: UUID) -> Response:
        return accepted(shapes.Run(self.found(run_id)).data, "run", self.tenant, run_id=run_id)

    def reason(self) -> str:
        return str(self.body(shapes.ReasonBody)["reason"])


class RunPause(_RunView):
    @operation("pause_run", "Recovery", shapes.Run, body=shapes.ReasonBody, status=202)
    def post(self, request: Request, tenant_id: UUID, run_id: UUID) -> Response:
        """Ask a recovery to rest between two batches. Nothing is written until it goes on."""
        services.pause_run(actor=self.actor, run=self.found(run_id), reason=self.reason())
        return self.answer(run_id)


class RunResumption(_RunView):
    @operation("resume_run", "Recovery", shapes.Run, body=shapes.ReasonBody, status=202)
    def post(self, request: Request, tenant_id: UUID, run_id: UUID) -> Response:
        """Let a recovery that rests go on; after somebody else's pause, in the portal only."""
        services.resume_run(actor=self.actor, run=self.found(run_id), reason=self.reason())
        return self.answer(run_id)


class RunRetry(_RunView):
    @operation("retry_run", "Recovery", shapes.Run, body=shapes.ReasonBody, status=202)
    def post(self, request: Request, tenant_id: UUID, run_id: UUID) -> Response:
        """Try again what a finished recovery could not do, under the approval it had."""
        services.retry_run(actor=self.actor, run=self.found(run_id), reason=self.reason())
        return self.answer(run_id)


class StepSkip(_RunView):
    @operation("skip_step", "Recovery", shapes.Run, body=shapes.SkipBody, status=202)
    def post(self, request: Request, tenant_id: UUID, run_id: UUID, order: int) -> Response:
        """Leave a step out that has not begun, and with it what depends on it."""
        run, wanted = self.found(run_id), self.body(shapes.SkipBody)
        services.skip_step(actor=self.actor, run=run, order=order, reason=wanted["reason"])
        return self.answer(run_id)
