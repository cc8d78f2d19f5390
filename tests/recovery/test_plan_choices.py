"""What a person decides about a plan: how attributes and links go back, what becomes of what is
new, and what is written in the place of something that is gone for good."""

import pytest

from apps.core.errors import Invalid
from apps.history.models import Snapshot
from apps.recovery import reasons
from apps.recovery.choices import Action
from apps.recovery.models import Plan, Step
from apps.recovery.selection import ALL, Selection
from tests.recovery.drawing_board import DrawingBoard, guid, request, steps

ADA, BOB, STAFF, GUESTS, POLICY = map(guid, ("ada", "bob", "staff", "guests", "policy"))


def conditions(*groups: str) -> dict[str, object]:
    users = {"includeUsers": ["All"], "excludeGroups": list(groups)}
    return {"users": users, "applications": {"includeApplications": ["All"]}}


def test_only_empty_attributes_are_filled_where_that_was_chosen(board: DrawingBoard) -> None:
    board.source.put("user", ADA, displayName="Ada", city="Ulm", department="Sales")
    base = board.capture()
    board.source.put("user", ADA, city="Delft", department=None)
    report = board.report(base)

    plan = board.plan(report, Selection(everything=True, attributes_as={"*": "only-if-empty"}))

    assert steps(plan) == [
        (Action.UPDATE, ADA, reasons.CHANGED_SINCE),
        (Action.NOTHING, ADA, reasons.HAS_A_VALUE),
    ]
    assert request(plan, ADA) == {"department": "Sales"}
    mixed = {"*": "only-if-empty", "user.city": "overwrite"}
    both = board.plan(report, Selection(everything=True, attributes_as=mixed))
    assert request(both, ADA) == {"city": "Ulm", "department": "Sales"}


def test_links_are_rolled_back_merged_or_left(board: DrawingBoard) -> None:
    for one in (ADA, BOB):
        board.source.put("user", one, displayName=one)
    board.source.put("group", STAFF, displayName="Staff", securityEnabled=True)
    board.source.link("group.members", STAFF, ADA)
    base = board.capture()
    board.source.link("group.members", STAFF, ADA, present=False)
    board.source.link("group.members", STAFF, BOB)
    report = board.report(base)

    def actions(mode: str) -> list[str]:
        plan = board.plan(report, Selection(everything=True, links_as={"group.members": mode}))
        return [action for action, *_ in steps(plan)]

    assert actions("roll-back") == [Action.LINK_ADD, Action.LINK_REMOVE]
    assert actions("merge") == [Action.LINK_ADD, Action.NOTHING]
    assert actions("skip") == [Action.NOTHING, Action.NOTHING]


def test_a_manager_who_was_replaced_is_kept_where_links_are_merged(board: DrawingBoard) -> None:
    for one in (ADA, BOB, STAFF):
        board.source.put("user", one, displayName=one)
    board.source.link("user.manager", ADA, BOB)
    base = board.capture()
    board.source.link("user.manager", ADA, BOB, present=False)
    board.source.link("user.manager", ADA, STAFF)

    plan = board.plan(board.report(base), Selection(everything=True, links_as={"*": "merge"}))

    assert {reason for *_, reason in steps(plan)} == {reasons.LINK_STAYS, reasons.LINK_TAKEN}


def test_what_was_created_since_is_asked_for_one_by_one(board: DrawingBoard) -> None:
    base = board.capture()
    for one in (ADA, BOB):
        board.source.put("user", one, displayName=one)
    report = board.report(base)

    asked = board.plan(report, Selection(everything=True, ask_created=True))
    assert [one["code"] for one in asked.blockers] == ["created-since"] * 2
    assert {one["data"]["object_id"] for one in asked.blockers} == {ADA, BOB}
    assert all(one["choices"] == ["keep", "remove"] for one in asked.blockers)

    one_answer = Selection(everything=True, ask_created=True, created_answers={ADA: "remove"})
    half = board.plan(report, one_answer)
    assert [one["data"]["object_id"] for one in half.blockers] == [BOB]

    answers = {ADA: "remove", BOB: "keep"}
    plan = board.plan(report, Selection(everything=True, ask_created=True, created_answers=answers))
    assert not plan.is_blocked
    assert steps(plan) == [
        (Action.SOFT_DELETE, ADA, reasons.CREATED_SINCE),
        (Action.NOTHING, BOB, reasons.LEFT_IN_PLACE),
    ]


