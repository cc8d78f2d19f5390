"""Conditional Access comes back as report-only, and is enabled by a plan of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from apps.api.serializers.recovery import Plan as PlanShape
from apps.core.errors import Conflict
from apps.history.selectors import latest_snapshot
from apps.recovery import enabling, reasons
from apps.recovery.choices import Action, PoliciesAs, RunState
from apps.recovery.models import Plan, Step
from apps.recovery.presenting import plan_as_json
from apps.recovery.selection import ALL, Selection
from tests.factories import actor_of
from tests.recovery.drawing_board import DrawingBoard
from tests.recovery.guards.tenancy import BLOCK, POLICY, policy_body
from tests.recovery.workshop import Workshop, bad_results

ON, TRIAL, OFF = "enabled", "enabledForReportingButNotEnforced", "disabled"


def everything(chosen: PoliciesAs) -> Selection:
    return replace(ALL, policies_as=chosen)


def put(board: DrawingBoard, name: str, state: str, **body: Any) -> None:
    board.source.put(POLICY, name, **policy_body(name, state, **body))


def written(plan: Plan) -> list[tuple[str, dict[str, Any]]]:
    """What each step on a policy does, and what it sends."""
    steps = Step.objects.filter(plan=plan, kind=POLICY).order_by("order")
    return [(step.action, step.unseal().get("request", {}).get("body") or {}) for step in steps]


def states(plan: Plan) -> list[tuple[str, str | None]]:
    return [(action, body.get("state")) for action, body in written(plan)]


@pytest.mark.parametrize(
    ("chosen", "final"), [(PoliciesAs.REPORT_ONLY, TRIAL), (PoliciesAs.AS_THEY_WERE, ON)]
)
def test_a_policy_that_was_switched_off_comes_back_as_chosen(
    board: DrawingBoard, chosen: PoliciesAs, final: str
) -> None:
    put(board, "mfa", ON)
    base = board.capture()
    put(board, "mfa", OFF)

    plan = board.plan(board.report(base), everything(chosen))

    assert states(plan) == [(Action.UPDATE, final)]


@pytest.mark.parametrize(
    ("chosen", "final"), [(PoliciesAs.REPORT_ONLY, TRIAL), (PoliciesAs.AS_THEY_WERE, ON)]
)
def test_a_policy_that_is_made_anew_comes_back_as_chosen(
    board: DrawingBoard, chosen: PoliciesAs, final: str
) -> None:
    put(board, "mfa", ON)
    base = board.capture()
    board.source.hard_delete(POLICY, "mfa")

    plan = board.plan(board.report(base), everything(chosen))

    told = [state for _, state in states(plan) if state]
    assert told[-1] == final
    assert ON not in told[:-1]


def test_an_undeleted_policy_is_held_and_left_as_report_only(board: DrawingBoard) -> None:
    put(board, "mfa", ON)
    base = board.capture()
    board.source.soft_delete(POLICY, "mfa")

    plan = board.plan(board.report(base))

    assert states(plan) == [(Action.UNDELETE, None), (Action.PREPARE, OFF), (Action.UPDATE, TRIAL)]
    last = Step.objects.get(plan=plan, action=Action.UPDATE)
    assert last.reason == reasons.REPORT_ONLY


def test_a_policy_that_is_in_force_stays_in_force(board: DrawingBoard) -> None:
    """Switching it off would open what it shuts, for which an attacker need only touch it."""
    put(board, "mfa", ON)
    base = board.capture()
    put(board, "mfa", ON, users={"includeUsers": ["All"], "excludeUsers": ["intruder"]})

    plan = board.plan(board.report(base))

    assert states(plan) == [(Action.UPDATE, None)]
    assert "excludeUsers" in written(plan)[0][1]["conditions"]["users"]


def test_what_was_never_in_force_comes_back_as_it_was(board: DrawingBoard) -> None:
    put(board, "mfa", OFF)
    base = board.capture()
    put(board, "mfa", ON)

    assert states(board.plan(board.report(base))) == [(Action.UPDATE, OFF)]


def test_what_is_report_only_already_is_an_explicit_no_op(board: DrawingBoard) -> None:
    put(board, "mfa", ON)
    base = board.capture()
    put(board, "mfa", TRIAL)

    plan = board.plan(board.report(base))

    step = Step.objects.get(plan=plan)
    assert (step.action, step.reason) == (Action.NOTHING, reasons.STAYS_REPORT_ONLY)


def test_the_choice_is_kept_with_the_plan_and_survives_storage(board: DrawingBoard) -> None:
    put(board, "mfa", ON)
    base = board.capture()
    put(board, "mfa", OFF)

    plan = board.plan(board.report(base), everything(PoliciesAs.AS_THEY_WERE))

    assert plan.selection["policies_as"] == "as-they-were"
    assert ALL.from_json(plan.selection).policies_as == PoliciesAs.AS_THEY_WERE


def test_a_lock_out_that_is_in_the_snapshot_comes_back_as_report_only_and_locks_nobody_out(
    board: DrawingBoard,
) -> None:
    put(board, "block", ON, grant=BLOCK)
    base = board.capture()
    put(board, "block", OFF, grant=BLOCK)
    report = board.report(base)

    harmless = board.plan(report)
    dangerous = board.plan(report, everything(PoliciesAs.AS_THEY_WERE))

    assert not harmless.is_blocked
    assert dangerous.is_blocked
    assert dangerous.blockers[0]["code"] == "nobody-gets-in"
    assert dangerous.risk == "high"
    shown = PlanShape(dangerous).data
    assert shown["risks"][0]["code"] == "nobody-gets-in"
    assert "nobody at all" in shown["risks"][0]["what"]
    assert plan_as_json(dangerous)["risks"][0]["todo"] == shown["risks"][0]["todo"]
    newest = latest_snapshot(board.tenant)
    assert newest is not None
    assert newest.seq == dangerous.assumed_seq


def test_a_run_leaves_policies_as_report_only_and_a_second_plan_enables_them(
    workshop: Workshop,
) -> None:
    policies = "/identity/conditionalAccess/policies"
    enforced = [one for one in workshop.graph("GET", policies)["value"] if one["state"] == ON]
    off, gone, kept = [one["id"] for one in enforced[:3]]
    base = workshop.capture()
    workshop.graph("PATCH", f"{policies}/{off}", {"state": OFF})
    workshop.graph("DELETE", f"{policies}/{gone}")

    run = workshop.run(workshop.plan(workshop.report(base), policies_as=PoliciesAs.REPORT_ONLY))

    def state_of(policy: str) -> str:
        return str(workshop.graph("GET", f"{policies}/{policy}")["state"])

    assert run.state == RunState.COMPLETE, bad_results(run)
    assert [state_of(one) for one in (off, gone, kept)] == [TRIAL, TRIAL, ON]

    job = enabling.ask_enabling(actor=actor_of(workshop.alice), run=run)
    workshop.work(job.pk)
    job.refresh_from_db()
    assert job.result is not None
    plan = Plan.objects.get(pk=job.result["plan_id"])
    assert sorted(states(plan)) == [(Action.UPDATE, ON)] * 2
    run = workshop.run(plan)

    assert run.state == RunState.COMPLETE, bad_results(run)
    assert [state_of(one) for one in (off, gone, kept)] == [ON, ON, ON]
    with pytest.raises(Conflict) as refused:
        enabling.ask_enabling(actor=actor_of(workshop.alice), run=run)
    assert refused.value.code == "nothing-on-trial"
