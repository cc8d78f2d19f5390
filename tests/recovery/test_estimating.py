"""What a plan says of itself before anybody approves it."""

from __future__ import annotations

import math

from apps.recovery.planning.durations import documented_rate
from apps.recovery.planning.fingerprint import stored_digest
from apps.recovery.selection import Selection
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
