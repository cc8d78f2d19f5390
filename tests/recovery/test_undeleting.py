"""What was changed before it was deleted comes back as it was at the snapshot."""

import json

from apps.diffs.models import ReportChange
from apps.recovery.choices import Action, RunState
from apps.recovery.models import Step, StepResult
from apps.recovery.selection import Selection
from tests.recovery.mutations import LOCATIONS, POLICIES
from tests.recovery.test_steps import REF, new_group, users
from tests.recovery.workshop import Workshop, bad_results, changes_of

EVERYTHING = Selection(everything=True, remove_created=True)


def test_a_policy_that_was_changed_and_then_deleted(workshop: Workshop) -> None:
    group = new_group(workshop, "Excluded", [])
    body = {
        "displayName": "Block all but some",
        "state": "disabled",
        "conditions": {
            "clientAppTypes": ["all"],
            "applications": {"includeApplications": ["All"]},
            "users": {"includeUsers": ["All"], "excludeGroups": [group]},
        },
        "grantControls": {"operator": "OR", "builtInControls": ["block"]},
    }
    policy = workshop.graph("POST", POLICIES, body)["id"]
    base = workshop.capture()
    conditions = {**body["conditions"], "users": {"includeUsers": ["All"]}}  # type: ignore[dict-item]
    workshop.graph("PATCH", f"{POLICIES}/{policy}", {"conditions": conditions})
    workshop.graph("DELETE", f"{POLICIES}/{policy}")

    report = workshop.report(base)
    run = workshop.run(workshop.plan(report))

    deleted = ("conditionalAccessPolicy", "soft-deleted", ("conditions",))
    assert deleted in changes_of(report)
    assert run.state == RunState.COMPLETE, bad_results(run)
    now = workshop.graph("GET", f"{POLICIES}/{policy}")
    assert now["conditions"]["users"]["excludeGroups"] == [group]
    assert changes_of(workshop.report(base)) == []


def test_a_policy_in_force_is_switched_off_by_the_request_after_its_undelete(
    workshop: Workshop,
) -> None:
    group = new_group(workshop, "Excluded", [])
    conditions = {
        "clientAppTypes": ["all"],
        "applications": {"includeApplications": ["All"]},
        "users": {"includeUsers": ["All"], "excludeGroups": [group]},
    }
    body = {"state": "enabled", "grantControls": {"operator": "OR", "builtInControls": ["mfa"]}}
    policies = [
        workshop.graph("POST", POLICIES, {**body, "displayName": name, "conditions": conditions})[
            "id"
        ]
        for name in ("First", "Second")
    ]
    base = workshop.capture()
    without = {**conditions, "users": {"includeUsers": ["All"]}}
    for policy in policies:
        workshop.graph("PATCH", f"{POLICIES}/{policy}", {"conditions": without})
        workshop.graph("DELETE", f"{POLICIES}/{policy}")
    plan = workshop.plan(workshop.report(base))
    before = len(writes_to_policies(workshop))

    run = workshop.run(plan)

    assert run.state == RunState.COMPLETE, bad_results(run)
    steps = Step.objects.filter(plan=plan, kind="conditionalAccessPolicy").order_by("order")
    assert [step.action for step in steps] == ["undelete"] * 2 + ["prepare"] * 2 + ["update"] * 2
    assert {step.reason for step in steps if step.action == "prepare"} == {"held-back"}
    assert writes_to_policies(workshop)[before:] == ["POST", "PATCH"] * 2 + ["PATCH"] * 2
    for policy in policies:
        now = workshop.graph("GET", f"{POLICIES}/{policy}")
        assert (now["state"], now["conditions"]["users"]["excludeGroups"]) == ("enabled", [group])
    assert changes_of(workshop.report(base)) == []


def writes_to_policies(workshop: Workshop) -> list[str]:
    """The methods of what was written to Conditional Access policies, in order."""
    lines = map(json.loads, workshop.sandbox.request_log.read_text().splitlines())
    return [
        line["method"]
        for line in lines
        if line["method"] in {"POST", "PATCH"}
        and ("/conditionalAccess/policies/" in line["path"] or "/restore" in line["path"])
    ]


