import random

from hypothesis import given
from hypothesis import strategies as st

from apps.recovery.choices import Action
from apps.recovery.planning.drafts import Draft, nothing, undelete_key
from apps.recovery.planning.ordering import Placed, place


def draft(action: Action, kind: str, object_id: str, order: int, **fields: object) -> Draft:
    return Draft(
        action=action, kind=kind, object_id=object_id, reason="r", kind_order=order, **fields
    )  # type: ignore[arg-type]


def a_bit_of_everything() -> list[Draft]:
    undelete = draft(Action.UNDELETE, "group", "g", 20)
    member = draft(Action.LINK_ADD, "group", "g", 20, link="group.members", targets=("u",))
    member.needs = {undelete_key("group", "g")}
    policy = draft(Action.UPDATE, "conditionalAccessPolicy", "p", 90, last=True)
    policy.needs = {undelete_key("group", "g")}
    return [
        undelete,
        member,
        policy,
        draft(Action.UPDATE, "user", "u", 10),
        draft(Action.SOFT_DELETE, "user", "new", 10),
        draft(Action.SOFT_DELETE, "conditionalAccessPolicy", "bad", 90, last=True),
        nothing(draft(Action.UPDATE, "user", "kept", 10), "left-in-place"),
    ]


def test_undelete_comes_first_policies_late_and_removals_last_in_reverse() -> None:
    placed = place(a_bit_of_everything())

    assert [(one.draft.action, one.draft.object_id) for one in placed] == [
        (Action.UNDELETE, "g"),
        (Action.UPDATE, "u"),
        (Action.LINK_ADD, "g"),
        (Action.UPDATE, "p"),
        (Action.SOFT_DELETE, "bad"),
        (Action.SOFT_DELETE, "new"),
        (Action.NOTHING, "kept"),
    ]


def test_what_sends_nothing_is_in_no_wave() -> None:
    placed = place(a_bit_of_everything())

    assert [one.wave for one in placed] == [1, 2, 3, 4, 5, 6, 0]


def said(placed: list[Placed]) -> list[tuple[object, ...]]:
    return [(one.order, one.wave, one.draft.key, one.depends_on) for one in placed]


@given(seed=st.integers())
def test_the_plan_does_not_depend_on_the_order_it_was_drafted_in(seed: int) -> None:
    shuffled = a_bit_of_everything()
    random.Random(seed).shuffle(shuffled)

    again = [(p.order, p.wave, p.draft.key, p.depends_on) for p in place(shuffled)]
    assert again == [
        (p.order, p.wave, p.draft.key, p.depends_on) for p in place(a_bit_of_everything())
    ]


def test_nothing_waits_for_a_later_wave() -> None:
    placed = place(a_bit_of_everything())
    waves = {one.order: one.wave for one in placed}

    assert all(waves[needed] < one.wave for one in placed for needed in one.depends_on)
    assert [one.depends_on for one in placed if one.draft.object_id == "p"] == [(1,)]
