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


def test_a_guarded_update_that_names_what_is_made_anew_comes_after_that() -> None:
    creation = draft(Action.CREATE, "application", "app", 30, lane="applications")
    guarded = draft(Action.UPDATE, "user", "u", 10, lane="directory", guarded=True)
    guarded.needs = {creation.key}
    follower = draft(Action.UPDATE, "user", "u", 10, lane="directory", guarded=True, part=1)
    follower.needs = {guarded.key}
    early = draft(Action.UPDATE, "user", "v", 10, lane="directory", guarded=True)

    placed = place([follower, guarded, creation, early])

    assert [one.draft.key for one in placed] == [
        early.key,
        creation.key,
        guarded.key,
        follower.key,
    ]
    assert [one.wave for one in placed] == [1, 2, 3, 4]


drafts_of_any_sort = st.lists(
    st.tuples(
        st.sampled_from([one for one in Action if one not in Action.silent()]),
        st.integers(1, 4),
        st.sampled_from(["directory", "applications", "policy"]),
        st.booleans(),
        st.sets(st.integers(0, 11), max_size=3),
    ),
    max_size=12,
)


@given(wanted=drafts_of_any_sort)
def test_what_is_needed_is_never_in_a_later_stage(
    wanted: list[tuple[Action, int, str, bool, set[int]]],
) -> None:
    made: list[Draft] = []
    for number, (action, order, lane, guarded, needs) in enumerate(wanted):
        one = draft(action, "k", str(number), order, lane=lane, guarded=guarded)
        one.needs = {made[need].key for need in needs if need < number}
        made.append(one)

    placed = {one.order: one for one in place(made)}

    for one in placed.values():
        for order in one.depends_on:
            needed = placed[order]
            same = (needed.wave, needed.draft.lane) == (one.wave, one.draft.lane)
            assert needed.wave < one.wave or same