def test_a_location_that_lost_its_trust_to_be_deleted(workshop: Workshop) -> None:
    of_addresses = "#microsoft.graph.ipNamedLocation"
    range_ = {"@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": "203.0.113.0/24"}
    body = {
        "@odata.type": of_addresses,
        "displayName": "Office",
        "isTrusted": True,
        "ipRanges": [range_],
    }
    location = workshop.graph("POST", LOCATIONS, body)["id"]
    base = workshop.capture()
    path = f"{LOCATIONS}/{location}"
    workshop.graph("PATCH", path, {"@odata.type": of_addresses, "isTrusted": False})
    workshop.graph("DELETE", path)

    plan = workshop.plan(workshop.report(base))
    run = workshop.run(plan)

    steps = Step.objects.filter(plan=plan).order_by("order")
    assert [step.action for step in steps] == [Action.UNDELETE, Action.UPDATE]
    assert run.state == RunState.COMPLETE, bad_results(run)
    assert workshop.graph("GET", path)["isTrusted"] is True


def test_a_user_whose_last_change_only_the_bin_shows(workshop: Workshop) -> None:
    person = users(workshop)[0]
    workshop.graph("PATCH", f"/users/{person}", {"department": "Research", "city": "Ulm"})
    base = workshop.capture()
    workshop.graph("PATCH", f"/users/{person}", {"department": "Nobody", "city": None})
    workshop.graph("DELETE", f"/users/{person}")
    target = workshop.capture("delta")

    run = workshop.run(workshop.plan(workshop.report(base, target)))

    assert run.state == RunState.COMPLETE, bad_results(run)
    now = workshop.graph("GET", f"/users/{person}?$select=department,city")
    assert (now["department"], now["city"]) == ("Research", "Ulm")


def test_only_the_selected_attributes_of_what_comes_back(workshop: Workshop) -> None:
    person = users(workshop)[0]
    workshop.graph("PATCH", f"/users/{person}", {"department": "Research", "city": "Ulm"})
    base = workshop.capture()
    workshop.graph("PATCH", f"/users/{person}", {"department": "Nobody", "city": "Nowhere"})
    workshop.graph("DELETE", f"/users/{person}")

    report = workshop.report(base)
    selection = Selection(attributes={person: frozenset({"city"})})
    run = workshop.run(workshop.plan(report, selection))

    assert run.state == RunState.COMPLETE, bad_results(run)
    now = workshop.graph("GET", f"/users/{person}?$select=department,city")
    assert (now["department"], now["city"]) == ("Nobody", "Ulm")


def test_links_that_came_after_the_snapshot_do_not_come_back_with_the_deleted(
    workshop: Workshop,
) -> None:
    person, other = users(workshop)[:2]
    kept = new_group(workshop, "Kept", [person])
    gained = new_group(workshop, "Gained", [other])
    base = workshop.capture()
    workshop.graph("POST", f"/groups/{gained}/members/$ref", {"@odata.id": f"{REF}{person}"})
    workshop.capture("delta")
    workshop.graph("DELETE", f"/users/{person}")

    report = workshop.report(base)
    run = workshop.run(workshop.plan(report))

    aside = ReportChange.objects.get(report=report, object_id=gained, target_id=person)
    assert (aside.change, aside.reason) == ("link-added", "set-aside")
    assert run.state == RunState.COMPLETE, bad_results(run)
    members = {
        group: {one["id"] for one in workshop.graph("GET", f"/groups/{group}/members")["value"]}
        for group in (kept, gained)
    }
    assert members == {kept: {person}, gained: {other}}
    assert changes_of(workshop.report(base)) == []


def test_links_stay_set_aside_with_what_is_not_undeleted(workshop: Workshop) -> None:
    person, other = users(workshop)[:2]
    gained = new_group(workshop, "Gained", [other])
    base = workshop.capture()
    workshop.graph("POST", f"/groups/{gained}/members/$ref", {"@odata.id": f"{REF}{person}"})
    workshop.capture("delta")
    workshop.graph("DELETE", f"/users/{person}")

    selection = Selection(links=frozenset({("group.members", gained, person)}))
    plan = workshop.plan(workshop.report(base), selection)

    (step,) = Step.objects.filter(plan=plan)
    assert (step.action, step.reason) == (Action.NOTHING, "stays-aside")


