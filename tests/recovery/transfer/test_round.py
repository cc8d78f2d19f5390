"""A small tenant put into an empty one: what arrives is what was there, in other names and ids."""

from __future__ import annotations

from typing import Any

from apps.core.scope import tenant_scope
from apps.diffs.models import ReportChange
from apps.recovery.choices import RunState
from tests.recovery.transfer.two import Two, by_name
from tests.recovery.workshop import Workshop, bad_results, changes_of

GRAPH = "00000003-0000-0000-c000-000000000000"


def person(workshop: Workshop, name: str, domain: str = "contoso.example") -> str:
    made = workshop.graph(
        "POST",
        "/users",
        {
            "displayName": name,
            "mailNickname": name.lower(),
            "userPrincipalName": f"{name.lower()}@{domain}",
            "accountEnabled": True,
            "passwordProfile": {"password": "Correct-horse-9-battery"},
        },
    )
    return str(made["id"])


def group(workshop: Workshop, name: str, members: list[str], **body: Any) -> str:
    made = workshop.graph(
        "POST",
        "/groups",
        {
            "displayName": name,
            "mailNickname": name.replace(" ", ""),
            "mailEnabled": False,
            "securityEnabled": True,
            **body,
        },
    )
    base = "https://graph.microsoft.com/v1.0/directoryObjects"
    for member in members:
        reference = {"@odata.id": f"{base}/{member}"}
        workshop.graph("POST", f"/groups/{made['id']}/members/$ref", reference)
    return str(made["id"])


def small_tenant(workshop: Workshop) -> dict[str, str]:
    """People, groups within groups, an application in use, a place, a policy, a role."""
    anna, bert = person(workshop, "Anna"), person(workshop, "Bert")
    inner = group(workshop, "Inner", [bert])
    outer = group(workshop, "Outer", [anna, inner])
    group(
        workshop,
        "Everybody here",
        [],
        groupTypes=["DynamicMembership"],
        membershipRule='(user.userPrincipalName -contains "@contoso.example")',
        membershipRuleProcessingState="On",
    )
    uri = {"identifierUris": ["https://contoso.example/payroll"]}
    app = workshop.graph("POST", "/applications", {"displayName": "Payroll", **uri})
    principal = workshop.graph("POST", "/servicePrincipals", {"appId": app["appId"]})["id"]
    graph = workshop.graph("GET", f"/servicePrincipals(appId='{GRAPH}')")
    workshop.graph(
        "POST",
        "/oauth2PermissionGrants",
        {
            "clientId": principal,
            "consentType": "AllPrincipals",
            "resourceId": graph["id"],
            "scope": "User.Read",
        },
    )
    workshop.graph(
        "POST",
        f"/servicePrincipals/{principal}/appRoleAssignedTo",
        {
            "principalId": outer,
            "resourceId": principal,
            "appRoleId": "00000000-0000-0000-0000-000000000000",
        },
    )
    place = workshop.graph(
        "POST",
        "/identity/conditionalAccess/namedLocations",
        {
            "@odata.type": "#microsoft.graph.ipNamedLocation",
            "displayName": "Head office",
            "isTrusted": True,
            "ipRanges": [
                {"@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": "203.0.113.0/24"}
            ],
        },
    )["id"]
    workshop.graph(
        "POST",
        "/identity/conditionalAccess/policies",
        {
            "displayName": "Ask for more",
            "state": "enabled",
            "conditions": {
                "clientAppTypes": ["all"],
                "users": {
                    "includeUsers": ["All"],
                    "excludeUsers": [bert],
                    "excludeGroups": [outer],
                },
                "applications": {"includeApplications": [app["appId"]]},
                "locations": {"includeLocations": ["All"], "excludeLocations": [place]},
            },
            "grantControls": {"operator": "OR", "builtInControls": ["mfa"]},
        },
    )
    role = workshop.first("/roleManagement/directory/roleDefinitions?$filter=isBuiltIn eq true")
    workshop.graph(
        "POST",
        "/roleManagement/directory/roleAssignments",
        {"principalId": anna, "roleDefinitionId": role["id"], "directoryScopeId": "/"},
    )
    return {"anna": anna, "bert": bert, "outer": outer, "app": app["appId"], "role": role["id"]}


def test_a_small_tenant_arrives_whole_in_an_empty_one(two: Two) -> None:
    # given a snapshot of a tenant with something of everything
    small_tenant(two.source)
    with tenant_scope(two.source.tenant.pk):
        snapshot = two.source.capture()
    calls_before = two.source.capture

    # when it is brought over, planned, approved by another and run
    transfer = two.brought(snapshot)
    with tenant_scope(two.target.tenant.pk):
        plan = two.plan(transfer)
        assert not plan.blockers
        run = two.target.run(plan)

        # then the run says that all is well
        assert run.state == RunState.COMPLETE, bad_results(run)

        # and what is there differs in nothing from what was brought over
        assert transfer.base is not None
        report = two.target.report(transfer.base)
        left = changes_of(report)
        assert left == [], left
    assert calls_before
    assert not ReportChange.objects.filter(report=report).exists()
    people = by_name(two.target, "/users")
    assert people["Anna"]["userPrincipalName"] == "anna@fabrikam.example"
