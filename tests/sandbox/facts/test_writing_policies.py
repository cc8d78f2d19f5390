"""Writing policies and roles, deleting and restoring, fact by fact.

https://learn.microsoft.com/graph/errors, https://learn.microsoft.com/graph/api/overview and the
texts that other clients of Microsoft Graph handle by name.
"""

from __future__ import annotations

from typing import Any

from tests.sandbox.facts.fact import BAD, DENIED, MISSING, Cast, Fact, by_name, check

ABSENT = (
    "Resource '{nobody}' does not exist or one of its queried reference-property objects are not "
    "present."
)
NO_PRIVILEGE = "Insufficient privileges to complete the operation."
SYNCED = (
    "Unable to update the specified properties for on-premises mastered Directory Sync objects or "
    "objects currently undergoing migration."
)
USER = {
    "accountEnabled": True,
    "displayName": "Robin",
    "mailNickname": "robin",
    "userPrincipalName": "robin@{domain}",
    "passwordProfile": {"password": "Blue-Kettle-42"},
}
GROUP = {
    "displayName": "Crew",
    "mailEnabled": False,
    "mailNickname": "crew",
    "securityEnabled": True,
}
SCHEMA = (
    "1007: Incoming ConditionalAccessPolicy object is null or does not match the schema of "
    "ConditionalAccessPolicy type. For examples, please see API documentation at "
    "https://docs.microsoft.com/en-us/graph/api/conditionalaccessroot-post-policies"
    "?view=graph-rest-1.0."
)
POLICY: dict[str, Any] = {
    "displayName": "Rule",
    "state": "disabled",
    "conditions": {
        "applications": {"includeApplications": ["All"]},
        "users": {"includeUsers": ["{user}"]},
        "clientAppTypes": ["all"],
    },
    "grantControls": {"operator": "OR", "builtInControls": ["block"]},
}
POLICIES = "/identity/conditionalAccess/policies"
LOCATIONS = "/identity/conditionalAccess/namedLocations"


def without(body: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in body.items() if key != name}


@by_name(
    Fact("a new policy", f"POST {POLICIES}", 201, body=POLICY),
    Fact("nothing at all", f"POST {POLICIES}", 400, "BadRequest", SCHEMA, body={}),
    Fact(
        "an unknown property",
        f"POST {POLICIES}",
        400,
        "BadRequest",
        SCHEMA,
        body=POLICY | {"colour": 1},
    ),
    Fact(
        "without applications",
        f"PATCH {POLICIES}/{{policy}}",
        400,
        "BadRequest",
        body={"conditions": {"users": {"includeUsers": ["All"]}, "clientAppTypes": ["all"]}},
    ),
    Fact(
        "an id sent back",
        f"PATCH {POLICIES}/{{policy}}",
        400,
        "BadRequest",
        "1001: 'id' is a readonly field and cannot be updated.",
        body={"id": "{policy}"},
    ),
    Fact(
        "a template sent back, even null",
        f"PATCH {POLICIES}/{{policy}}",
        400,
        "BadRequest",
        "1118: TemplateId is a read-only field and cannot be updated.",
        body={"templateId": None},
    ),
    Fact(
        "a strength beside mfa",
        f"POST {POLICIES}",
        400,
        "BadRequest",
        "1108: Authentication strengths cannot be used alongside the MFA built-in control.",
        body=POLICY
        | {
            "grantControls": {
                "operator": "AND",
                "builtInControls": ["mfa"],
                "authenticationStrength": {"id": "{mfa}"},
            }
        },
    ),
    Fact(
        "an unknown location",
        f"POST {POLICIES}",
        400,
        "BadRequest",
        "1040: NamedLocation with id {nobody} does not exist in the directory.",
        body=POLICY
        | {"conditions": POLICY["conditions"] | {"locations": {"includeLocations": ["{nobody}"]}}},
    ),
    Fact(
        "a beta property in v1.0",
        f"POST {POLICIES}",
        400,
        "BadRequest",
        SCHEMA,
        body=POLICY | {"conditions": POLICY["conditions"] | {"deviceStates": {}}},
    ),
    Fact(
        "a location names its type",
        f"POST {LOCATIONS}",
        400,
        "BadRequest",
        body={"displayName": "x", "ipRanges": []},
    ),
    Fact("a trusted location stays", f"DELETE {LOCATIONS}/{{trusted}}", 400, "BadRequest"),
    Fact(
        "a built-in strength stays",
        "DELETE /policies/authenticationStrengthPolicies/{mfa}",
        400,
        "BadRequest",
    ),
    Fact(
        "combinations change by their action",
        "POST /policies/authenticationStrengthPolicies/{strength}/updateAllowedCombinations",
        200,
        body={"allowedCombinations": ["fido2"]},
    ),
    Fact(
        "who uses a strength can be asked",
        "GET /policies/authenticationStrengthPolicies/{strength}/usage",
        200,
    ),
    Fact("a deleted policy is kept", f"DELETE {POLICIES}/{{policy}}", 204),
    Fact(
        "both permissions are needed",
        f"POST {POLICIES}",
        403,
        "AccessDenied",
        body=POLICY,
        roles=("Policy.ReadWrite.ConditionalAccess",),
    ),
)
def test_policies(cast: Cast, fact: Fact) -> None:
    check(cast, fact)


@by_name(
    Fact(
        "a restore",
        "POST /directory/deletedItems/{gone_user}/restore",
        200,
        shows={"id": "{gone_user}", "@odata.type": "#microsoft.graph.user"},
    ),
    Fact("security groups come back too", "POST /directory/deletedItems/{gone_group}/restore", 200),
    Fact("what is live is not there", "POST /directory/deletedItems/{user}/restore", 404, MISSING),
    Fact("a deletion for good", "DELETE /directory/deletedItems/{gone_user}", 204),
    Fact(
        "several by id",
        "POST /directory/deletedItems/getByIds",
        200,
        body={"ids": ["{gone_user}", "{user}"]},
        shows={"value/length": 1, "value/0/id": "{gone_user}"},
    ),
    Fact(
        "the permission is that of the type",
        "POST /directory/deletedItems/{gone_group}/restore",
        403,
        DENIED,
        NO_PRIVILEGE,
        roles=("User.DeleteRestore.All",),
    ),
)
def test_deleted_items(cast: Cast, fact: Fact) -> None:
    check(cast, fact)


@by_name(
    Fact(
        "a new assignment",
        "POST /roleManagement/directory/roleAssignments",
        201,
        body={"principalId": "{user}", "roleDefinitionId": "{role}", "directoryScopeId": "/"},
    ),
    Fact(
        "a built-in role stays as it is",
        "PATCH /roleManagement/directory/roleDefinitions/{role}",
        400,
        "BadRequest",
        body={"displayName": "x"},
    ),
    Fact(
        "units restrict their management for life",
        "PATCH /directory/administrativeUnits/{unit}",
        400,
        BAD,
        body={"isMemberManagementRestricted": True},
    ),
    Fact(
        "a scoped role of a unit",
        "POST /directory/administrativeUnits/{unit}/scopedRoleMembers",
        201,
        body={"roleId": "{activated}", "roleMemberInfo": {"id": "{user}"}},
        shows={"administrativeUnitId": "{unit}", "roleMemberInfo/id": "{user}"},
    ),
    Fact("which can be listed", "GET /directory/administrativeUnits/{unit}/scopedRoleMembers", 200),
)
def test_roles_and_units(cast: Cast, fact: Fact) -> None:
    check(cast, fact)