def test_the_safety_capture_reads_what_delta_does_not_tell(workshop: Workshop) -> None:
    resource = workshop.first("/servicePrincipals?$select=id")["id"]
    base = workshop.capture()
    person = users(workshop)[0]
    assignment = {
        "principalId": person,
        "resourceId": resource,
        "appRoleId": "00000000-0000-0000-0000-000000000000",
    }
    path = f"/servicePrincipals/{resource}/appRoleAssignedTo"
    workshop.graph("POST", path, assignment)
    run = workshop.approve(workshop.plan(workshop.report(base), EVERYTHING))
    workshop.graph("POST", path, {**assignment, "principalId": users(workshop)[1]})

    workshop.work(run.job_id)

    run.refresh_from_db()
    assert run.state == RunState.COMPLETE, bad_results(run)
    assert run.safety_snapshot is not None
    assert run.safety_snapshot.counts == {"created": 1}
    assert StepResult.objects.get(run=run).state == "done"


def test_links_that_only_the_audit_log_tells_of_do_not_come_back_either(
    workshop: Workshop,
) -> None:
    person, other, third = users(workshop)[:3]
    gained = new_group(workshop, "Gained", [other])
    base = workshop.capture()
    reference = f"/groups/{gained}/members"
    workshop.graph("POST", f"{reference}/$ref", {"@odata.id": f"{REF}{person}"})
    workshop.graph("POST", f"{reference}/$ref", {"@odata.id": f"{REF}{third}"})
    workshop.graph("DELETE", f"{reference}/{third}/$ref")
    workshop.graph("DELETE", f"/users/{person}")
    workshop.graph("DELETE", f"/users/{third}")

    report = workshop.report(base)
    run = workshop.run(workshop.plan(report))

    rows = ReportChange.objects.filter(report=report, reason="set-aside", object_id=gained)
    assert person in {row.target_id for row in rows}
    assert run.state == RunState.COMPLETE, bad_results(run)
    members = workshop.graph("GET", f"{reference}?$select=id")["value"]
    assert [member["id"] for member in members] == [other]
    assert changes_of(workshop.report(base)) == []


def test_security_defaults_are_switched_on_when_the_policies_are_out(workshop: Workshop) -> None:
    # given a tenant with security defaults, without any policy in force
    defaults = "/policies/identitySecurityDefaultsEnforcementPolicy"
    policies = workshop.graph("GET", POLICIES)["value"]
    for policy in policies:
        workshop.graph("PATCH", f"{POLICIES}/{policy['id']}", {"state": "disabled"})
    workshop.graph("PATCH", defaults, {"isEnabled": True})
    base = workshop.capture()

    # when somebody switches them off, one policy on, and makes another one
    workshop.graph("PATCH", defaults, {"isEnabled": False})
    workshop.graph("PATCH", f"{POLICIES}/{policies[0]['id']}", {"state": "enabled"})
    body = {
        "displayName": "Made since",
        "state": "enabled",
        "conditions": {
            "clientAppTypes": ["all"],
            "applications": {"includeApplications": ["All"]},
            "users": {"includeUsers": [users(workshop)[0]]},
        },
        "grantControls": {"operator": "OR", "builtInControls": ["mfa"]},
    }
    workshop.graph("POST", POLICIES, body)
    run = workshop.recover(base, EVERYTHING)

    # then all is as it was
    assert run.state == RunState.COMPLETE, bad_results(run)
    assert workshop.graph("GET", defaults)["isEnabled"] is True


def test_who_lay_in_the_bin_at_the_snapshot_already_is_not_made_anew(workshop: Workshop) -> None:
    domain = workshop.first("/domains?$filter=isInitial eq true")["id"]
    body = {
        "accountEnabled": True,
        "displayName": "Left long ago",
        "mailNickname": "left",
        "userPrincipalName": f"left@{domain}",
        "passwordProfile": {"password": "a rather long one 1!"},
    }
    user = workshop.graph("POST", "/users", body)["id"]
    group = new_group(workshop, "Former", [user])
    while_there = workshop.capture()
    workshop.graph("DELETE", f"/users/{user}")
    base = workshop.capture()
    workshop.graph("DELETE", f"/directory/deletedItems/{user}")

    report = workshop.report(base)
    plan = workshop.plan(report, EVERYTHING)

    row = ReportChange.objects.get(report=report)
    assert (row.object_id, row.change, row.recoverable) == (user, "hard-deleted", "nothing-to-do")
    assert plan.counts["requests"] == 0
    # A snapshot in which the person was there brings the account back, and into the group.
    run = workshop.recover(while_there, EVERYTHING)
    assert run.state == RunState.COMPLETE, bad_results(run)
    members = workshop.graph("GET", f"/groups/{group}/members?$select=displayName")["value"]
    assert [one["displayName"] for one in members] == ["Left long ago"]
