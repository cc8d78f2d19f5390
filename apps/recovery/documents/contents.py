"""What a document says: a heading, and rows that are read page by page.

It says nothing of when or by whom it was made, so that whoever makes it again from the same plan or
ended run gets the same bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from apps.core import canonical
from apps.diffs.models import DifferenceReport
from apps.recovery import selectors
from apps.recovery.guards.words import words_of
from apps.recovery.models import Plan, Run, Step
from apps.recovery.presenting import (
    plan_as_json,
    request_as_json,
    result_as_json,
    run_as_json,
    step_as_json,
)
from apps.recovery.undoing.losses import losses_of

PLAN: Final = "holdfast-recovery-plan/1"
RUN: Final = "holdfast-recovery-run/1"
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Contents:
    """heading: JSON values. rows_name: "steps" or "results". rows: reads them anew when called.

    file_name: without an ending, and without anything personal. msp_id: under whose letterhead it
    is printed.
    """

    heading: dict[str, Any]
    rows_name: str
    rows: Callable[[], Iterator[dict[str, Any]]]
    file_name: str
    msp_id: UUID


def of_plan(plan: Plan) -> Contents:
    """A plan, with the request that put it forward if there is one."""
    asked = selectors.requests(plan.tenant).filter(plan=plan).first()
    heading = {
        "format": PLAN,
        "tenant": tenant_facts(plan),
        "plan": _plan(plan),
        "request": request_as_json(asked) if asked else None,
    }
    name = f"recovery-plan-{plan.pk}"
    return Contents(plain(heading), "steps", lambda: _steps(plan), name, plan.tenant.msp_id)


def of_run(run: Run) -> Contents:
    """A run, with its plan, request and approvals."""
    plan = run.request.plan
    said = run_as_json(run)
    heading = {
        "format": RUN,
        "tenant": tenant_facts(plan),
        "plan": _plan(plan),
        "request": said.pop("request"),
        "run": {**said, "differs": run.differs, "undo": _undo(run)},
        "result_counts": selectors.result_counts(run),
    }
    name = f"recovery-{run.pk}"
    return Contents(plain(heading), "results", lambda: _results(run), name, run.tenant.msp_id)


def tenant_facts(of: Plan | DifferenceReport) -> dict[str, Any]:
    """Whose it is."""
    tenant = of.tenant
    return {
        "id": tenant.pk,
        "name": tenant.name,
        "domain": tenant.domain,
        "entra_id": tenant.entra_id,
    }


def _plan(plan: Plan) -> dict[str, Any]:
    return {
        **plan_as_json(plan),
        "created_at": plan.created_at,
        "created_by": plan.created_by.email if plan.created_by else None,
        "undoes": plan.undoes_id,
        "risk": plan.risk,
        "risks": [
            {**risk, "words": words_of(risk["code"], risk["data"])._asdict()} for risk in plan.risks
        ],
    }


def _undo(run: Run) -> dict[str, Any]:
    return {
        "approved_for_hours": run.request.undo_hours,
        "losses": [
            {"code": one.code, "count": one.count, "words": one.words} for one in losses_of(run)
        ],
    }


def _steps(plan: Plan) -> Iterator[dict[str, Any]]:
    after = 0
    while rows := selectors.steps(plan, after=after, limit=_AT_ONCE):
        for view in selectors.step_views(plan, rows):
            step = view.step
            yield plain(
                {
                    **step_as_json(view),
                    "target_labels": list(view.target_labels),
                    "request": _request(step),
                }
            )
        after = rows[-1].order


def _request(step: Step) -> dict[str, Any] | None:
    """The request that a step sends, but for what is in it: of that the digest."""
    content = step.unseal()
    if not content:
        return None
    request = content["request"]
    return {
        "method": request["method"],
        "path": request["path"],
        "content_sha256": hashlib.sha256(canonical.dumps(content)).hexdigest(),
    }


def _results(run: Run) -> Iterator[dict[str, Any]]:
    after = 0
    while rows := selectors.results(run, after=after, limit=_AT_ONCE):
        for view in selectors.result_views(run, rows):
            result = view.result
            yield plain(
                {
                    **result_as_json(view),
                    "attributes": view.result.step.attributes,
                    "attempts": result.attempts,
                    "written_at": result.written_at,
                    "settled_at": result.settled_at,
                }
            )
        after = rows[-1].pk


def plain(value: Any) -> Any:
    """JSON values alone: ids and moments as text, bytes in hexadecimal digits."""
    if isinstance(value, Mapping):
        return {str(name): plain(held) for name, held in value.items()}
    if isinstance(value, list | tuple):
        return [plain(held) for held in value]
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return str(value) if isinstance(value, str | UUID) else value
