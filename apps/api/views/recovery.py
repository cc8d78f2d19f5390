"""Plans, recovery requests and runs. Nothing here approves: that takes a person in the portal."""

from __future__ import annotations

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from apps.access.rights import REQUEST_RECOVERY, VIEW_BACKUPS
from apps.api.base import TenantView
from apps.api.links import accepted, created
from apps.api.operations import listing, operation
from apps.api.serializers import recovery as shapes
from apps.api.serializers.history import Job as JobShape
from apps.api.views.planning import answer_with, selection_of
from apps.diffs.selectors import access_report
from apps.recovery import selectors as recovery
from apps.recovery import services
from apps.recovery.models import Step


class Plans(TenantView):
    rights = {"GET": VIEW_BACKUPS, "POST": REQUEST_RECOVERY}
    ordering = ("-created_at", "-id")

    @listing("list_plans", "Recovery", shapes.Plan)
    def get(self, request: Request, tenant_id: UUID) -> Response:
        """The tenant's plans, newest first."""
        return self.page(recovery.plans(self.tenant), shapes.Plan)

    @operation(
        "create_plan",
        "Recovery",
        shapes.Plan,
        body=shapes.PlanBody,
        status=201,
        or_else={202: JobShape},
    )
    def post(self, request: Request, tenant_id: UUID) -> Response:
        """Plan to bring back some of a report's changes. Nothing is written to the tenant.

        Few changes are planned at once (201). Many are planned by a job (202); when it is done,
        its `result.plan_id` names the plan.
        """
        wanted = self.body(shapes.PlanBody)
        made = services.plan_or_enqueue(
            actor=self.actor,
            report=access_report(self.tenant, wanted["report_id"]),
            selection=selection_of(wanted["selection"], self.tenant),
        )
        return answer_with(made, self.tenant)


class OnePlan(TenantView):
    rights = {"GET": VIEW_BACKUPS}

    @operation("get_plan", "Recovery", shapes.Plan)
    def get(self, request: Request, tenant_id: UUID, plan_id: UUID) -> Response:
        """One plan: how much it would do, and what blocks it."""
        return Response(shapes.Plan(recovery.access_plan(self.tenant, plan_id)).data)


class Steps(TenantView):
    rights = {"GET": VIEW_BACKUPS}
    ordering = ("order",)

    @listing("list_steps", "Recovery", shapes.Step)
    def get(self, request: Request, tenant_id: UUID, plan_id: UUID) -> Response:
        """A plan's steps in order."""
        plan = recovery.access_plan(self.tenant, plan_id)
        self.look("plan", plan.pk)
        rows = Step.objects.filter(plan=plan).defer("sealed")
        return self.page(rows, shapes.Step, view=lambda page: recovery.step_views(plan, page))


class Requests(TenantView):
    rights = {"GET": VIEW_BACKUPS, "POST": REQUEST_RECOVERY}
    ordering = ("-requested_at", "-id")

    @listing("list_requests", "Recovery", shapes.Request)
    def get(self, request: Request, tenant_id: UUID) -> Response:
        """The tenant's recovery requests, newest first."""
        return self.page(recovery.requests(self.tenant), shapes.Request)

    @operation("create_request", "Recovery", shapes.Request, body=shapes.RequestBody, status=201)
    def post(self, request: Request, tenant_id: UUID) -> Response:
        """Put a plan forward. It runs when a second person has approved it in the portal.

        With `undo_hours` its undo is approved with it, for so many hours after it has ended.
        """
        wanted = self.body(shapes.RequestBody)
        asked = services.request_recovery(
            actor=self.actor,
            plan=recovery.access_plan(self.tenant, wanted["plan_id"]),
            reason=wanted["reason"],
            undo_hours=wanted["undo_hours"],
        )
        shown = shapes.Request(recovery.access_request(self.tenant, asked.pk)).data
        return created(shown, "request", self.tenant, request_id=asked.pk)


class OneRequest(TenantView):
    rights = {"GET": VIEW_BACKUPS}

    @operation("get_request", "Recovery", shapes.Request)
    def get(self, request: Request, tenant_id: UUID, request_id: UUID) -> Response:
        """One recovery request, and how it was decided."""
        return Response(shapes.Request(recovery.access_request(self.tenant, request_id)).data)


class RequestWithdrawal(TenantView):
    # A manager withdraws what others asked for in the portal: no token has his rights.
    rights = {"POST": REQUEST_RECOVERY}

    @operation("withdraw_request", "Recovery", shapes.Request, body=shapes.ReasonBody)
    def post(self, request: Request, tenant_id: UUID, request_id: UUID) -> Response:
        """Take one's own request back while nobody has decided it."""
        wanted = self.body(shapes.ReasonBody)
        services.withdraw(
            actor=self.actor,
            request=recovery.access_request(self.tenant, request_id),
            reason=wanted["reason"],
        )
        return Response(shapes.Request(recovery.access_request(self.tenant, request_id)).data)


class Runs(TenantView):
    rights = {"GET": VIEW_BACKUPS}
    ordering = ("-queued_at", "-id")
    query = shapes.RunQuery

    @listing("list_runs", "Recovery", shapes.Run, query=shapes.RunQuery)
    def get(self, request: Request, tenant_id: UUID) -> Response:
        """The tenant's recoveries, newest first. They are kept for as long as the tenant is."""
        return self.page(recovery.runs_like(self.tenant, **self.parameters()), shapes.Run)


class OneRun(TenantView):
    rights = {"GET": VIEW_BACKUPS}

    @operation("get_run", "Recovery", shapes.Run)
    def get(self, request: Request, tenant_id: UUID, run_id: UUID) -> Response:
        """How a recovery goes, or how it went."""
        return Response(shapes.Run(recovery.access_run(self.tenant, run_id)).data)


class RunCancellation(TenantView):
    rights = {"POST": REQUEST_RECOVERY}

    @operation("cancel_run", "Recovery", shapes.Run, body=shapes.ReasonBody, status=202)
    def post(self, request: Request, tenant_id: UUID, run_id: UUID) -> Response:
        """Ask a recovery to stop between two batches. What was written stays written."""
        wanted = self.body(shapes.ReasonBody)
        services.cancel_run(
            actor=self.actor,
            run=recovery.access_run(self.tenant, run_id),
            reason=wanted["reason"],
        )
        shown = shapes.Run(recovery.access_run(self.tenant, run_id)).data
        return accepted(shown, "run", self.tenant, run_id=run_id)
