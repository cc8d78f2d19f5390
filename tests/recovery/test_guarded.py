"""Accounts that hold a directory role: Graph wants more than a permission for parts of them."""

from __future__ import annotations

from apps.diffs.models import ReportChange
from apps.recovery.choices import Action, RunState
from apps.recovery.models import Step, StepResult
from tests.recovery.test_steps import users
from tests.recovery.workshop import Workshop, bad_results, changes_of

ROLES = "/roleManagement/directory/roleAssignments"
SECURITY_READER = "5d6b6bb7-de71-4623-b4af-96380a352509"


def make_administrator(workshop: Workshop, principal: str) -> None:
    body = {
        "principalId": principal,
        "roleDefinitionId": SECURITY_READER,
        "directoryScopeId": "/",
    }
    workshop.graph("POST", ROLES, body)


def plain_user(workshop: Workshop) -> str:
    holders = {one["principalId"] for one in workshop.graph("GET", ROLES)["value"]}
    return next(one for one in users(workshop) if one not in holders)


def test_what_only_a_role_may_write_is_named_before_and_takes_nothing_else_along(
    workshop: Workshop,
) -> None:
    person = plain_user(workshop)
    path = f"/users/{person}"
    workshop.graph("PATCH", path, {"department": "Board", "otherMails": []})
    base = workshop.capture()
    workshop.graph("PATCH", path, {"department": "None", "otherMails": ["thief@example.com"]})
    make_administrator(workshop, person)

    report = workshop.report(base)
    run = workshop.run(workshop.plan(report))

    named = ReportChange.objects.get(report=report, object_id=person)
    assert (named.recoverable, named.reason) == ("yes", "may-need-role")
    assert run.state == RunState.WARNINGS
    refused = StepResult.objects.select_related("step").get(run=run, state="failed")
    assert (refused.step.attributes, refused.reason) == (["otherMails"], "guarded")
    left = changes_of(workshop.report(base))
    assert left == [("roleAssignment", "created", ()), ("user", "updated", ("otherMails",))]


def test_what_any_application_may_write_is_not_said_to_need_a_role(workshop: Workshop) -> None:
    person = plain_user(workshop)
    base = workshop.capture()
    workshop.graph("PATCH", f"/users/{person}", {"department": "None"})

    report = workshop.report(base)

    named = ReportChange.objects.get(report=report, object_id=person)
    assert (named.recoverable, named.reason) == ("yes", "")


def test_a_member_is_written_before_his_group_makes_him_an_administrator_again(
    workshop: Workshop,
) -> None:
    person = plain_user(workshop)
    group = new_role_group(workshop, person)
    base = workshop.capture()
    workshop.graph("DELETE", f"/groups/{group}")
    workshop.graph("PATCH", f"/users/{person}", {"otherMails": ["new@example.com"]})

    plan = workshop.plan(workshop.report(base))
    run = workshop.run(plan)

    first, second = Step.objects.filter(plan=plan).order_by("order")[:2]
    assert (first.action, second.action) == (Action.UPDATE, Action.UNDELETE)
    assert run.state == RunState.COMPLETE, bad_results(run)
    assert changes_of(workshop.report(base)) == []


def new_role_group(workshop: Workshop, member: str) -> str:
    """A group that holds a directory role, with one member."""
    body = {
        "displayName": "Readers of security",
        "mailEnabled": False,
        "mailNickname": "readersofsecurity",
        "securityEnabled": True,
        "isAssignableToRole": True,
        "visibility": "Private",
        "members@odata.bind": [f"https://graph.microsoft.com/v1.0/users/{member}"],
    }
    group = str(workshop.graph("POST", "/groups", body)["id"])
    make_administrator(workshop, group)
    return group
