"""Seed, capture, let somebody loose on the tenant, recover, compare: only declared losses stay.

Then take it back: the tenant is as before the recovery, but for what that says beforehand.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle
from random import Random
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, example, given, seed, settings
from hypothesis import strategies as st

from apps.diffs.choices import Recoverable
from apps.diffs.models import DifferenceReport, ReportChange
from apps.diffs.reasons import MAY_NEED_ROLE
from apps.entra.catalogue import KINDS
from apps.history.identities import identities_of
from apps.history.models import Snapshot
from apps.history.selectors import latest_snapshot
from apps.recovery.choices import Action, RunState
from apps.recovery.models import Run, StepResult
from apps.recovery.reasons import GUARDED
from apps.recovery.selection import Selection
from tests.recovery.mutations import MUTATIONS, Hand
from tests.recovery.mutations_for_good import FOR_GOOD
from tests.recovery.mutations_of_governance import OF_GOVERNANCE
from tests.recovery.mutations_of_sign_in import OF_SIGN_IN
from tests.recovery.mutations_of_trust import OF_TRUST
from tests.recovery.workshop import Workshop, bad_results
from tests.support.nightly import NIGHTLY, examples

OF_A_DAY = MUTATIONS | FOR_GOOD | OF_TRUST | OF_GOVERNANCE
ALL_SORTS = OF_A_DAY | OF_SIGN_IN
# What the short trips of a day are made of; what sign-in asks elsewhere is in the longest one.
FEW_SORTS = ALL_SORTS if NIGHTLY else OF_A_DAY
# By day the long trips go without what the short ones try anyway.
SORTS = ALL_SORTS if NIGHTLY else MUTATIONS | OF_TRUST
EVERYTHING = Selection(everything=True, remove_created=True)
# Security defaults are not to be had while there are policies.
NOT_DAMAGED = {"identitySecurityDefaultsEnforcementPolicy"}
LOST = (Recoverable.NO, Recoverable.NOTHING_TO_DO)
Place = tuple[str, str, str, str]
Acts = list[tuple[str, int]]
Weather = dict[str, object] | None


class Trip(NamedTuple):
    acts: Acts
    weather: Weather


mutations = st.lists(
    st.tuples(st.sampled_from(sorted(SORTS)), st.integers(0, 40)), min_size=1, max_size=25
)


def place_of(row: ReportChange) -> Place:
    """Where a change is; by the first id of what was made anew since."""
    known = identities_of(row.tenant_id)
    return (row.kind, known.original(row.object_id), row.link, known.original(row.target_id))


def declared_losses(report: DifferenceReport) -> set[Place]:
    """What the report said beforehand cannot be brought back, wholly or in part."""
    rows = ReportChange.objects.filter(report=report)
    lost = {place_of(row) for row in rows if row.recoverable in LOST or row.lost_attributes}
    gone = {object_id for _, object_id, link, _ in lost if not link}
    linked = {place_of(row) for row in rows if row.link and {row.object_id, row.target_id} & gone}
    return lost | linked


def left_over(report: DifferenceReport, losses: set[Place]) -> list[tuple[Place, str, list[str]]]:
    rows = ReportChange.objects.filter(report=report)
    # What was created since and removed again is in the recycle bin now.
    rows = rows.exclude(recoverable=Recoverable.NOTHING_TO_DO)
    return [
        (place_of(row), row.change, row.attributes) for row in rows if place_of(row) not in losses
    ]


# A replica half a second behind, one request in ten refused or lost, limits as documented. Whoever
# is refused waits as he sees fit: whole seconds, as Retry-After has them, are tried elsewhere.
BAD_WEATHER = {
    "fault_retry_after": None,
    "lag": 0.5,
    "fault_rate": 0.06,
    "drop_rate": 0.02,
    "drop_after_rate": 0.02,
    "half_body_rate": 0.01,
    "throttle": "documented",
    "time_scale": 1000,
}
LIMITS = {"throttle": "documented", "time_scale": 1000}
GUSTS = {"fault_rate": 0.1, "fault_retry_after": None, "drop_after_rate": 0.05}
RATES = ("fault_rate", "drop_rate", "drop_after_rate", "half_body_rate")
CALM = {"lag": 0, "throttle": "off", "fault_retry_after": 1, **dict.fromkeys(RATES, 0)}


def round_trip(workshop: Workshop, acts: Acts, *, weather: Weather = None) -> None:
    base = latest_snapshot(workshop.tenant) or workshop.capture()
    for name, number in acts:
        ALL_SORTS[name](Hand(workshop, number))
    report = workshop.report(base)
    losses = declared_losses(report)
    if ReportChange.objects.filter(report=report).exists():
        plan = workshop.plan(report, EVERYTHING)
        if plan.counts["requests"] and not plan.is_blocked:
            workshop.sandbox.control("POST", "/weather", {**CALM, **(weather or {})})
            run = workshop.run(plan)
            workshop.sandbox.control("POST", "/weather", CALM)
            losses |= refused_as_announced(report, run)
            assert_nothing_is_left(workshop, base, losses, run)


def refused_as_announced(report: DifferenceReport, run: Run) -> set[Place]:
    """What Graph refused on administrators' accounts, as the report said it might."""
    guarded = guarded_of(run)
    rows = ReportChange.objects.filter(report=report, reason=MAY_NEED_ROLE)
    places = {place_of(row) for row in rows}
    assert guarded <= places
    if not guarded and not run.came_back["count"]:
        assert run.state == RunState.COMPLETE, (run.failure, bad_results(run))
    assert {state for _, _, state, _ in bad_results(run) if state != "not-recoverable"} <= {
        "failed",
        "skipped",
    }
    return guarded


