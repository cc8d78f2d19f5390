"""What a plan says of itself before anybody approves it."""

from __future__ import annotations

import math
from typing import Any

import pytest

from apps.recovery.estimates import estimate_view
from apps.recovery.models import StepResult
from apps.recovery.planning.durations import ENOUGH, documented_rate
from apps.recovery.planning.fingerprint import stored_digest
from apps.recovery.selection import Selection
from tests.recovery.drawing_board import DrawingBoard, guid
from tests.recovery.test_making_anew import purge
from tests.recovery.test_steps import new_group, users
from tests.recovery.workshop import Workshop


def test_a_plan_says_how_long_it_takes_and_who_must_be_told(workshop: Workshop) -> None:
    # given an application with a secret and an owner, a person with a manager, and a group
    person, manager, owner = users(workshop)[:3]
    ref = "https://graph.microsoft.com/v1.0/directoryObjects/"
    workshop.graph("PUT", f"/users/{person}/manager/$ref", {"@odata.id": f"{ref}{manager}"})
    made = workshop.graph("POST", "/applications", {"displayName": "Payroll"})
    path = f"/applications/{made['id']}"
    workshop.graph("POST", f"{path}/owners/$ref", {"@odata.id": f"{ref}{owner}"})
    workshop.graph("POST", f"{path}/addPassword", {"passwordCredential": {"displayName": "ci"}})
    group = new_group(workshop, "Team", [person])
    base = workshop.capture()

    # when all are deleted for good and a plan is made
    purge(workshop, "/users", person)
    purge(workshop, "/applications", made["id"])
    purge(workshop, "/groups", group)
    plan = workshop.plan(workshop.report(base))

    # then it says what nobody can bring back, by reason
    said = plan.estimate
    lost = {(one["kind"], one["what"]): one["count"] for one in said["lost"]}
    assert lost["user", "password"] == lost["application", "appId"] == 1
    assert lost["application", "passwordCredentials"] == 1

    # and who has to be told, by id
    told = {(one["code"], one["object_id"]): one["people"] for one in said["told"]["named"]}
    assert told == {
        ("first-password", person): [manager],
        ("new-app-id", made["id"]): [owner],
        ("secret", made["id"]): [owner],
    }
    assert said["told"]["counts"] == {"first-password": 1, "new-app-id": 1, "secret": 1}

    # and how long it takes at the documented pace, since nothing was measured yet
    lane = said["lanes"]["directory"]
    of_all = sum(one["requests"] for one in said["lanes"].values())
    assert of_all == said["requests"] == plan.counts["requests"]
    assert lane["seconds"] == math.ceil(lane["requests"] / documented_rate("directory"))
    assert (lane["source"], said["seconds"] > 0) == ("documented", True)

    # and all of it is part of what is approved
    assert stored_digest(plan) == bytes(plan.digest)
    plan.estimate = {**said, "seconds": 0}
    assert stored_digest(plan) != bytes(plan.digest)


def test_a_plan_says_which_seats_it_takes(workshop: Workshop) -> None:
    licensed = [
        one
        for one in workshop.graph("GET", "/users?$top=99&$select=id,assignedLicenses")["value"]
        if one["assignedLicenses"]
    ]
    person = licensed[0]
    base = workshop.capture()
    workshop.graph("DELETE", f"/users/{person['id']}")

    plan = workshop.plan(workshop.report(base), Selection(object_ids=frozenset({person["id"]})))

    seats = {one["sku"]: one["needed"] for one in plan.estimate["seats"]}
    assert seats == {one["skuId"]: 1 for one in person["assignedLicenses"]}


def test_a_plan_goes_by_what_was_measured_in_the_tenants_own_runs(workshop: Workshop) -> None:
    # given a run that has written enough for a rate
    groups = [new_group(workshop, f"Team{number}", []) for number in range(ENOUGH + 1)]
    base = workshop.capture()
    deface(workshop, groups)
    run = workshop.run(workshop.plan(workshop.report(base)))
    written = StepResult.objects.filter(run=run, written_at__isnull=False)
    moments = sorted(written.values_list("written_at", flat=True))
    rate = ENOUGH / (moments[-1] - moments[0]).total_seconds()

    # when the same has to be written again
    deface(workshop, groups)
    said = workshop.plan(workshop.report(base)).estimate

    # then the plan takes that rate for its lane
    (lane,) = said["lanes"].values()
    assert (lane["source"], lane["requests"]) == ("measured", ENOUGH + 1)
    assert lane["per_second"] == pytest.approx(rate, abs=0.01)
    assert lane["seconds"] == math.ceil((ENOUGH + 1) / round(rate, 3))


def deface(workshop: Workshop, groups: list[str]) -> None:
    for group in groups:
        workshop.graph("PATCH", f"/groups/{group}", {"description": "defaced"})


def test_seats_count_who_joins_a_group_with_licences_and_holds_none(board: DrawingBoard) -> None:
    # given a group that gives a licence, of which two seats are free, and three members; one of
    # them holds the licence himself
    sku, (group, *people) = guid("E3"), map(guid, ("Licensed", "A", "B", "C"))
    licence = [{"skuId": sku, "disabledPlans": []}]
    board.source.put("subscribedSku", sku, **bought(sku, 10, used=8))
    board.source.put("group", group, displayName="Licensed", assignedLicenses=licence)
    for person in people:
        board.source.put("user", person, displayName="Somebody")
        board.source.link("group.members", group, person)
    board.source.put("user", people[0], assignedLicenses=licence)
    base = board.capture()
    for person in people:
        board.source.link("group.members", group, person, present=False)

    plan = board.plan(board.report(base))

    seats = {"sku": sku, "name": "SPE_E3", "needed": 2, "free": 2}
    assert plan.estimate["seats"] == [seats]
    view = estimate_view(plan)
    assert view is not None
    assert [(one.name, one.is_short) for one in view.seats] == [("SPE_E3", False)]


def test_seats_that_are_not_there_are_named(board: DrawingBoard) -> None:
    sku, person = guid("E3"), guid("A")
    licence = [{"skuId": sku, "disabledPlans": []}]
    board.source.put("subscribedSku", sku, **bought(sku, 10, used=10))
    board.source.put("user", person, displayName="Somebody", assignedLicenses=licence)
    base = board.capture()
    board.source.soft_delete("user", person)

    plan = board.plan(board.report(base))

    assert plan.estimate["seats"] == [{"sku": sku, "name": "SPE_E3", "needed": 1, "free": 0}]
    view = estimate_view(plan)
    assert view is not None
    assert view.seats[0].is_short


def bought(sku: str, number: int, *, used: int) -> dict[str, Any]:
    return {
        "skuId": sku,
        "skuPartNumber": "SPE_E3",
        "prepaidUnits": {"enabled": number, "suspended": 0, "warning": 0},
        "consumedUnits": used,
    }
