"""The guards once more: when somebody approves, and right before the first write."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from apps.core.errors import Stale
from apps.diffs.choices import Risk
from apps.history import selectors as history
from apps.recovery.guards.everything import look
from apps.recovery.guards.looking import look_at_plan
from apps.recovery.guards.risks import PlanRisk, new_among
from apps.recovery.guards.words import words_of
from apps.recovery.models import Approval, Plan, RecoveryRequest


def look_again(
    plan: Plan, *, people: Iterable[UUID | None] = (), run_id: UUID | None = None
) -> list[PlanRisk]:
    """The risks of a plan on the newest snapshot. people: who asks for it and who approves."""
    newest = history.latest_snapshot(plan.tenant)
    seq = newest.seq if newest else plan.assumed_seq
    return look(look_at_plan(plan, seq, people, run_id))


def require_no_new_risks(
    request: RecoveryRequest, *, approver: UUID | None = None, run_id: UUID | None = None
) -> None:
    """Raise Stale when the tenant has become such that the plan of a request now has a high risk
    which it had not when it was made: nobody has agreed to that.

    approver: who is about to say yes. run_id: the run that is about to write.
    """
    plan = request.plan
    agreed = Approval.objects.filter(request=request).values_list("approved_by_id", flat=True)
    people = (request.requested_by_id, approver, *agreed)
    now = look_again(plan, people=people, run_id=run_id)
    grave = [one for one in now if one.level == Risk.HIGH or one.blocks]
    new = next(new_among(grave, plan.risks), None)
    if new is None:
        return
    said = words_of(new.code, new.data)
    raise Stale(
        f"The plan has become riskier than it was when it was made. {said.what}",
        code="plan-riskier",
        safe="Nothing was written." if run_id else "Nothing was approved.",
        todo="Make a new difference report and a new plan from it, and look at its risks.",
    )
