"""Making a plan and keeping it for good."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import transaction

from apps.access import rights
from apps.audit import services as audit
from apps.core import clock
from apps.core.actor import Actor
from apps.core.errors import Conflict, Invalid
from apps.diffs.batches import batched
from apps.diffs.choices import ReportState
from apps.diffs.models import DifferenceReport
from apps.recovery.choices import Action
from apps.recovery.models import Plan, Step
from apps.recovery.planning.fingerprint import digest_of, placed_fields
from apps.recovery.planning.ordering import Placed
from apps.recovery.planning.planner import Planner
from apps.recovery.selection import Selection

ROWS = 1000


def make_plan(*, actor: Actor, report: DifferenceReport, selection: Selection) -> Plan:
    """Work out the steps that bring the selected changes of a complete report back, and keep them.

    The plan is never changed again. Needs the right to request recoveries. Raises NotFound,
    NotAllowed; Conflict when the report is not complete; Invalid when nothing is selected.
    """
    rights.require(actor, rights.REQUEST_RECOVERY, report.tenant)
    target = report.target
    if report.state != ReportState.COMPLETE or target is None:
        raise Conflict(
            "The difference report is not complete.",
            code="report-incomplete",
            todo="Wait until it is, or make a new one.",
        )
    planner = Planner(report, selection, report.base.seq, target.seq)
    placed = planner.plan()
    if not placed:
        raise Invalid("The selection names no change of this report.", code="nothing-selected")
    return _keep(actor, planner, placed)


@transaction.atomic
def _keep(actor: Actor, planner: Planner, placed: list[Placed]) -> Plan:
    report = planner.report
    plan = Plan(
        tenant=report.tenant,
        report=report,
        base_seq=planner.base_seq,
        assumed_seq=planner.assumed_seq,
        selection=planner.selection.as_json(),
        counts=_counts(placed),
        blockers=_blockers(planner, placed),
        created_at=clock.now(),
        created_by_id=actor.user_id,
    )
    plan.digest = digest_of(plan, (placed_fields(one) for one in placed))
    plan.save(force_insert=True)
    for batch in batched(_rows(plan, placed), ROWS):
        Step.objects.bulk_create(batch)
    audit.record(
        actor=actor,
        event="plan.made",
        tenant_id=plan.tenant_id,
        subject=report.tenant.name,
        data={
            "plan_id": str(plan.pk),
            "digest": plan.digest_hex,
            "base_seq": plan.base_seq,
            "assumed_seq": plan.assumed_seq,
            "requests": plan.counts["requests"],
            "blocked": plan.is_blocked,
        },
    )
    return plan


def _rows(plan: Plan, placed: Iterable[Placed]) -> Iterator[Step]:
    for one in placed:
        fields = placed_fields(one)
        content = fields.pop("content")
        fields["assumes"], fields["wants"] = one.draft.assumes, one.draft.wants
        step = Step(tenant_id=plan.tenant_id, plan=plan, **fields)
        if content:
            step.seal(content)
        yield step


def _counts(placed: list[Placed]) -> dict[str, Any]:
    writing = [one.draft for one in placed if one.draft.writes]
    return {
        "actions": dict(Counter(str(one.draft.action) for one in placed)),
        "objects": len({(d.kind, d.object_id) for d in writing if not d.link}),
        "links": sum(len(d.targets) for d in writing if d.action in Action.of_links()),
        "requests": sum(bool(draft.content) for draft in writing),
        "irreversible": sum(not d.reversible for d in writing),
    }


def _blockers(planner: Planner, placed: Iterable[Placed]) -> list[dict[str, Any]]:
    numbers = {one.draft.key: one.order for one in placed}
    return [
        {"step": numbers[blocker.draft.key], "text": blocker.text} for blocker in planner.blockers
    ]
