"""One recovery asked of many tenants: what an application did in each of them, put back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from apps.core import clock
from apps.core.errors import Invalid, NotAllowed, NotFound
from apps.core.scope import msp_scope, person
from apps.history.models import Snapshot
from apps.recovery.choices import RunState, SweepState
from apps.recovery.models import RecoveryRequest, Sweep
from apps.recovery.sweeps import selectors, services
from tests.factories import actor_of, make_msp, make_tenant, make_user
from tests.recovery.test_steps import users
from tests.recovery.workshop import Workshop, connect
from tests.support.sandboxes import Sandbox

HOUR = timedelta(hours=1)


@pytest.fixture
def workshops(
    db: None, sandbox: Sandbox, settings: pytest.FixtureRequest
) -> Iterator[tuple[Workshop, Workshop]]:
    """Two tenants of one MSP, as Alice sees them; each has an approver of its own."""
    settings.HOLDFAST_GRAPH_TIME_SCALE = 1000.0  # type: ignore[attr-defined]
    msp = make_msp()
    tenants = [connect(sandbox, msp, number) for number in range(2)]
    alice = make_user("Alice", msp, "backup-administrator")
    with person(alice.pk), msp_scope({one.pk: msp.pk for one in tenants}):
        yield (
            Workshop(sandbox, tenants[0], alice, make_user("Dave", msp, "recovery-approver")),
            Workshop(sandbox, tenants[1], alice, make_user("Dora", msp, "recovery-approver")),
        )


@pytest.fixture
def workshop(workshops: tuple[Workshop, Workshop]) -> Workshop:
    return workshops[0]


def test_what_an_application_did_goes_back_in_each_tenant(
    workshops: tuple[Workshop, Workshop],
) -> None:
    workshop, other = workshops
    for one in (workshop, other):
        one.capture()
    was = {one.tenant.pk: spoil(one) for one in (workshop, other)}
    sweep = start(workshop, other)
    work(workshop, sweep)
    rows = selectors.standings(sweep)
    assert [row.state for row in rows] == [SweepState.PLANNED] * 2

    asked = services.put_forward(
        actor=actor_of(workshop.alice), sweep=sweep, members=[row.member for row in rows]
    )
    approved = approve(workshop, sweep)
    for row in selectors.standings(sweep):
        assert row.run is not None
        workshop.work(row.run.job_id)
        row.run.refresh_from_db()
        assert row.run.state == RunState.COMPLETE

    assert [one.error for one in (*asked, *approved)] == [None] * 4
    for one in (workshop, other):
        found = one.graph("GET", f"/users/{was[one.tenant.pk]['id']}?$select=department")
        assert found["department"] == was[one.tenant.pk]["department"]


def test_one_tenant_fails_alone(workshops: tuple[Workshop, Workshop]) -> None:
    workshop, other = workshops
    spoil_after_capture(workshop)

    sweep = start(workshop, other)
    work(workshop, sweep)

    states = {row.member.tenant_id: row.member for row in selectors.standings(sweep)}
    assert states[workshop.tenant.pk].state == SweepState.PLANNED
    assert states[other.tenant.pk].state == SweepState.FAILED
    assert "no snapshot" in states[other.tenant.pk].failure


def test_who_did_nothing_there_gets_no_plan(workshop: Workshop) -> None:
    spoil_after_capture(workshop)

    sweep = start(workshop, who="nobody@example.org")
    work(workshop, sweep)

    (row,) = selectors.standings(sweep)
    assert (row.state, row.member.plan) == (SweepState.NOTHING, None)
    assert not RecoveryRequest.objects.exists()


def test_a_name_is_looked_up_in_each_tenant(workshop: Workshop) -> None:
    spoil_after_capture(workshop)

    sweep = start(workshop, who=workshop.sandbox.lab["display_name"].upper())
    work(workshop, sweep)

    (row,) = selectors.standings(sweep)
    assert row.state == SweepState.PLANNED


@pytest.mark.parametrize(
    "wrong",
    [{"who": " "}, {"reason": ""}, {"tenants": []}, {"until": datetime(2020, 1, 1, tzinfo=UTC)}],
    ids=["nobody", "no reason", "no tenant", "time"],
)
def test_what_makes_no_sense_starts_nothing(workshop: Workshop, wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        services.start_sweep(**{**asking(workshop, workshop), **wrong})

    assert not Sweep.objects.exists()


def test_only_who_may_ask_for_recoveries_everywhere_starts_a_sweep(workshop: Workshop) -> None:
    reader = make_user("Rita", workshop.tenant.msp, "backup-reader")
    of_one = make_user("Otto", workshop.tenant, "backup-administrator")

    with pytest.raises(NotAllowed):
        services.start_sweep(**{**asking(workshop, workshop), "actor": actor_of(reader)})
    with pytest.raises(NotFound):
        services.start_sweep(**{**asking(workshop, workshop), "actor": actor_of(of_one)})

    assert not Sweep.objects.exists()


def test_a_tenant_of_somebody_else_is_in_no_sweep(workshop: Workshop) -> None:
    theirs = make_tenant(make_msp("South"))

    with pytest.raises(Invalid):
        services.start_sweep(**{**asking(workshop, workshop), "tenants": [theirs]})

    assert not Sweep.objects.exists()


def test_another_digest_than_that_of_the_page_approves_nothing(workshop: Workshop) -> None:
    spoil_after_capture(workshop)
    sweep = start(workshop)
    work(workshop, sweep)
    (row,) = selectors.standings(sweep)
    services.put_forward(actor=actor_of(workshop.alice), sweep=sweep, members=[row.member])
    (row,) = selectors.standings(sweep)
    assert row.request is not None

    (outcome,) = services.approve_together(
        actor=actor_of(workshop.dave),
        requests=[row.request],
        digests={row.request.pk: b"\0" * 32},
    )

    assert outcome.error is not None
    assert outcome.error.code == "digest-mismatch"
    assert selectors.standings(sweep)[0].run is None


def spoil_after_capture(workshop: Workshop) -> dict[str, Any]:
    workshop.capture()
    return spoil(workshop)


def spoil(workshop: Workshop) -> dict[str, Any]:
    """One user as he was before the laboratory's application changed him."""
    user_id = users(workshop)[0]
    was = workshop.graph("GET", f"/users/{user_id}?$select=id,department")
    workshop.graph("PATCH", f"/users/{user_id}", {"department": "Spoilt"})
    return was


def asking(*workshops: Workshop) -> dict[str, Any]:
    now = clock.now()
    since = max((one.taken_at for one in Snapshot.objects.all()), default=now - HOUR)
    return {
        "actor": actor_of(workshops[0].alice),
        "msp": workshops[0].tenant.msp,
        "tenants": [one.tenant for one in workshops],
        "who": workshops[0].sandbox.lab["client_id"],
        "since": since,
        "until": now + HOUR,
        "reason": "the consultant's script ran wild",
    }


def start(*workshops: Workshop, **other: Any) -> Sweep:
    return services.start_sweep(**{**asking(*workshops), **other})


def work(workshop: Workshop, sweep: Sweep) -> None:
    """Do the jobs of all tenants; what one raises is that one's."""
    for row in selectors.standings(sweep):
        try:
            workshop.work(row.member.job_id)
        except NotFound:
            continue


def approve(workshop: Workshop, sweep: Sweep) -> list[services.Outcome]:
    ann = make_user("Ann", workshop.tenant.msp, "recovery-approver")
    asked = [row.request for row in selectors.standings(sweep) if row.request]
    digests = {one.pk: bytes(one.plan.digest) for one in asked}
    return services.approve_together(actor=actor_of(ann), requests=asked, digests=digests)
