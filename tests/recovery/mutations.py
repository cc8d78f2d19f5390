"""What somebody else's application does to a tenant between two snapshots.

Each mutation takes a Hand, picks what it needs by a number from Hypothesis and acts through Graph.
What Graph refuses (a synchronised user, the last owner) changes nothing and is no mutation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from tests.recovery.workshop import Workshop

APPS = "/applications"
POLICIES = "/identity/conditionalAccess/policies"
LOCATIONS = "/identity/conditionalAccess/namedLocations"
STRENGTHS = "/policies/authenticationStrengthPolicies"
METHODS = "/policies/authenticationMethodsPolicy/authenticationMethodConfigurations"
REF = "https://graph.microsoft.com/v1.0/directoryObjects/"


@dataclass
class Hand:
    """Acts in a workshop's tenant; `number` decides what it touches."""

    workshop: Workshop
    number: int

    def list(self, path: str) -> list[dict[str, Any]]:
        return list(self.workshop.graph("GET", path)["value"])

    def pick(self, path: str) -> dict[str, Any]:
        """An object of the list, not one of Holdfast's or Microsoft's own."""
        found = [one for one in self.list(path) if not self._spared(one)]
        return found[self.number % len(found)]

    def _spared(self, one: dict[str, Any]) -> bool:
        name = str(one.get("displayName", ""))
        ours = name.startswith(("Holdfast", "Sandbox", "Microsoft", "Windows Azure", "Office 365"))
        return ours or bool(one.get("onPremisesSyncEnabled"))

    def user(self) -> str:
        return str(self.pick("/users?$top=999&$select=id,displayName,onPremisesSyncEnabled")["id"])

    def group(self) -> str:
        return str(self.static_groups()[self.number % len(self.static_groups())]["id"])

    def static_groups(self) -> list[dict[str, Any]]:
        fields = "id,displayName,groupTypes,onPremisesSyncEnabled"
        groups = self.list(f"/groups?$top=999&$select={fields}")
        return [
            g for g in groups if not self._spared(g) and "DynamicMembership" not in g["groupTypes"]
        ]

    def application(self) -> dict[str, Any]:
        return self.pick(f"{APPS}?$top=999&$select=id,displayName,appRoles,web,tags")

    def principal(self) -> str:
        return str(self.pick("/servicePrincipals?$top=999&$select=id,displayName")["id"])

    def do(
        self, method: str, path: str, json: Any = None, *, version: str = "v1.0"
    ) -> dict[str, Any]:
        """Act; a refusal leaves the tenant as it is."""
        workshop = self.workshop
        answer = workshop.sandbox.graph(method, path, json, tenant=workshop.entra, version=version)
        assert answer.status_code < 500, answer.text
        return dict(answer.json()) if answer.content else {}

    @property
    def word(self) -> str:
        return f"word-{self.number}"


Mutation = Callable[[Hand], object]
MUTATIONS: dict[str, Mutation] = {}


def mutation(act: Mutation) -> Mutation:
    MUTATIONS[act.__name__] = act
    return act


@mutation
def change_user(hand: Hand) -> None:
    body = {"department": hand.word, "jobTitle": None, "otherMails": [f"{hand.word}@example.com"]}
    hand.do("PATCH", f"/users/{hand.user()}", body)


@mutation
def disable_user(hand: Hand) -> None:
    hand.do("PATCH", f"/users/{hand.user()}", {"accountEnabled": False, "city": hand.word})


@mutation
def switch_second_factor(hand: Hand) -> None:
    states = ("disabled", "enabled", "enforced")
    body = {"perUserMfaState": states[hand.number % len(states)]}
    path = f"/users/{hand.user()}/authentication/requirements"
    hand.do("PATCH", path, body, version="beta")


@mutation
def delete_user(hand: Hand) -> None:
    hand.do("DELETE", f"/users/{hand.user()}")


@mutation
def purge_user(hand: Hand) -> None:
    user = hand.user()
    hand.do("DELETE", f"/users/{user}")
    hand.do("DELETE", f"/directory/deletedItems/{user}")


