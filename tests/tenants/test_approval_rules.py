"""Who has to agree, counted by hand against every combination of rule and people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations_with_replacement, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.errors import Invalid
from apps.tenants.approval_rules import (
    LEVELS,
    LOOSEST,
    ApprovalRules,
    LevelRule,
    rules_from,
    same_for_all,
)
from apps.tenants.choices import ApprovalsFrom
from apps.tenants.working_hours import WorkingHours

SIDES = ("msp", "customer", "neither")
NUMBERS = (1, 2, 3)
GROUPS = [
    people for size in range(5) for people in combinations_with_replacement(sorted(SIDES), size)
]
ZURICH = WorkingHours(time_zone="Europe/Zurich")


def is_enough(number: int, whose: str, people: Sequence[str]) -> bool:
    """The rule in plain words, apart from the code that counts what is missing."""
    of_msp, of_customer = people.count("msp"), people.count("customer")
    return {
        "any": len(people) >= number,
        "msp": of_msp >= number,
        "customer": of_customer >= number,
        "both": of_msp > 0 and of_customer > 0 and of_msp + of_customer >= number,
    }[whose]


@pytest.mark.parametrize(("number", "whose"), list(product(NUMBERS, ApprovalsFrom.values)))
def test_every_rule_against_every_group_of_people(number: int, whose: str) -> None:
    rule = LevelRule(number, ApprovalsFrom(whose))

    for people in GROUPS:
        enough = is_enough(number, whose, people)
        assert (rule.needed(people).number == 0) is enough, people
        assert bool(rule.needed_words(people)) is not enough, people


@pytest.mark.parametrize(("number", "whose"), list(product(NUMBERS, ApprovalsFrom.values)))
def test_what_is_missing_is_enough_and_no_one_too_many(number: int, whose: str) -> None:
    rule = LevelRule(number, ApprovalsFrom(whose))

    for people in GROUPS:
        missing = rule.needed(people)
        others = ["customer" if whose == "customer" else "msp"] * missing.others
        added = ["msp"] * missing.msp + ["customer"] * missing.customer + others
        assert is_enough(number, whose, [*people, *added])
        for place in range(len(added)):
            assert not is_enough(number, whose, [*people, *added[:place], *added[place + 1 :]])


@pytest.mark.parametrize(("number", "whose"), list(product(NUMBERS, ApprovalsFrom.values)))
def test_a_yes_counts_exactly_where_it_brings_the_request_nearer(number: int, whose: str) -> None:
    rule = LevelRule(number, ApprovalsFrom(whose))

    for people, side in product(GROUPS, SIDES):
        before, after = rule.needed(people).number, rule.needed([*people, side]).number
        assert rule.would_count(side, people) is (before == 0 or after < before)


@pytest.mark.parametrize("level", LEVELS)
def test_each_level_has_its_own_rule(level: str) -> None:
    strict = LevelRule(3, ApprovalsFrom.BOTH, 1, in_hours=True)
    rules = replace(ApprovalRules(), **{level: strict})

    assert rules.of(level) == strict
    assert [rules.of(other) for other in LEVELS if other != level] == [LevelRule()] * 2
    assert rules.sides == ApprovalsFrom.BOTH
    assert rules.reaches(ApprovalRules())
    assert not ApprovalRules().reaches(rules)


def test_words_say_whom_it_waits_for() -> None:
    both = LevelRule(3, ApprovalsFrom.BOTH)

    assert LevelRule().words == "anybody who may approve, within 24 hours"
    assert LevelRule(2).needed_words(["msp"]) == "one more who may approve"
    assert LevelRule(2, ApprovalsFrom.MSP).needed_words([]) == "two of the MSP"
    assert both.needed_words(["msp", "msp"]) == "somebody of the customer"
    assert both.needed_words([]) == (
        "somebody of the MSP and somebody of the customer and one more of either side"
    )


levels = st.builds(
    LevelRule,
    number=st.sampled_from(NUMBERS),
    approvals_from=st.sampled_from(list(ApprovalsFrom)),
    expiry_hours=st.integers(1, 168),
    in_hours=st.booleans(),
)
hours = st.builds(
    WorkingHours,
    time_zone=st.sampled_from(["UTC", "Europe/Zurich"]),
    weekdays=st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days))),
    begin=st.integers(0, 11),
    end=st.integers(12, 24),
)
all_rules = st.builds(
    ApprovalRules, low=levels, medium=levels, high=levels, hours=hours, break_glass=st.booleans()
)


@given(all_rules, all_rules, all_rules)
def test_stricter_is_an_order(one: ApprovalRules, two: ApprovalRules, three: ApprovalRules) -> None:
    assert one.reaches(one)
    assert one.reaches(LOOSEST)
    if one.reaches(two) and two.reaches(three):
        assert one.reaches(three)


@given(levels, levels, st.sampled_from(GROUPS))
def test_whoever_is_enough_for_the_stricter_rule_is_enough_for_the_other(
    one: LevelRule, two: LevelRule, people: tuple[str, ...]
) -> None:
    if one.reaches(two) and not one.needed(people).number:
        assert two.needed(people).number == 0


@given(all_rules)
def test_rules_travel_as_plain_values(rules: ApprovalRules) -> None:
    assert rules_from(rules.plain()) == rules


def test_moving_the_hours_or_their_zone_loosens_only_what_hours_bind() -> None:
    bound = same_for_all(LevelRule(in_hours=True))
    free = same_for_all(LevelRule())
    later = WorkingHours(begin=9, end=19)

    assert replace(free, hours=later).reaches(free)
    assert not replace(bound, hours=later).reaches(bound)
    assert not replace(bound, hours=ZURICH).reaches(bound)
    assert replace(bound, hours=WorkingHours(begin=9, end=17)).reaches(bound)


@pytest.mark.parametrize(
    ("at", "opens", "closes"),
    [
        # Friday 23 October 2026, summer time: 17:30 in Zurich.
        ("2026-10-23T15:30", "2026-10-23T15:30", "2026-10-23T16:00"),
        # 18:00 is over. Clocks go back on Sunday: Monday 8:00 is 7:00 UTC.
        ("2026-10-23T16:00", "2026-10-26T07:00", "2026-10-26T17:00"),
        ("2026-10-25T00:30", "2026-10-26T07:00", "2026-10-26T17:00"),
        # Tuesday, 7:59 and 8:00.
        ("2026-10-27T06:59", "2026-10-27T07:00", "2026-10-27T17:00"),
        ("2026-10-27T07:00", "2026-10-27T07:00", "2026-10-27T17:00"),
    ],
)
def test_working_hours_are_those_of_their_zone(at: str, opens: str, closes: str) -> None:
    moment, opening, closing = (
        datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (at, opens, closes)
    )

    assert ZURICH.next_open(moment) == opening
    assert ZURICH.next_close(moment) == closing
    assert ZURICH.holds(moment) is (opening == moment)


def test_a_request_that_would_end_at_night_waits_for_the_end_of_the_next_working_day() -> None:
    friday = datetime(2026, 10, 23, 15, 30, tzinfo=UTC)
    rules = replace(ApprovalRules(), high=LevelRule(in_hours=True), hours=ZURICH)

    assert rules.expires_at("low", friday) == friday + timedelta(hours=24)
    assert rules.expires_at("high", friday) == datetime(2026, 10, 26, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: LevelRule(0),
        lambda: LevelRule(4),
        lambda: LevelRule(expiry_hours=0),
        lambda: LevelRule(expiry_hours=169),
        lambda: WorkingHours(weekdays=()),
        lambda: WorkingHours(begin=18, end=8),
        lambda: WorkingHours(time_zone="Mars/Olympus"),
    ],
)
def test_rules_that_make_no_sense_are_refused(wrong: object) -> None:
    with pytest.raises(Invalid):
        wrong()  # type: ignore[operator]
