"""What leaves nothing in the bin, or touches what only later kinds know: see `mutations`."""

from __future__ import annotations

from uuid import uuid4

from tests.recovery.mutations import (
    APPS,
    LOCATIONS,
    POLICIES,
    REF,
    STRENGTHS,
    Hand,
    Mutation,
)

POLICY_BIN = "/identity/conditionalAccess/deletedItems"
UNITS = "/directory/administrativeUnits"
ROLES = "/roleManagement/directory/roleDefinitions"
ASSIGNMENTS = "/roleManagement/directory/roleAssignments"
READ_GROUPS = "microsoft.directory/groups/standard/read"
FOR_GOOD: dict[str, Mutation] = {}


def mutation(act: Mutation) -> Mutation:
    FOR_GOOD[act.__name__] = act
    return act


def purge(hand: Hand, path: str, object_id: str) -> None:
    hand.do("DELETE", f"{path}/{object_id}")
    hand.do("DELETE", f"/directory/deletedItems/{object_id}")


@mutation
def purge_group(hand: Hand) -> None:
    purge(hand, "/groups", hand.group())


@mutation
def purge_application(hand: Hand) -> None:
    """With its principal, which goes along: its grants and assignments are gone with it."""
    found = hand.pick(f"{APPS}?$top=999&$select=id,displayName,appId")
    fields = f"/servicePrincipals?$filter=appId eq '{found['appId']}'&$select=id"
    principals = [one["id"] for one in hand.list(fields)]
    hand.do("DELETE", f"{APPS}/{found['id']}")
    for object_id in (*principals, found["id"]):
        hand.do("DELETE", f"/directory/deletedItems/{object_id}")


@mutation
def purge_policy(hand: Hand) -> None:
    policy = hand.pick(POLICIES)["id"]
    hand.do("DELETE", f"{POLICIES}/{policy}")
    hand.do("DELETE", f"{POLICY_BIN}/policies/{policy}")


@mutation
def purge_location(hand: Hand) -> None:
    location = hand.pick(LOCATIONS)["id"]
    hand.do("DELETE", f"{LOCATIONS}/{location}")
    hand.do("DELETE", f"{POLICY_BIN}/namedLocations/{location}")


@mutation
def remove_strength(hand: Hand) -> None:
    custom = [one for one in hand.list(STRENGTHS) if one["policyType"] == "custom"]
    if custom:
        hand.do("DELETE", f"{STRENGTHS}/{custom[hand.number % len(custom)]['id']}")


@mutation
def change_rule(hand: Hand) -> None:
    fields = "id,displayName,groupTypes"
    groups = hand.list(f"/groups?$top=999&$select={fields}")
    dynamic = [one for one in groups if "DynamicMembership" in one["groupTypes"]]
    if dynamic:
        rule = f'user.objectId -in ["{hand.user()}"]'
        hand.do("PATCH", f"/groups/{dynamic[0]['id']}", {"membershipRule": rule})


@mutation
def remove_app_owner(hand: Hand) -> None:
    path = f"{APPS}/{hand.application()['id']}/owners"
    for owner in hand.list(f"{path}?$select=id")[:1]:
        hand.do("DELETE", f"{path}/{owner['id']}/$ref")


@mutation
def lose_secret(hand: Hand) -> None:
    application = hand.pick(f"{APPS}?$top=999&$select=id,displayName,passwordCredentials")
    for secret in application["passwordCredentials"][:1]:
        body = {"keyId": secret["keyId"]}
        hand.do("POST", f"{APPS}/{application['id']}/removePassword", body)


@mutation
def unassign_app(hand: Hand) -> None:
    path = f"/servicePrincipals/{hand.principal()}/appRoleAssignedTo"
    for one in hand.list(path)[:2]:
        hand.do("DELETE", f"{path}/{one['id']}")


@mutation
def distrust_workload(hand: Hand) -> None:
    path = f"{APPS}/{hand.application()['id']}/federatedIdentityCredentials"
    for one in hand.list(path)[:1]:
        hand.do("DELETE", f"{path}/{one['id']}")


@mutation
def create_unit(hand: Hand) -> None:
    made = hand.do("POST", UNITS, {"displayName": f"{hand.word}-{uuid4().hex[:6]}"})
    hand.do("POST", f"{UNITS}/{made['id']}/members/$ref", {"@odata.id": f"{REF}{hand.user()}"})


@mutation
def change_unit(hand: Hand) -> None:
    for unit in hand.list(UNITS)[:1]:
        hand.do("PATCH", f"{UNITS}/{unit['id']}", {"description": hand.word})
        body = {"@odata.id": f"{REF}{hand.user()}"}
        hand.do("POST", f"{UNITS}/{unit['id']}/members/$ref", body)


@mutation
def delete_unit(hand: Hand) -> None:
    for unit in hand.list(UNITS)[-1:]:
        hand.do("DELETE", f"{UNITS}/{unit['id']}")


@mutation
def create_role(hand: Hand) -> None:
    body = {
        "displayName": f"{hand.word}-{uuid4().hex[:6]}",
        "isEnabled": True,
        "rolePermissions": [{"allowedResourceActions": [READ_GROUPS]}],
    }
    hand.do("POST", ROLES, body)


@mutation
def assign_role(hand: Hand) -> None:
    roles = [one for one in hand.list(ROLES) if one["displayName"] == "Directory Readers"]
    body = {
        "principalId": hand.user(),
        "roleDefinitionId": roles[0]["id"],
        "directoryScopeId": "/",
    }
    hand.do("POST", ASSIGNMENTS, body)


@mutation
def unassign_role(hand: Hand) -> None:
    for one in hand.list(ASSIGNMENTS)[-1:]:
        hand.do("DELETE", f"{ASSIGNMENTS}/{one['id']}")
