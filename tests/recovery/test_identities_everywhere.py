"""The ids of what is made anew, in every corner where something names them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from apps.diffs.models import ReportChange
from apps.history.identities import identities_of
from apps.recovery.choices import RunState
from apps.recovery.models import Plan
from tests.recovery.test_making_anew import purge
from tests.recovery.test_steps import new_group, users
from tests.recovery.workshop import Workshop, bad_results

POLICIES = "/identity/conditionalAccess/policies"
LOCATIONS = "/identity/conditionalAccess/namedLocations"
STRENGTHS = "/policies/authenticationStrengthPolicies"
BIN = "/identity/conditionalAccess/deletedItems"
REF = "https://graph.microsoft.com/v1.0/directoryObjects/"


@dataclass
class Scene:
    """What is deleted for good, by name, and what stays and names it."""

    workshop: Workshop
    ids: dict[str, str]
    stays: dict[str, str]

    def now(self, name: str) -> str:
        """The id that Graph has given the new one."""
        made = identities_of(self.workshop.tenant).current(self.ids[name])
        assert made != self.ids[name], name
        return made

    def get(self, path: str) -> dict[str, Any]:
        return self.workshop.graph("GET", path)

    def listed(self, path: str) -> list[dict[str, Any]]:
        return list(self.get(path)["value"])


def a_person(workshop: Workshop) -> str:
    body = {
        "accountEnabled": True,
        "displayName": "Robin",
        "mailNickname": "robin",
        "userPrincipalName": f"robin@{workshop.tenant.domain}",
        "passwordProfile": {"password": f"Aa1!{uuid4().hex}"},
    }
    return str(workshop.graph("POST", "/users", body)["id"])


def an_application(workshop: Workshop, name: str) -> dict[str, Any]:
    """With a scope, a role, an address of its own, and a principal."""
    role = {
        "id": str(uuid4()),
        "allowedMemberTypes": ["User", "Application"],
        "description": "Reads",
        "displayName": "Reader",
        "isEnabled": True,
        "value": "Reader",
    }
    scope = {
        "id": str(uuid4()),
        "adminConsentDescription": "All",
        "adminConsentDisplayName": "All",
        "isEnabled": True,
        "type": "Admin",
        "value": "all",
    }
    body = {"displayName": name, "appRoles": [role], "api": {"oauth2PermissionScopes": [scope]}}
    made = workshop.graph("POST", "/applications", body)
    uris = {"identifierUris": [f"api://{made['appId']}"]}
    workshop.graph("PATCH", f"/applications/{made['id']}", uris)
    made["principal"] = workshop.graph("POST", "/servicePrincipals", {"appId": made["appId"]})["id"]
    return {**made, "role": role["id"], "scope": scope["id"]}


def authorise(workshop: Workshop, api: dict[str, Any], client: dict[str, Any]) -> None:
    entry = {"appId": client["appId"], "delegatedPermissionIds": [api["scope"]]}
    body = {"api": {"preAuthorizedApplications": [entry]}}
    workshop.graph("PATCH", f"/applications/{api['id']}", body)


def ask_for(workshop: Workshop, client: dict[str, Any], api: dict[str, Any]) -> None:
    access = [{"id": api["scope"], "type": "Scope"}, {"id": api["role"], "type": "Role"}]
    body = {"requiredResourceAccess": [{"resourceAppId": api["appId"], "resourceAccess": access}]}
    workshop.graph("PATCH", f"/applications/{client['id']}", body)


def a_policy(workshop: Workshop, name: str, conditions: Any, grant: Any = None) -> str:
    body = {
        "displayName": name,
        "state": "enabledForReportingButNotEnforced",
        "conditions": {"clientAppTypes": ["all"], **conditions},
        "grantControls": grant or {"operator": "OR", "builtInControls": ["mfa"]},
    }
    return str(workshop.graph("POST", POLICIES, body)["id"])


@pytest.fixture
def scene(workshop: Workshop) -> Scene:
    """People, groups, applications and policies that all name each other."""
    graph = workshop.graph
    boss, other = users(workshop)[:2]
    person = a_person(workshop)
    graph("PUT", f"/users/{person}/manager/$ref", {"@odata.id": f"{REF}{boss}"})
    graph("POST", f"/users/{other}/sponsors/$ref", {"@odata.id": f"{REF}{person}"})
    inner = new_group(workshop, "Inner", [person, other])
    outer = new_group(workshop, "Outer", [inner])
    graph("POST", f"/groups/{outer}/owners/$ref", {"@odata.id": f"{REF}{person}"})
    rule = f"user.objectId -in ['{person.upper()}']"
    dynamic = graph(
        "POST",
        "/groups",
        {
            "displayName": "Dynamic",
            "mailEnabled": False,
            "mailNickname": "dynamic",
            "securityEnabled": True,
            "groupTypes": ["DynamicMembership"],
            "membershipRule": rule,
            "membershipRuleProcessingState": "On",
        },
    )["id"]
    api, client = an_application(workshop, "Payroll"), an_application(workshop, "Portal")
    stays = an_application(workshop, "Reports")
    authorise(workshop, api, client)
    authorise(workshop, client, api)
    authorise(workshop, stays, api)
    for one in (client, stays):
        ask_for(workshop, one, api)
    graph("POST", f"/applications/{api['id']}/owners/$ref", {"@odata.id": f"{REF}{person}"})
    graph("POST", f"/groups/{outer}/members/$ref", {"@odata.id": f"{REF}{api['principal']}"})
    graph(
        "POST",
        f"/applications/{api['id']}/federatedIdentityCredentials",
        {
            "name": "ci",
            "issuer": "https://ci.example",
            "subject": "repo:payroll",
            "audiences": ["api://AzureADTokenExchange"],
        },
    )
    grant = {"clientId": client["principal"], "resourceId": api["principal"], "scope": "all"}
    graph("POST", "/oauth2PermissionGrants", {**grant, "consentType": "AllPrincipals"})
    for who in (person, inner, client["principal"]):
        graph(
            "POST",
            f"/servicePrincipals/{api['principal']}/appRoleAssignedTo",
            {"principalId": who, "resourceId": api["principal"], "appRoleId": api["role"]},
        )
    location = graph(
        "POST",
        LOCATIONS,
        {
            "@odata.type": "#microsoft.graph.countryNamedLocation",
            "displayName": "Home",
            "countriesAndRegions": ["CH"],
        },
    )["id"]
    strength = graph("POST", STRENGTHS, {"displayName": "Keys", "allowedCombinations": ["fido2"]})[
        "id"
    ]
    named = {
        "users": {
            "includeUsers": [person],
            "includeGroups": [inner],
            "excludeUsers": [person],
            "excludeGroups": [outer],
            "includeRoles": ["62e90394-69f5-4237-9190-012177145e10"],
        },
        "applications": {
            "includeApplications": [api["appId"]],
            "excludeApplications": ["Office365"],
        },
    }
    gone = a_policy(
        workshop,
        "Gone",
        {
            **named,
            "locations": {"includeLocations": [location], "excludeLocations": ["AllTrusted"]},
        },
        {"operator": "OR", "authenticationStrength": {"id": strength}},
    )
    stays_policy = a_policy(workshop, "Stays", named)
    names = {
        "person": person,
        "inner": inner,
        "outer": outer,
        "location": location,
        "strength": strength,
        "policy": gone,
        "api": api["id"],
        "apiApp": api["appId"],
        "apiPrincipal": api["principal"],
        "client": client["id"],
        "clientApp": client["appId"],
        "clientPrincipal": client["principal"],
    }
    stays_too = {
        "other": other,
        "dynamic": dynamic,
        "application": stays["id"],
        "policy": stays_policy,
        "role": api["role"],
    }
    return Scene(workshop, names, stays_too)


def delete_for_good(scene: Scene) -> None:
    workshop, ids = scene.workshop, scene.ids
    workshop.graph("DELETE", f"{POLICIES}/{ids['policy']}")
    workshop.graph("DELETE", f"{BIN}/policies/{ids['policy']}")
    workshop.graph("DELETE", f"{LOCATIONS}/{ids['location']}")
    workshop.graph("DELETE", f"{BIN}/namedLocations/{ids['location']}")
    workshop.graph("DELETE", f"{STRENGTHS}/{ids['strength']}")
    for name in ("api", "client"):
        workshop.graph("DELETE", f"/applications/{ids[name]}")
        for object_id in (ids[f"{name}Principal"], ids[name]):
            workshop.graph("DELETE", f"/directory/deletedItems/{object_id}")
    for name in ("inner", "outer"):
        purge(workshop, "/groups", ids[name])
    purge(workshop, "/users", ids["person"])


def test_everything_that_named_them_names_the_new_ones(scene: Scene) -> None:
    workshop, stays = scene.workshop, scene.stays
    base = workshop.capture()
    delete_for_good(scene)

    run = workshop.recover(base)

    assert run.state == RunState.COMPLETE, (run.failure, bad_results(run))
    person, inner, outer = scene.now("person"), scene.now("inner"), scene.now("outer")
    api_app, api = scene.now("apiApp"), scene.now("api")
    principal, client_principal = scene.now("apiPrincipal"), scene.now("clientPrincipal")

    # people and groups
    assert [one["id"] for one in scene.listed(f"/groups/{outer}/owners")] == [person]
    members = {one["id"] for one in scene.listed(f"/groups/{inner}/members")}
    assert members == {person, stays["other"]}
    assert [one["id"] for one in scene.listed(f"/users/{stays['other']}/sponsors")] == [person]
    rule = scene.get(f"/groups/{stays['dynamic']}")["membershipRule"]
    assert rule == f"user.objectId -in ['{person}']"

    # both policies: the one that is made anew, and the one that stayed and was never changed
    for policy_id in (scene.now("policy"), stays["policy"]):
        conditions = scene.get(f"{POLICIES}/{policy_id}")["conditions"]
        assert conditions["users"]["includeUsers"] == [person]
        assert conditions["users"]["excludeUsers"] == [person]
        assert conditions["users"]["includeGroups"] == [inner]
        assert conditions["users"]["excludeGroups"] == [outer]
        assert conditions["users"]["includeRoles"] == ["62e90394-69f5-4237-9190-012177145e10"]
        assert conditions["applications"]["includeApplications"] == [api_app]
        assert conditions["applications"]["excludeApplications"] == ["Office365"]
    made = scene.get(f"{POLICIES}/{scene.now('policy')}")
    assert made["conditions"]["locations"]["includeLocations"] == [scene.now("location")]
    assert made["grantControls"]["authenticationStrength"]["id"] == scene.now("strength")
    assert made["state"] == "enabledForReportingButNotEnforced"

    # applications that know each other, and their principals
    application = scene.get(f"/applications/{api}")
    assert (application["appId"], application["identifierUris"]) == (api_app, [f"api://{api_app}"])
    authorised = application["api"]["preAuthorizedApplications"]
    assert [one["appId"] for one in authorised] == [scene.now("clientApp")]
    for one in (scene.now("client"), stays["application"]):
        other = scene.get(f"/applications/{one}")
        assert [a["resourceAppId"] for a in other["requiredResourceAccess"]] == [api_app]
        assert [a["appId"] for a in other["api"]["preAuthorizedApplications"]] == [api_app]
    names = scene.get(f"/servicePrincipals/{principal}")["servicePrincipalNames"]
    assert sorted(names) == sorted([api_app, f"api://{api_app}"])
    trusted = scene.listed(f"/applications/{api}/federatedIdentityCredentials")
    assert [one["subject"] for one in trusted] == ["repo:payroll"]
    grants = scene.listed("/oauth2PermissionGrants")
    assert [g["resourceId"] for g in grants if g["clientId"] == client_principal] == [principal]
    assigned = scene.listed(f"/servicePrincipals/{principal}/appRoleAssignedTo")
    assert {(one["principalId"], one["appRoleId"]) for one in assigned} == {
        (who, stays["role"]) for who in (person, inner, client_principal)
    }

    # and nothing differs from the snapshot any more
    left = ReportChange.objects.filter(report=workshop.report(base))
    assert [(row.kind, row.link, row.change, row.attributes, row.reason) for row in left] == []

    # a later plan, from the snapshot of before, writes the new ids too
    conditions = {**made["conditions"], "users": {"includeUsers": ["All"]}, "locations": None}
    workshop.graph("PATCH", f"{POLICIES}/{made['id']}", {"conditions": conditions})
    workshop.graph("PATCH", f"/groups/{stays['dynamic']}", {"membershipRule": 'user.city -eq "X"'})
    plan: Plan = workshop.plan(workshop.report(base))
    again = workshop.run(plan)
    assert again.state == RunState.COMPLETE, bad_results(again)
    assert scene.get(f"{POLICIES}/{made['id']}")["conditions"] == made["conditions"]
    assert scene.get(f"/groups/{stays['dynamic']}")["membershipRule"] == rule