def guarded_of(run: Run) -> set[Place]:
    failed = StepResult.objects.filter(run=run, state="failed").select_related("step")
    assert {row.reason for row in failed} <= {GUARDED}, bad_results(run)
    gone = {row.step.object_id for row in failed if row.step.action == Action.UNDELETE}
    skipped = StepResult.objects.filter(run=run, state="skipped").select_related("step")
    assert all({row.step.object_id, row.target_id} & gone for row in skipped), bad_results(run)
    return {(row.step.kind, row.step.object_id, "", "") for row in failed}


def assert_nothing_is_left(
    workshop: Workshop, base: Snapshot, losses: set[Place], run: Run
) -> None:
    """Nothing but what the run itself named as having come back unforeseen; then not even that."""
    report = workshop.report(base)
    left = left_over(report, losses)
    named = {(one["kind"], one["object_id"], "", "") for one in run.came_back["named"]}
    assert {place for place, _, _ in left} == named - losses, left
    if left:
        again = workshop.run(workshop.plan(report, EVERYTHING))
        assert left_over(workshop.report(base), losses | refused_as_announced(report, again)) == []


def test_every_sort_of_change_at_once_comes_back(workshop: Workshop) -> None:
    acts = [(name, 1 + number % 40) for number, name in enumerate(sorted(ALL_SORTS))]

    round_trip(workshop, acts)

    # and whoever adds a kind adds what damages it
    damaged = set(ReportChange.objects.values_list("kind", flat=True))
    written = {kind.name for kind in KINDS if not kind.evidence}
    assert written - damaged == NOT_DAMAGED, sorted(written - damaged)


def test_changes_come_back_in_bad_weather_too(workshop: Workshop) -> None:
    acts = [(name, 3 + number) for number, name in enumerate(sorted(SORTS))]

    round_trip(workshop, acts, weather=BAD_WEATHER)


def test_a_catalog_is_told_what_came_in_place_of_what_it_held(workshop: Workshop) -> None:
    # Two requests for one property: one puts the new one in, the other takes the old one out.
    round_trip(workshop, [("purge_application", 17)])


# A test is one transaction, and PostgreSQL remembers every lock of it: by night a thousand examples
# are many tests.
PARTS = 40 if NIGHTLY else 1


def trips(daily: int, nightly: int = 1000 // PARTS) -> settings:
    """So many examples by day; by night a thousand in all the parts together, here and where they
    are taken back again."""
    return settings(
        max_examples=examples(daily, nightly),
        deadline=None,
        derandomize=not NIGHTLY,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )


@pytest.mark.parametrize("part", range(PARTS))
@trips(daily=1)
@given(acts=mutations)
def test_any_mixture_of_changes_comes_back(workshop: Workshop, part: int, acts: Acts) -> None:
    round_trip(workshop, acts)


few = st.lists(
    st.tuples(st.sampled_from(sorted(FEW_SORTS)), st.integers(0, 40)), min_size=1, max_size=3
)
WEATHERS: tuple[Weather, ...] = (None, None, None, {"lag": 0.1}, LIMITS, GUSTS)


# The examples of a day, but for those above, shared out to as many workers.
SHARES, OF_EACH = max(4, PARTS), 25
AT_ONCE = 3


def dealt(share: int) -> Iterator[Trip]:
    """A share's part of all sorts, three to a trip: together the shares leave none out."""
    shuffle = Random(0)
    sorts = shuffle.sample(sorted(FEW_SORTS), len(FEW_SORTS))[share::SHARES]
    for weather, start in zip(cycle(WEATHERS), range(0, len(sorts), AT_ONCE), strict=False):
        names = sorts[start : start + AT_ONCE]
        yield Trip([(name, shuffle.randint(0, 40)) for name in names], weather)


@pytest.mark.parametrize("share", range(SHARES))
def test_any_few_changes_come_back_in_any_weather(workshop: Workshop, share: int) -> None:
    hands = list(dealt(share))

    @trips(daily=OF_EACH - len(hands), nightly=1000 // SHARES)
    @given(acts=few, weather=st.sampled_from(WEATHERS))
    def trip(acts: Acts, weather: Weather) -> None:
        round_trip(workshop, acts, weather=weather)

    for hand in hands:
        trip = example(acts=hand.acts, weather=hand.weather)(trip)
    # By day each share has examples of its own, the same ones every day.
    chosen = trip if NIGHTLY else seed(share)(trip)
    chosen()
