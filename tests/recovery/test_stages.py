"""What of a plan may go on side by side."""

from __future__ import annotations

from apps.recovery.choices import Action
from apps.recovery.running.stages import Stage, blocks

USERS = Stage(4, "directory", frozenset({Action.UPDATE}), frozenset({"user"}), links=False)
GROUPS = Stage(4, "directory", frozenset({Action.UPDATE}), frozenset({"group"}), links=False)
MADE = Stage(2, "directory", frozenset({Action.CREATE}), frozenset({"group"}), links=False)
APPLICATIONS = Stage(
    4, "applications", frozenset({Action.UPDATE}), frozenset({"application"}), links=False
)
MEMBERS = Stage(5, "directory", frozenset({Action.LINK_ADD}), frozenset({"group"}), links=True)
LOCATIONS = Stage(
    5, "conditional-access", frozenset({Action.UPDATE}), frozenset({"namedLocation"}), links=False
)
POLICIES = Stage(
    8,
    "conditional-access",
    frozenset({Action.UPDATE}),
    frozenset({"conditionalAccessPolicy"}),
    links=False,
)
LATER_LINKS = Stage(9, "directory", frozenset({Action.LINK_ADD}), frozenset({"user"}), links=True)
REMOVALS = Stage(
    20, "directory", frozenset({Action.SOFT_DELETE}), frozenset({"group"}), links=False
)
FIRST_REMOVAL = REMOVALS.wave


def test_attributes_of_people_and_applications_hold_up_nobody() -> None:
    for earlier in (USERS, APPLICATIONS):
        assert not blocks(earlier, POLICIES, FIRST_REMOVAL)
        assert not blocks(earlier, MEMBERS, FIRST_REMOVAL)


def test_requests_for_the_same_kind_keep_their_order() -> None:
    second_part = Stage(5, "directory", USERS.actions, USERS.kinds, links=False)

    assert blocks(USERS, second_part, None)


def test_no_policy_goes_in_force_before_groups_are_whole() -> None:
    assert blocks(MEMBERS, POLICIES, None)
    assert blocks(GROUPS, POLICIES, None)
    assert blocks(MADE, POLICIES, None)


def test_what_refers_to_nothing_waits_for_its_own_lane_only() -> None:
    assert not blocks(MADE, LOCATIONS, None)
    assert not blocks(MEMBERS, LOCATIONS, None)
    assert blocks(LOCATIONS, POLICIES, None)


def test_nobody_outside_waits_for_conditional_access_but_removals_do() -> None:
    assert not blocks(LOCATIONS, LATER_LINKS, FIRST_REMOVAL)
    assert blocks(POLICIES, REMOVALS, FIRST_REMOVAL)
    assert blocks(USERS, REMOVALS, FIRST_REMOVAL)


def test_what_guards_an_account_comes_before_what_makes_it_an_administrator() -> None:
    guarding = Stage(1, "directory", USERS.actions, USERS.kinds, links=False, makes_later=True)

    assert blocks(guarding, MADE, None)