def policy_without_its_group(board: DrawingBoard) -> Snapshot:
    """A policy whose excluded group went for good together with the exclusion."""
    for one, name in ((STAFF, "Staff"), (GUESTS, "Guests")):
        board.source.put("group", one, displayName=name, securityEnabled=True, mailNickname=name)
    board.source.put(
        "conditionalAccessPolicy",
        POLICY,
        displayName="Second factor",
        state="disabled",
        conditions=conditions(STAFF, GUESTS),
    )
    base = board.capture()
    board.source.put("conditionalAccessPolicy", POLICY, conditions=conditions(GUESTS))
    board.source.hard_delete("group", STAFF)
    return base


ONLY_POLICY = frozenset({POLICY})


def test_a_reference_to_something_gone_blocks_and_says_how_to_go_on(board: DrawingBoard) -> None:
    report = board.report(policy_without_its_group(board))

    plan = board.plan(report, Selection(object_ids=ONLY_POLICY))

    (blocker,) = plan.blockers
    assert blocker["code"] == "unresolved-reference"
    assert blocker["choices"] == ["bring-back", "map", "leave-out"]
    assert blocker["data"] == {
        "value": STAFF,
        "kind": "group",
        "by": "id",
        "path": "conditions.users.excludeGroups[]",
        "object_id": STAFF,
    }
    together = board.plan(report, Selection(object_ids=ONLY_POLICY | {STAFF}))
    assert not together.is_blocked
    assert [one[:2] for one in steps(together)][:2] == [
        (Action.CREATE, STAFF),
        (Action.UPDATE, POLICY),
    ]


def test_another_object_takes_the_place_of_one_that_is_gone(board: DrawingBoard) -> None:
    base = policy_without_its_group(board)
    board.source.put("group", BOB, displayName="Staff, new", securityEnabled=True)
    report = board.report(base)

    plan = board.plan(report, Selection(object_ids=ONLY_POLICY, mapped={STAFF: BOB}))

    assert not plan.is_blocked
    written = request(plan, POLICY)["conditions"]["users"]["excludeGroups"]
    assert sorted(written) == sorted([BOB, GUESTS])


def test_a_gone_member_is_replaced_at_the_end_of_its_link(board: DrawingBoard) -> None:
    for one in (ADA, BOB):
        board.source.put("user", one, displayName=one, userType="Guest")
    board.source.put("group", STAFF, displayName="Staff", securityEnabled=True)
    board.source.link("group.members", STAFF, ADA)
    base = board.capture()
    board.source.hard_delete("user", ADA)
    report = board.report(base)

    plan = board.plan(report, Selection(everything=True, mapped={ADA: BOB}))

    added = Step.objects.get(plan=plan, action=Action.LINK_ADD)
    assert (added.object_id, added.targets) == (STAFF, [BOB])
    assert (Action.NOTHING, ADA, reasons.MAPPED) in steps(plan)
    assert (Action.NOTHING, STAFF, reasons.MAPPED) in steps(plan)


def test_a_reference_is_left_out_by_name(board: DrawingBoard) -> None:
    report = board.report(policy_without_its_group(board))
    # Something else of it changed as well, or there would be nothing left to write.
    board.source.put("conditionalAccessPolicy", POLICY, conditions=conditions())
    report = board.report(report.base)

    plan = board.plan(report, Selection(object_ids=ONLY_POLICY, left_out=frozenset({STAFF})))

    assert not plan.is_blocked
    assert request(plan, POLICY)["conditions"]["users"]["excludeGroups"] == [GUESTS]
    named = Step.objects.get(plan=plan, reason=reasons.LEFT_OUT)
    assert (named.action, named.because_of) == (Action.NOTHING, STAFF)
    assert named.attributes == ["conditions"]


def test_decisions_are_part_of_what_is_approved(board: DrawingBoard) -> None:
    report = board.report(policy_without_its_group(board))
    chosen = Selection(object_ids=ONLY_POLICY, left_out=frozenset({STAFF}))

    plan = Plan.objects.get(pk=board.plan(report, chosen).pk)

    assert Selection.from_json(plan.selection) == chosen
    assert plan.selection["left_out"] == [STAFF]


def test_a_selection_that_chooses_nothing_is_kept_as_ever() -> None:
    assert set(ALL.as_json()) == {
        "everything",
        "kinds",
        "object_ids",
        "changes",
        "attributes",
        "links",
        "remove_created",
        "policies_as",
    }


@pytest.mark.parametrize(
    "said",
    [
        {"attributes_as": {"*": "sometimes"}},
        {"links_as": {"group.members": "replace"}},
        {"created_answers": {ADA: "ask"}},
        {"touched": [{"actor_id": ADA, "since": "yesterday", "until": "today"}]},
        {"playbook": {"name": "Nothing"}},
        {"playbook": {"name": "Unknown", "kinds": ["wizard"]}},
    ],
)
def test_what_no_selection_can_say_is_refused(said: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        Selection.from_json(said)