@mutation
def create_user(hand: Hand) -> None:
    name = f"new{uuid4().hex[:8]}"
    domain = hand.workshop.tenant.domain
    hand.do(
        "POST",
        "/users",
        {
            "accountEnabled": True,
            "displayName": name,
            "mailNickname": name,
            "userPrincipalName": f"{name}@{domain}",
            "passwordProfile": {"password": f"Aa1!{uuid4().hex}"},
        },
    )


@mutation
def change_manager(hand: Hand) -> None:
    other = Hand(hand.workshop, hand.number + 3).user()
    hand.do("PUT", f"/users/{hand.user()}/manager/$ref", {"@odata.id": f"{REF}{other}"})


@mutation
def remove_manager(hand: Hand) -> None:
    hand.do("DELETE", f"/users/{hand.user()}/manager/$ref")


@mutation
def add_sponsor(hand: Hand) -> None:
    other = Hand(hand.workshop, hand.number + 5).user()
    hand.do("POST", f"/users/{hand.user()}/sponsors/$ref", {"@odata.id": f"{REF}{other}"})


@mutation
def change_group(hand: Hand) -> None:
    hand.do("PATCH", f"/groups/{hand.group()}", {"description": hand.word})


@mutation
def delete_group(hand: Hand) -> None:
    hand.do("DELETE", f"/groups/{hand.group()}")


@mutation
def create_group(hand: Hand) -> None:
    body = {
        "displayName": hand.word,
        "mailEnabled": False,
        "mailNickname": f"g{uuid4().hex[:8]}",
        "securityEnabled": True,
        "members@odata.bind": [f"{REF}{hand.user()}"],
    }
    hand.do("POST", "/groups", body)


@mutation
def add_member(hand: Hand) -> None:
    hand.do("POST", f"/groups/{hand.group()}/members/$ref", {"@odata.id": f"{REF}{hand.user()}"})


@mutation
def remove_members(hand: Hand) -> None:
    group = hand.group()
    for member in hand.list(f"/groups/{group}/members?$select=id")[:3]:
        hand.do("DELETE", f"/groups/{group}/members/{member['id']}/$ref")


@mutation
def add_group_owner(hand: Hand) -> None:
    hand.do("POST", f"/groups/{hand.group()}/owners/$ref", {"@odata.id": f"{REF}{hand.user()}"})


@mutation
def change_redirects(hand: Hand) -> None:
    web = {"redirectUris": [f"https://evil.example/{hand.number}"], "logoutUrl": None}
    hand.do("PATCH", f"{APPS}/{hand.application()['id']}", {"web": web, "notes": hand.word})


@mutation
def add_app_role(hand: Hand) -> None:
    application = hand.application()
    role = {
        "id": str(uuid4()),
        "allowedMemberTypes": ["User"],
        "description": hand.word,
        "displayName": hand.word,
        "isEnabled": True,
        "value": f"Role.{hand.number}.{uuid4().hex[:6]}",
    }
    roles = [*application.get("appRoles", []), role]
    hand.do("PATCH", f"{APPS}/{application['id']}", {"appRoles": roles})


@mutation
def expose_scope(hand: Hand) -> None:
    scope = {
        "id": str(uuid4()),
        "adminConsentDescription": hand.word,
        "adminConsentDisplayName": hand.word,
        "isEnabled": True,
        "type": "Admin",
        "value": f"scope.{uuid4().hex[:6]}",
    }
    application = hand.pick(f"{APPS}?$top=999&$select=id,displayName,api")
    api = application.get("api") or {}
    scopes = [*(api.get("oauth2PermissionScopes") or []), scope]
    body = {"api": {"oauth2PermissionScopes": scopes}}
    hand.do("PATCH", f"{APPS}/{application['id']}", body)


@mutation
def add_secret(hand: Hand) -> None:
    body = {"passwordCredential": {"displayName": hand.word}}
    hand.do("POST", f"{APPS}/{hand.application()['id']}/addPassword", body)


