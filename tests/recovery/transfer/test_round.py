"""A small tenant put into an empty one: what arrives is what was there, in other names and ids."""

from __future__ import annotations

from typing import Any

import orjson

from apps.core.scope import tenant_scope
from apps.diffs.models import ReportChange
from apps.history.models import Snapshot
from apps.recovery.choices import RunState
from apps.recovery.drills.choices import DrillPlace, DrillState
from apps.recovery.drills.documents import content_of
from apps.recovery.models import Drill, Transfer
from apps.recovery.selection import Selection
from apps.recovery.transfer import drilling
from tests.factories import actor_of
from tests.recovery.transfer.two import Two, by_name
from tests.recovery.workshop import Workshop, bad_results, changes_of

POLICIES = "/identity/conditionalAccess/policies"
BY_RULE = "Its membership rule says who is a member; recover the rule."
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
        POLICIES,
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


def written_to(workshop: Workshop) -> int:
    """How many requests changed something in a tenant."""
    lines = workshop.sandbox.request_log.read_text().splitlines()
    told = (orjson.loads(line) for line in lines)
    return sum(one["tenant"] == workshop.entra and one["method"] != "GET" for one in told)


def captured(workshop: Workshop) -> Snapshot:
    with tenant_scope(workshop.tenant.pk):
        return workshop.capture()


def left_after(two: Two, transfer: Transfer) -> list[tuple[str, str, tuple[str, ...]]]:
    """What still differs from what was brought over, but for members that a rule chooses."""
    assert transfer.base is not None
    report = two.target.report(transfer.base, scope=two.report(transfer).compared)
    rows = ReportChange.objects.filter(report=report).exclude(reason=BY_RULE)
    return [(row.link or row.kind, row.change, tuple(row.attributes)) for row in rows]


def test_a_small_tenant_arrives_whole_and_follows_when_it_is_brought_again(two: Two) -> None:
    # given a snapshot of a tenant with something of everything
    there = small_tenant(two.source)
    snapshot = captured(two.source)
    written = written_to(two.source)

    # when it is brought over, planned, approved by another and run
    transfer = two.brought(snapshot)
    with tenant_scope(two.target.tenant.pk):
        plan = two.plan(transfer)
        assert not plan.blockers
        run = two.target.run(plan)

        # then all of it is there, in Fabrikam's names and ids
        assert run.state == RunState.COMPLETE, bad_results(run)
        assert left_after(two, transfer) == []
    people = by_name(two.target, "/users")
    assert people["Anna"]["userPrincipalName"] == "anna@fabrikam.example"
    assert people["Anna"]["id"] != there["anna"]
    groups = by_name(two.target, "/groups")
    rule = '(user.userPrincipalName -contains "@fabrikam.example")'
    assert groups["Everybody here"]["membershipRule"] == rule
    app = by_name(two.target, "/applications")["Payroll"]
    assert app["identifierUris"] == ["https://fabrikam.example/payroll"]
    policy = by_name(two.target, POLICIES)["Ask for more"]
    assert policy["conditions"]["applications"]["includeApplications"] == [app["appId"]]
    assert policy["conditions"]["users"]["excludeGroups"] == [groups["Outer"]["id"]]

    # and nothing was written to where it comes from
    assert written_to(two.source) == written

    # when it is kept as a drill of Contoso
    with tenant_scope(two.target.tenant.pk):
        two.target.work(drilling.ask_drill(actor=actor_of(two.target.alice), transfer=transfer).pk)

    # then the evidence is with Contoso, and says how it went
    with tenant_scope(two.source.tenant.pk):
        drill = Drill.objects.get(tenant=two.source.tenant)
        assert drill.place == DrillPlace.TENANT
        assert drill.state in DrillState.tested(), content_of(drill)
        assert drill.snapshot == snapshot
        assert drill.numbers["unexpected"] == 0
        assert drill.numbers["recovery_seconds"] > 0
        assert drill.signature

    # when somebody is renamed there, leaves a group, and a group is deleted
    two.source.graph("PATCH", f"/users/{there['anna']}", {"department": "Finance"})
    two.source.graph("DELETE", f"/groups/{there['outer']}/members/{there['anna']}/$ref")
    two.source.graph("DELETE", f"/groups/{by_name(two.source, '/groups')['Everybody here']['id']}")
    person(two.target, "Gerd", "fabrikam.example")
    again = two.brought(captured(two.source))

    # then the second transfer makes nothing twice, and tells what is no more there
    with tenant_scope(two.target.tenant.pk):
        assert changes_of(two.report(again)) == [
            ("group", "created", ()),
            ("user", "updated", ("department",)),
            ("group.members", "link-added", ()),
        ]
        run = two.target.run(two.plan(again, selection=Selection(everything=True)))
        assert run.state == RunState.COMPLETE, bad_results(run)
    anna = two.target.graph("GET", f"/users/{people['Anna']['id']}?$select=department")
    assert anna["department"] == "Finance"
    members = two.target.graph("GET", f"/groups/{groups['Outer']['id']}/members")["value"]
    assert [one["displayName"] for one in members] == ["Inner"]
    # what nobody said should go has stayed
    assert set(by_name(two.target, "/groups")) == {"Inner", "Outer", "Everybody here"}
    assert {"Anna", "Bert", "Gerd"} <= set(by_name(two.target, "/users"))
