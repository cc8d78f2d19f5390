"""Settling what blocks a plan, by forms without scripts and by the API."""

from __future__ import annotations

from django.urls import reverse

from apps.core.scope import person
from apps.recovery.choices import Action
from apps.recovery.models import Plan, Step
from apps.recovery.selection import Selection
from tests.api.calls import Program, token_of
from tests.portal.world import signed_in
from tests.recovery.drawing_board import DrawingBoard, guid, request
from tests.recovery.test_plan_choices import ONLY_POLICY, POLICY, STAFF, policy_without_its_group

INSTEAD, EVE = guid("instead"), guid("eve")


def blocked(board: DrawingBoard) -> Plan:
    """A plan that names a group which is gone, and asks what becomes of a new account."""
    base = policy_without_its_group(board)
    board.source.put("group", INSTEAD, displayName="Staff of today", securityEnabled=True)
    board.source.put("user", EVE, displayName="Eve")
    chosen = Selection(object_ids=ONLY_POLICY, kinds=frozenset({"user"}), ask_created=True)
    return board.plan(board.report(base), chosen)


def newest(board: DrawingBoard) -> Plan:
    return Plan.objects.filter(tenant=board.tenant).latest("created_at")


def test_what_blocks_a_plan_is_settled_by_forms(board: DrawingBoard) -> None:
    plan = blocked(board)
    client = signed_in(board.alice)
    page = reverse("portal:settle", args=[board.tenant.pk, plan.pk])

    found = client.get(page, {"for": STAFF, "q": "today"}).content.decode()
    answer = client.post(
        reverse("portal:settle-plan", args=[board.tenant.pk, plan.pk]),
        {f"gone:{STAFF}": "map", f"mapped:{STAFF}": INSTEAD, f"created:{EVE}": "remove"},
    )

    assert f'name="mapped:{STAFF}" value="{INSTEAD}"' in found
    made = newest(board)
    assert answer.headers["Location"] == reverse("portal:plan", args=[board.tenant.pk, made.pk])
    assert not made.is_blocked
    assert INSTEAD in request(made, POLICY)["conditions"]["users"]["excludeGroups"]
    assert Step.objects.get(plan=made, object_id=EVE).action == Action.SOFT_DELETE
    shown = client.get(answer.headers["Location"]).content.decode()
    assert "<strong>Staff of today</strong> takes the place of Staff" in shown


def test_what_is_left_out_is_named_where_it_is_approved(board: DrawingBoard) -> None:
    plan = blocked(board)
    client = signed_in(board.alice)

    answer = client.post(
        reverse("portal:settle-plan", args=[board.tenant.pk, plan.pk]),
        {f"gone:{STAFF}": "leave-out", "created_rest": "keep"},
    )

    shown = client.get(answer.headers["Location"]).content.decode()
    assert "<strong>Staff</strong> is left out on purpose" in shown


def test_a_program_brings_back_what_is_missing(board: DrawingBoard) -> None:
    plan = blocked(board)
    with person(board.alice.pk):
        program = Program(token_of(board.alice))
    at = f"/api/v1/tenants/{board.tenant.pk}/plans"

    answer = program.post(
        f"{at}/{plan.pk}/settle", {"bring_back": [STAFF], "created": {EVE: "keep"}}
    )

    assert answer.status_code == 201
    assert answer.json()["blockers"] == []
    made = newest(board)
    assert Step.objects.filter(plan=made, object_id=STAFF, action=Action.CREATE).exists()
    unknown = program.post(f"{at}/{plan.pk}/settle", {"mapped": {STAFF: guid("nobody")}})
    assert unknown.status_code == 400
    assert newest(board).pk == made.pk