@mutation
def add_app_owner(hand: Hand) -> None:
    path = f"{APPS}/{hand.application()['id']}/owners/$ref"
    hand.do("POST", path, {"@odata.id": f"{REF}{hand.user()}"})


@mutation
def trust_workload(hand: Hand) -> None:
    body = {
        "name": f"fic-{uuid4().hex[:8]}",
        "issuer": "https://token.actions.example",
        "subject": f"repo:evil/{hand.number}",
        "audiences": ["api://AzureADTokenExchange"],
    }
    path = f"{APPS}/{hand.application()['id']}/federatedIdentityCredentials"
    hand.do("POST", path, body)


@mutation
def delete_application(hand: Hand) -> None:
    hand.do("DELETE", f"{APPS}/{hand.application()['id']}")


@mutation
def change_principal(hand: Hand) -> None:
    body = {"notes": hand.word, "accountEnabled": False, "tags": ["HideApp"]}
    hand.do("PATCH", f"/servicePrincipals/{hand.principal()}", body)


@mutation
def widen_grant(hand: Hand) -> None:
    grant = hand.pick("/oauth2PermissionGrants")
    hand.do(
        "PATCH", f"/oauth2PermissionGrants/{grant['id']}", {"scope": "User.Read Mail.ReadWrite"}
    )


@mutation
def consent(hand: Hand) -> None:
    fields = "$select=id,displayName,appId"
    graph = f"/servicePrincipals(appId='00000003-0000-0000-c000-000000000000')?{fields}"
    resource = hand.workshop.graph("GET", graph)["id"]
    body = {
        "clientId": hand.principal(),
        "consentType": "AllPrincipals",
        "resourceId": resource,
        "scope": "Mail.Read",
    }
    hand.do("POST", "/oauth2PermissionGrants", body)


@mutation
def revoke_grant(hand: Hand) -> None:
    hand.do("DELETE", f"/oauth2PermissionGrants/{hand.pick('/oauth2PermissionGrants')['id']}")


@mutation
def assign_app(hand: Hand) -> None:
    body = {
        "principalId": hand.user(),
        "resourceId": hand.principal(),
        "appRoleId": "00000000-0000-0000-0000-000000000000",
    }
    hand.do("POST", f"/servicePrincipals/{body['resourceId']}/appRoleAssignedTo", body)


@mutation
def disable_policy(hand: Hand) -> None:
    hand.do("PATCH", f"{POLICIES}/{hand.pick(POLICIES)['id']}", {"state": "disabled"})


@mutation
def exclude_from_policy(hand: Hand) -> None:
    policy = hand.pick(POLICIES)
    conditions = policy["conditions"]
    users = conditions["users"]
    users["excludeUsers"] = [*(users.get("excludeUsers") or []), hand.user()]
    hand.do("PATCH", f"{POLICIES}/{policy['id']}", {"conditions": {**conditions, "users": users}})


@mutation
def delete_policy(hand: Hand) -> None:
    hand.do("DELETE", f"{POLICIES}/{hand.pick(POLICIES)['id']}")


@mutation
def create_policy(hand: Hand) -> None:
    body = {
        "displayName": hand.word,
        "state": "enabledForReportingButNotEnforced",
        "conditions": {
            "clientAppTypes": ["all"],
            "applications": {"includeApplications": ["All"]},
            "users": {"includeUsers": [hand.user()]},
        },
        "grantControls": {"operator": "OR", "builtInControls": ["block"]},
    }
    hand.do("POST", POLICIES, body)


@mutation
def change_location(hand: Hand) -> None:
    location = hand.pick(LOCATIONS)
    body = {"@odata.type": location["@odata.type"], "displayName": hand.word}
    if "ipRanges" in location:
        range_ = {"@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": "198.51.100.0/24"}
        body |= {"ipRanges": [range_]}
    hand.do("PATCH", f"{LOCATIONS}/{location['id']}", body)


