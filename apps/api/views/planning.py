"""What plans can be made from, and deciding about what blocks one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from apps.access.rights import REQUEST_RECOVERY, VIEW_BACKUPS
from apps.api.base import TenantView
from apps.api.links import accepted, created
from apps.api.operations import operation
from apps.api.serializers import planning, recovery
from apps.api.serializers.history import Job as JobShape
from apps.jobs.models import Job
from apps.recovery import selectors, services
from apps.recovery.models import Plan
from apps.recovery.playbooks.selectors import filter_of, offered
from apps.recovery.selection import Selection
from apps.tenants.models import Tenant


class Playbooks(TenantView):
    rights = {"GET": VIEW_BACKUPS}

    @operation("list_playbooks", "Recovery", planning.Playbooks)
    def get(self, request: Request, tenant_id: UUID) -> Response:
        """The playbooks that can be used on the tenant: those that Holdfast comes with, then those
        of its MSP."""
        found = {"results": offered(self.tenant.msp_id)}
        return Response(planning.Playbooks(found).data)


class PlanSettling(TenantView):
    rights = {"POST": REQUEST_RECOVERY}

    @operation(
        "settle_plan",
        "Recovery",
        recovery.Plan,
        body=planning.SettlingBody,
        status=201,
        or_else={202: JobShape},
    )
    def post(self, request: Request, tenant_id: UUID, plan_id: UUID) -> Response:
        """Decide about what blocks a plan. That makes another plan; this one stays as it is."""
        wanted = self.body(planning.SettlingBody)
        answers = services.Answers(
            bring_back=frozenset(wanted["bring_back"]),
            mapped=wanted["mapped"],
            left_out=frozenset(wanted["left_out"]),
            created=wanted["created"],
            created_rest=wanted["created_rest"],
        )
        plan = selectors.access_plan(self.tenant, plan_id)
        made = services.settle_plan(actor=self.actor, plan=plan, answers=answers)
        return answer_with(made, self.tenant)


def selection_of(wanted: Mapping[str, Any], tenant: Tenant) -> Selection:
    """A selection as it was sent. Raises Invalid, NotFound for an unknown playbook."""
    chosen = dict(wanted)
    chosen["links"] = [
        (link["link"], link["source_id"], link["target_id"]) for link in wanted["links"]
    ]
    if used := wanted["playbook"]:
        chosen["playbook"] = filter_of(tenant.msp_id, used["key"], used["object_ids"]).as_json()
    return Selection.from_json(chosen)


def answer_with(made: Plan | Job, tenant: Tenant) -> Response:
    """The plan that was made, or the job that makes it."""
    if isinstance(made, Job):
        return accepted(JobShape(made).data, "job", tenant, job_id=made.pk)
    shown = recovery.Plan(selectors.access_plan(tenant, made.pk)).data
    return created(shown, "plan", tenant, plan_id=made.pk)
