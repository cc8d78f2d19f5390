"""A snapshot put into a tenant with people, groups and policies of its own, and taken back."""

from __future__ import annotations

from typing import Any

from apps.core.scope import tenant_scope
from apps.recovery.choices import RunState
from tests.recovery.test_undoing import undo_plan
from tests.recovery.transfer.test_round import (
    POLICIES,
    captured,
    group,
    left_after,
    person,
    small_tenant,
)
from tests.recovery.transfer.two import Two, by_name
from tests.recovery.workshop import Workshop, bad_results

OURS = "fabrikam.example"
SHOWN = "id,displayName,department,userPrincipalName"


def own_content(workshop: Workshop) -> dict[str, str]:
    """Somebody who is at both, a group and an application of the same names, a policy."""
    anna, gerd = person(workshop, "Anna", OURS), person(workshop, "Gerd", OURS)
    workshop.graph("PATCH", f"/users/{anna}", {"department": "Sales"})
    outer = group(workshop, "Outer", [gerd], mailNickname="OuterOfOurs")
    app = workshop.graph("POST", "/applications", {"displayName": "Payroll"})["id"]
    conditions = {
        "clientAppTypes": ["all"],
        "users": {"includeUsers": [gerd]},
        "applications": {"includeApplications": ["All"]},
    }
    grants = {"operator": "OR", "builtInControls": ["mfa"]}
    body = {"displayName": "Ours", "state": "enabled", "conditions": conditions}
    policy = workshop.graph("POST", POLICIES, {**body, "grantControls": grants})["id"]
    return {"anna": anna, "gerd": gerd, "outer": outer, "app": app, "policy": policy}


def shown(workshop: Workshop, ours: dict[str, str]) -> dict[str, Any]:
    """What is there of its own, as it is."""
    graph = workshop.graph
    members = graph("GET", f"/groups/{ours['outer']}/members?$select=id")["value"]
    return {
        "gerd": graph("GET", f"/users/{ours['gerd']}?$select={SHOWN}"),
        "members": [one["id"] for one in members],
        "app": graph("GET", f"/applications/{ours['app']}?$select=id,appId,identifierUris"),
        "policy": graph("GET", f"{POLICIES}/{ours['policy']}")["conditions"],
    }


def named(workshop: Workshop, path: str, name: str) -> set[str]:
    """Ids of all objects of a list that have this name."""
    return {one["id"] for one in workshop.graph("GET", path)["value"] if one["displayName"] == name}


def test_what_a_tenant_has_of_its_own_stays_beside_what_is_put_into_it(two: Two) -> None:
    # given a tenant with content of its own, and a snapshot of another one
    target = two.target
    ours = own_content(target)
    before = shown(target, ours)
    there = small_tenant(two.source)
    two.source.graph("PATCH", f"/users/{there['anna']}", {"department": "Finance"})

    # when the snapshot is brought over, planned, approved and run
    transfer = two.brought(captured(two.source))
    with tenant_scope(target.tenant.pk):
        run = target.run(two.plan(transfer))
        assert run.state == RunState.COMPLETE, (run.failure, bad_results(run))
        assert left_after(two, transfer) == []

    # then who is at both is there once, as the snapshot has him
    assert named(target, "/users", "Anna") == {ours["anna"]}
    assert target.graph("GET", f"/users/{ours['anna']}?$select={SHOWN}")["department"] == "Finance"

    # and what only has the same name is there beside it, and as it was
    assert shown(target, ours) == before
    outer = named(target, "/groups", "Outer") - {ours["outer"]}
    assert len(outer) == 1
    assert len(named(target, "/applications", "Payroll") - {ours["app"]}) == 1
    policy = by_name(target, POLICIES)["Ask for more"]
    assert set(policy["conditions"]["users"]["excludeGroups"]) == outer

    # when it is taken back
    with tenant_scope(target.tenant.pk):
        undo = target.run(undo_plan(target, run))
        assert undo.state == RunState.COMPLETE, (undo.failure, bad_results(undo))

    # then nothing of it is left
    assert shown(target, ours) == before
    anna = target.graph("GET", f"/users/{ours['anna']}?$select={SHOWN}")
    assert anna["department"] == "Sales"
    assert named(target, "/groups", "Outer") == {ours["outer"]}
    assert named(target, "/applications", "Payroll") == {ours["app"]}
    assert set(by_name(target, POLICIES)) == {"Ours"}