@mutation
def create_trusted_location(hand: Hand) -> None:
    range_ = {"@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": "203.0.113.0/24"}
    body = {
        "@odata.type": "#microsoft.graph.ipNamedLocation",
        "displayName": f"{hand.word}-{uuid4().hex[:6]}",
        "isTrusted": True,
        "ipRanges": [range_],
    }
    hand.do("POST", LOCATIONS, body)


@mutation
def delete_location(hand: Hand) -> None:
    hand.do("DELETE", f"{LOCATIONS}/{hand.pick(LOCATIONS)['id']}")


@mutation
def change_strength(hand: Hand) -> None:
    custom = [one for one in hand.list(STRENGTHS) if one["policyType"] == "custom"]
    if custom:
        path = f"{STRENGTHS}/{custom[hand.number % len(custom)]['id']}"
        hand.do("PATCH", path, {"description": hand.word})
        body = {"allowedCombinations": ["fido2"]}
        hand.do("POST", f"{path}/updateAllowedCombinations", body)


@mutation
def create_strength(hand: Hand) -> None:
    body = {"displayName": f"s{uuid4().hex[:6]}", "allowedCombinations": ["fido2"]}
    hand.do("POST", STRENGTHS, body)


@mutation
def switch_method(hand: Hand) -> None:
    policy = hand.workshop.graph("GET", "/policies/authenticationMethodsPolicy")
    methods = policy["authenticationMethodConfigurations"]
    method = methods[hand.number % len(methods)]
    state = "disabled" if method["state"] == "enabled" else "enabled"
    body = {"@odata.type": method["@odata.type"], "state": state}
    hand.do("PATCH", f"{METHODS}/{method['id']}", body)


@mutation
def open_invitations(hand: Hand) -> None:
    body = {"allowInvitesFrom": "everyone", "blockMsolPowerShell": bool(hand.number % 2)}
    hand.do("PATCH", "/policies/authorizationPolicy", body)


@mutation
def change_organization(hand: Hand) -> None:
    body = {"technicalNotificationMails": [f"{hand.word}@example.com"]}
    hand.do("PATCH", f"/organization/{hand.workshop.entra}", body)


ROLES = "/roleManagement/directory/roleDefinitions"
HELD = "/roleManagement/directory/roleAssignments"
UNITS = "/directory/administrativeUnits"
CLAIMS = "/policies/claimsMappingPolicies"
CONSENTS = "/policies/permissionGrantPolicies"
PARTNERS = "/policies/crossTenantAccessPolicy"
CONTEXTS = "/identity/conditionalAccess/authenticationContextClassReferences"


def _some(hand: Hand, path: str) -> list[dict[str, Any]]:
    """One of the list, or none when nothing is left of it."""
    found = hand.list(path)
    return found and [found[hand.number % len(found)]]


def _own_role(hand: Hand) -> str:
    own = hand.list(f"{ROLES}?$filter=isBuiltIn eq false")
    return str(own[hand.number % len(own)]["id"])


def _scoped(hand: Hand) -> list[dict[str, Any]]:
    return [one for one in hand.list(HELD) if one["directoryScopeId"] != "/"]


@mutation
def widen_role(hand: Hand) -> None:
    action = "microsoft.directory/applications/credentials/update"
    body = {"description": hand.word, "rolePermissions": [{"allowedResourceActions": [action]}]}
    hand.do("PATCH", f"{ROLES}/{_own_role(hand)}", body)


@mutation
def delete_role(hand: Hand) -> None:
    hand.do("DELETE", f"{ROLES}/{_own_role(hand)}")


@mutation
def make_administrator(hand: Hand) -> None:
    body = {
        "principalId": hand.user(),
        "roleDefinitionId": "fe930be7-5e62-47db-91af-98c3a49a38b1",
        "directoryScopeId": "/",
    }
    hand.do("POST", HELD, body)


@mutation
def take_scoped_role(hand: Hand) -> None:
    for one in _scoped(hand)[:1]:
        hand.do("DELETE", f"{HELD}/{one['id']}")


