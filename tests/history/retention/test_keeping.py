"""Which snapshots stay, by which rules: properties that hold whatever was taken when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core.errors import Invalid
from apps.history.retention.keeping import Fate, Taken, fates, present
from apps.history.retention.periods import PERIODS
from apps.history.retention.rules import DEFAULT_RULES, KeepRules, zone

ZURICH = ZoneInfo("Europe/Zurich")
ZONES = [ZURICH, ZoneInfo("UTC"), ZoneInfo("America/Sao_Paulo"), ZoneInfo("Australia/Lord_Howe")]
START = datetime(2024, 1, 1, tzinfo=UTC)
MINUTES = 3 * 366 * 24 * 60

rules_of_any_length = st.builds(
    KeepRules,
    all_days=st.integers(1, 40),
    hourly=st.integers(0, 100),
    daily=st.integers(0, 100),
    weekly=st.integers(0, 60),
    monthly=st.integers(0, 30),
    yearly=st.integers(0, 5),
)


@st.composite
def histories(draw: st.DrawFn, most: int = 60) -> list[Taken]:
    """Snapshots of three years in the order in which they were taken."""
    minutes = draw(st.lists(st.integers(0, MINUTES), min_size=1, max_size=most, unique=True))
    return [
        Taken(seq, START + timedelta(minutes=minute), draw(st.booleans()))
        for seq, minute in enumerate(sorted(minutes), start=1)
    ]


def kept(found: list[Fate], time: datetime) -> set[int]:
    return {fate.snapshot.seq for fate in found if fate.kept_at(time)}


def at(text: str, seq: int = 1, *, complete: bool = True) -> Taken:
    return Taken(seq, datetime.fromisoformat(text).replace(tzinfo=ZURICH), complete)


@given(histories(), rules_of_any_length, st.sampled_from(ZONES))
@settings(max_examples=40, deadline=None)
def test_what_is_kept_would_be_kept_again_once_the_rest_is_gone(
    history: list[Taken], rules: KeepRules, where: ZoneInfo
) -> None:
    time = present(history, history[-1].taken_at)
    first = kept(fates(history, rules, where), time)
    left = [one for one in history if one.seq in first]

    assert kept(fates(left, rules, where), time) == first


@given(histories(), histories(most=30), rules_of_any_length, st.sampled_from(ZONES))
@settings(max_examples=40, deadline=None)
def test_a_flood_of_snapshots_pushes_no_complete_one_out(
    history: list[Taken], flood: list[Taken], rules: KeepRules, where: ZoneInfo
) -> None:
    # Given a history, and as many snapshots as one likes at its end.
    end = history[-1].taken_at
    later = [
        Taken(
            len(history) + one.seq,
            end + timedelta(seconds=number),
            one.complete,
        )
        for number, one in enumerate(flood, start=1)
    ]
    time = later[-1].taken_at

    before = {fate.snapshot.seq: fate for fate in fates(history, rules, where)}
    after = {fate.snapshot.seq: fate for fate in fates(history + later, rules, where)}

    for one in history:
        if one.complete:
            assert after[one.seq].goes_at == before[one.seq].goes_at
            assert (
                after[one.seq].kept_at(time)
                or not before[one.seq].kept_at(time)
                or (before[one.seq].newest)
            )


@given(histories(), rules_of_any_length, st.sampled_from(ZONES), st.integers(0, 900))
@settings(max_examples=40, deadline=None)
def test_time_lets_go_and_never_takes_back(
    history: list[Taken], rules: KeepRules, where: ZoneInfo, days: int
) -> None:
    found = fates(history, rules, where)
    now = history[-1].taken_at

    assert kept(found, now + timedelta(days=days)) <= kept(found, now)


@given(histories(), rules_of_any_length, rules_of_any_length, st.sampled_from(ZONES))
@settings(max_examples=40, deadline=None)
def test_rules_that_reach_as_far_let_nothing_go_earlier(
    history: list[Taken], one: KeepRules, other: KeepRules, where: ZoneInfo
) -> None:
    larger = KeepRules(
        **{name: max(one.plain()[name], other.plain()[name]) for name in one.plain()}
    )

    assert larger.reaches(one)
    assert larger.reaches(other)
    for short, long in zip(fates(history, one, where), fates(history, larger, where), strict=True):
        assert long.goes_at >= short.goes_at


@given(histories(), rules_of_any_length, st.sampled_from(ZONES))
@settings(max_examples=40, deadline=None)
def test_each_period_that_a_rule_reaches_has_exactly_one_snapshot_by_it(
    history: list[Taken], rules: KeepRules, where: ZoneInfo
) -> None:
    found = fates(history, rules, where)
    for rule in PERIODS:
        by = [fate for fate in found if rule in {one.rule for one in fate.by}]
        ends = [next(one.until for one in fate.by if one.rule == rule) for fate in by]
        assert len(set(ends)) == len(ends)
        assert bool(by) == bool(getattr(rules, rule))


def test_the_newest_and_the_newest_complete_one_always_stay() -> None:
    long_ago = [at("2020-01-01T10:00", 1), at("2020-01-02T10:00", 2, complete=False)]

    found = fates(long_ago, KeepRules(all_days=1), ZURICH)

    assert kept(found, datetime(2026, 1, 1, tzinfo=UTC)) == {1, 2}


def test_a_partial_snapshot_keeps_a_day_only_until_a_complete_one_comes() -> None:
    morning, noon = at("2026-03-02T06:00", 1, complete=False), at("2026-03-02T12:00", 2)
    next_day = at("2026-03-03T06:00", 3)
    rules = KeepRules(all_days=1, daily=30)

    alone, _ = fates([morning, next_day], rules, ZURICH)
    beside, *_ = fates([morning, noon, next_day], rules, ZURICH)

    assert [one.rule for one in alone.by] == ["daily", "all"]
    assert [one.rule for one in beside.by] == ["all"]


def test_days_begin_at_midnight_of_the_tenants_time_zone() -> None:
    # Both are the first of March in Zurich, and of two months in UTC.
    early = Taken(1, datetime(2026, 2, 28, 23, 30, tzinfo=UTC), complete=True)
    later = Taken(2, datetime(2026, 3, 1, 22, 30, tzinfo=UTC), complete=True)
    rules = KeepRules(all_days=1, monthly=12)

    in_zurich = fates([early, later], rules, ZURICH)
    in_utc = fates([early, later], rules, ZoneInfo("UTC"))

    assert ["monthly" in {one.rule for one in fate.by} for fate in in_zurich] == [True, False]
    assert ["monthly" in {one.rule for one in fate.by} for fate in in_utc] == [True, True]


def test_an_hour_that_comes_twice_is_two_hours() -> None:
    # On 25 October 2026 the clocks of Zurich go through the hour from two to three twice.
    first = Taken(1, datetime(2026, 10, 25, 0, 30, tzinfo=UTC), complete=True)
    again = Taken(2, datetime(2026, 10, 25, 1, 30, tzinfo=UTC), complete=True)

    found = fates([first, again], KeepRules(all_days=1, hourly=48), ZURICH)

    assert all("hourly" in {one.rule for one in fate.by} for fate in found)


def test_a_snapshot_says_when_it_goes() -> None:
    (fate,) = fates([at("2026-03-04T06:00")], KeepRules(all_days=7, weekly=2), ZURICH)

    assert fate.goes_at == datetime(2026, 3, 16, tzinfo=ZURICH)
    assert [one.rule for one in fate.rules_at(fate.by[1].until)] == ["weekly"]


def test_a_tenant_that_is_not_captured_any_more_loses_nothing() -> None:
    history = [at("2026-01-01T06:00", 1), at("2026-01-02T06:00", 2)]

    assert present(history, datetime(2030, 1, 1, tzinfo=UTC)) == history[-1].taken_at


@pytest.mark.parametrize("number", [-1, 10**7, 1.5, True, "3"])
def test_numbers_that_make_no_sense_are_refused(number: object) -> None:
    with pytest.raises(Invalid):
        KeepRules.from_plain(DEFAULT_RULES.plain() | {"daily": number})


def test_rules_have_words_and_zones_have_names() -> None:
    assert KeepRules(all_days=3, yearly=10).words == "all of 3 days, 10 yearly"
    assert zone("Europe/Zurich") == ZURICH
    with pytest.raises(Invalid):
        zone("Middle/Earth")
    with pytest.raises(Invalid):
        KeepRules.from_plain({"daily": 3})
    with pytest.raises(Invalid):
        KeepRules.from_plain({"all_days": 3, "fortnightly": 3})
