"""Grants, assignments and credentials go into the bin and come back with what they hang on."""

from __future__ import annotations

from typing import Any

from apps.diffs import selectors as diffs
from apps.diffs.changes import Scope
from apps.diffs.models import DifferenceReport, ReportChange
from apps.recovery.choices import Action, RunState
from apps.recovery.models import Plan, Step
from apps.recovery.selection import Selection
from tests.recovery.test_steps import users
from tests.recovery.workshop import Workshop, bad_results, changes_of

EVERYTHING = Selection(everything=True, remove_created=True)
APPS = "/applications"
GRAPH = "/servicePrincipals(appId='00000003-0000-0000-c000-000000000000')?$select=id"


def new_application(workshop: Workshop) -> tuple[str, str]:
    """Object ids of an application and of its service principal."""
    made = workshop.graph("POST", APPS, {"displayName": "Payroll robot"})
    principal = workshop.graph("POST", "/servicePrincipals", {"appId": made["appId"]})
    return str(made["id"]), str(principal["id"])


def assign(workshop: Workshop, person: str, principal: str) -> str:
    body = {
        "principalId": person,
        "resourceId": principal,
        "appRoleId": "00000000-0000-0000-0000-000000000000",
    }
    path = f"/servicePrincipals/{principal}/appRoleAssignedTo"
    return str(workshop.graph("POST", path, body)["id"])


def consent(workshop: Workshop, principal: str, scope: str) -> str:
    body = {
        "clientId": principal,
        "consentType": "AllPrincipals",
        "resourceId": workshop.graph("GET", GRAPH)["id"],
        "scope": scope,
    }
    return str(workshop.graph("POST", "/oauth2PermissionGrants", body)["id"])


def trust(workshop: Workshop, application: str, subject: str) -> str:
    body = {
        "name": subject.replace(":", "-"),
        "issuer": "https://token.actions.example",
        "subject": subject,
        "audiences": ["api://AzureADTokenExchange"],
    }
    path = f"{APPS}/{application}/federatedIdentityCredentials"
    return str(workshop.graph("POST", path, body)["id"])


def delete(workshop: Workshop, application: str, principal: str) -> None:
    workshop.graph("DELETE", f"/servicePrincipals/{principal}")
    workshop.graph("DELETE", f"{APPS}/{application}")


def row_of(report: DifferenceReport, object_id: str) -> ReportChange:
    return ReportChange.objects.get(report=report, object_id=object_id, subject="object")


def step_of(plan: Plan, object_id: str) -> Step:
    return Step.objects.get(plan=plan, object_id=object_id, link="")


def test_what_hangs_on_a_principal_is_said_to_come_back_with_it(workshop: Workshop) -> None:
    application, principal = new_application(workshop)
    assignment = assign(workshop, users(workshop)[0], principal)
    grant = consent(workshop, principal, "User.Read")
    credential = trust(workshop, application, "repo:ours")
    base = workshop.capture()
    workshop.graph("PATCH", f"/oauth2PermissionGrants/{grant}", {"scope": "Mail.ReadWrite"})
    delete(workshop, application, principal)

    report = workshop.report(base)
    plan = workshop.plan(report)
    run = workshop.run(plan)

    owners = {assignment: principal, grant: principal, credential: application}
    for object_id, owner in owners.items():
        row = row_of(report, object_id)
        assert (row.change, row.recoverable, row.returns_with) == ("soft-deleted", "yes", owner)
        assert diffs.view([row])[0].reason.endswith("That is Payroll robot.")
        step = step_of(plan, object_id)
        assert (step.action, step.because_of) == (Action.RETURN, owner)
        assert step_of(plan, owner).order in step.depends_on
    assert step_of(plan, assignment).unseal() == {}
    assert run.state == RunState.COMPLETE, bad_results(run)
    assert run.came_back["count"] == 0
    now = workshop.graph("GET", f"/oauth2PermissionGrants/{grant}")
    assert now["scope"] == "User.Read"
    assert changes_of(workshop.report(base)) == []


def test_what_was_made_since_and_seen_is_named_and_removed_again(workshop: Workshop) -> None:
    application, principal = new_application(workshop)
    base = workshop.capture()
    grant = consent(workshop, principal, "Mail.ReadWrite")
    assignment = assign(workshop, users(workshop)[0], principal)
    credential = trust(workshop, application, "repo:evil")
    workshop.capture()
    delete(workshop, application, principal)

    report = workshop.report(base)
    plan = workshop.plan(report)
    run = workshop.run(plan)

    for object_id in (grant, assignment, credential):
        row = row_of(report, object_id)
        assert (row.change, row.reason) == ("created", "made-and-set-aside")
        assert step_of(plan, object_id).action == Action.REMOVE
    assert run.state == RunState.COMPLETE, bad_results(run)
    assert run.came_back["count"] == 0
    assert changes_of(workshop.report(base)) == []


def test_what_nobody_saw_is_named_when_it_came_back(workshop: Workshop) -> None:
    application, principal = new_application(workshop)
    base = workshop.capture()
    grant = consent(workshop, principal, "Mail.ReadWrite")
    credential = trust(workshop, application, "repo:evil")
    delete(workshop, application, principal)

    run = workshop.run(workshop.plan(workshop.report(base)))

    assert run.state == RunState.WARNINGS
    assert run.counts["came_back"] == 2
    assert {one["object_id"] for one in run.came_back["named"]} == {grant, credential}
    again = workshop.run(workshop.plan(workshop.report(base), EVERYTHING))
    assert again.state == RunState.COMPLETE, bad_results(again)
    assert changes_of(workshop.report(base)) == []


def test_what_was_taken_away_before_does_not_come_back(workshop: Workshop) -> None:
    application, principal = new_application(workshop)
    grant = consent(workshop, principal, "User.Read")
    base = workshop.capture()
    workshop.graph("DELETE", f"/oauth2PermissionGrants/{grant}")
    workshop.capture()
    delete(workshop, application, principal)

    row = row_of(workshop.report(base), grant)

    assert (row.change, row.recoverable, row.returns_with) == ("hard-deleted", "yes", "")


def test_what_hangs_on_something_comes_along_though_it_was_not_selected(
    workshop: Workshop,
) -> None:
    application, principal = new_application(workshop)
    kept = assign(workshop, users(workshop)[0], principal)
    base = workshop.capture()
    gained = assign(workshop, users(workshop)[1], principal)
    workshop.capture()
    delete(workshop, application, principal)
    report = workshop.report(base)

    plan = workshop.plan(report, Selection(object_ids=frozenset({principal})))
    aside = workshop.plan(report, Selection(object_ids=frozenset({gained})))

    expected = {application: "undelete", principal: "undelete", kept: "return", gained: "remove"}
    assert actions(plan) == expected
    assert actions(aside) == {gained: "nothing"}


def test_selecting_what_hangs_on_something_brings_that_back_too(workshop: Workshop) -> None:
    application, principal = new_application(workshop)
    kept = assign(workshop, users(workshop)[0], principal)
    base = workshop.capture()
    delete(workshop, application, principal)
    scope = Scope(kinds=frozenset({"appRoleAssignment", "servicePrincipal"}))

    plan = workshop.plan(
        workshop.report(base, scope=scope), Selection(object_ids=frozenset({kept}))
    )

    assert actions(plan) == {principal: "undelete", kept: "return"}
    assert step_of(plan, principal).reason == "needed-by"


def actions(plan: Plan) -> dict[str, Any]:
    return dict(Step.objects.filter(plan=plan).values_list("object_id", "action"))