@mutation
def make_eligible(hand: Hand) -> None:
    body = {
        "action": "adminAssign",
        "principalId": hand.user(),
        "roleDefinitionId": "62e90394-69f5-4237-9190-012177145e10",
        "directoryScopeId": "/",
        "scheduleInfo": {"expiration": {"type": "noExpiration"}},
    }
    hand.do("POST", "/roleManagement/directory/roleEligibilityScheduleRequests", body)


@mutation
def end_eligibility(hand: Hand) -> None:
    path = "/roleManagement/directory/roleEligibilityScheduleRequests"
    for one in _some(hand, "/roleManagement/directory/roleEligibilitySchedules"):
        names = ("principalId", "roleDefinitionId", "directoryScopeId")
        hand.do("POST", path, {"action": "adminRemove", **{name: one[name] for name in names}})


@mutation
def change_unit(hand: Hand) -> None:
    for one in _some(hand, UNITS):
        hand.do("PATCH", f"{UNITS}/{one['id']}", {"description": hand.word})


@mutation
def delete_unit(hand: Hand) -> None:
    for one in _some(hand, UNITS):
        hand.do("DELETE", f"{UNITS}/{one['id']}")


@mutation
def put_into_unit(hand: Hand) -> None:
    for one in _some(hand, UNITS):
        hand.do("POST", f"{UNITS}/{one['id']}/members/$ref", {"@odata.id": f"{REF}{hand.user()}"})


@mutation
def change_claims(hand: Hand) -> None:
    for one in _some(hand, CLAIMS):
        hand.do("PATCH", f"{CLAIMS}/{one['id']}", {"definition": [hand.word]})


@mutation
def delete_claims(hand: Hand) -> None:
    for one in _some(hand, CLAIMS):
        hand.do("DELETE", f"{CLAIMS}/{one['id']}")


@mutation
def loosen_consent(hand: Hand) -> None:
    own = [one for one in hand.list(CONSENTS) if not one["id"].startswith("microsoft-")]
    for policy in own[:1]:
        path = f"{CONSENTS}/{policy['id']}/includes"
        for one in policy["includes"][:1]:
            hand.do("DELETE", f"{path}/{one['id']}")
        hand.do("POST", path, {"permissionType": "delegated", "permissions": ["all"]})


@mutation
def trust_partner(hand: Hand) -> None:
    tenant_id = str(uuid4())
    hand.do("POST", f"{PARTNERS}/partners", {"tenantId": tenant_id})
    trust = {"isMfaAccepted": True, "isCompliantDeviceAccepted": bool(hand.number % 2)}
    hand.do("PATCH", f"{PARTNERS}/default", {"inboundTrust": trust})


@mutation
def drop_partner(hand: Hand) -> None:
    for one in hand.list(f"{PARTNERS}/partners")[:1]:
        hand.do("DELETE", f"{PARTNERS}/partners/{one['tenantId']}")


@mutation
def ask_nobody(hand: Hand) -> None:
    body = {
        "isEnabled": False,
        "notifyReviewers": False,
        "remindersEnabled": False,
        "requestDurationInDays": 1 + hand.number,
        "reviewers": [],
    }
    hand.do("PUT", "/policies/adminConsentRequestPolicy", body)


@mutation
def open_groups(hand: Hand) -> None:
    for one in _some(hand, "/groupSettings"):
        values = [{**each, "value": hand.word} for each in one["values"]]
        hand.do("PATCH", f"/groupSettings/{one['id']}", {"values": values})


@mutation
def drop_group_setting(hand: Hand) -> None:
    for one in _some(hand, "/groupSettings"):
        hand.do("DELETE", f"/groupSettings/{one['id']}")


@mutation
def retire_context(hand: Hand) -> None:
    hand.do("PATCH", f"{CONTEXTS}/c1", {"isAvailable": False, "displayName": hand.word})
    hand.do("DELETE", f"{CONTEXTS}/c{1 + hand.number % 2}")
