"""Plans, requests and runs as plain values, for programs at the console."""

from __future__ import annotations

from typing import Any

from apps.recovery.approvals import approvals_of
from apps.recovery.guards.showing import risks_with_words
from apps.recovery.models import Plan, RecoveryRequest, Run
from apps.recovery.selectors import ResultView, StepView


def plan_as_json(plan: Plan) -> dict[str, Any]:
    """A plan without its steps."""
    return {
        "id": plan.pk,
        "digest": plan.digest_hex,
        "base": plan.base_seq,
        "assumed": plan.assumed_seq,
        "selection": plan.selection,
        "counts": plan.counts,
        "blockers": plan.blockers,
        "risk": plan.risk,
        "risks": [
            {**risk, "what": view.what, "why": view.why, "todo": view.todo}
            for risk, view in zip(plan.risks, risks_with_words(plan), strict=True)
        ],
        "estimate": plan.estimate,
    }


def step_as_json(view: StepView) -> dict[str, Any]:
    """One step, without the request it sends (that may hold personal data)."""
    step = view.step
    return {
        "order": step.order,
        "wave": step.wave,
        "lane": step.lane,
        "action": step.action,
        "kind": step.kind,
        "object_id": step.object_id,
        "label": view.label,
        "link": step.link,
        "targets": step.targets,
        "attributes": step.attributes,
        "depends_on": step.depends_on,
        "reason": view.reason,
        "assumes": view.assumes,
        "reversible": step.reversible,
        "reversal": view.reversal,
    }


def request_as_json(request: RecoveryRequest) -> dict[str, Any]:
    return {
        "id": request.pk,
        "state": request.state,
        "reason": request.reason,
        "requested_by": request.requested_by.email,
        "requested_at": request.requested_at,
        "expires_at": request.expires_at,
        "decided_by": request.decided_by.email if request.decided_by else None,
        "decided_at": request.decided_at,
        "approvals": [
            {
                "by": one.approved_by.email,
                "side": one.side,
                "at": one.approved_at,
                "accepted": [risk["key"] for risk in one.confirmed],
                "breaks_glass": one.breaks_glass,
            }
            for one in approvals_of(request)
        ],
        "digest": bytes(request.digest),
    }


def run_as_json(run: Run) -> dict[str, Any]:
    return {
        "id": run.pk,
        "state": run.state,
        "snapshot": run.request.plan.base_seq,
        "safety_snapshot": run.safety_snapshot.seq if run.safety_snapshot else None,
        "queued_at": run.queued_at,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "counts": run.counts,
        "lanes": run.lanes,
        "failure": run.failure,
        "came_back": run.came_back,
        "request": request_as_json(run.request),
    }


def result_as_json(view: ResultView) -> dict[str, Any]:
    """How one step, or one link of it, ended."""
    result, step = view.result, view.result.step
    return {
        "step": step.order,
        "action": step.action,
        "kind": step.kind,
        "object_id": step.object_id,
        "label": view.label,
        "link": step.link,
        "target_id": result.target_id,
        "target_label": view.target_label,
        "state": result.state,
        "reason": view.reason,
        "detail": result.detail,
    }
