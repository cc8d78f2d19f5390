"""Writing users, groups and applications, fact by fact.

https://learn.microsoft.com/graph/errors, https://learn.microsoft.com/graph/api/overview and the
texts that other clients of Microsoft Graph handle by name.
"""

from __future__ import annotations

from typing import Any

from tests.sandbox.facts.conftest import ref
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
    Fact("a new user", "POST /users", 201, body=USER, shows={"displayName": "Robin"}),
    *(
        Fact(
            f"needs {name}",
            "POST /users",
            400,
            BAD,
            f"A value is required for property '{name}' of resource 'User'.",
            body=without(USER, name),
        )
        for name in without(USER, "passwordProfile")
    ),
    Fact(
        "in a verified domain",
        "POST /users",
        400,
        BAD,
        body=USER | {"userPrincipalName": "a@b.com"},
    ),
    Fact(
        "whose name is not taken",
        "POST /users",
        400,
        BAD,
        "Another object with the same value for property userPrincipalName already exists.",
        body=USER | {"userPrincipalName": "{upn}"},
    ),
    Fact(
        "an unknown property",
        "PATCH /users/{user}",
        400,
        BAD,
        "Invalid property 'colour'.",
        body={"colour": "red"},
    ),
    Fact(
        "a property in another case",
        "PATCH /users/{user}",
        400,
        BAD,
        "Invalid property 'DisplayName'.",
        body={"DisplayName": "x"},
    ),
    *(
        Fact(
            f"{name} is read-only",
            "PATCH /users/{user}",
            400,
            BAD,
            f"Property '{name}' is read-only and cannot be set.",
            body={name: value},
        )
        for name, value in (
            ("id", "x"),
            ("createdDateTime", "2026-01-01T00:00:00Z"),
            ("proxyAddresses", []),
            ("securityIdentifier", "S-1"),
            ("assignedLicenses", []),
            ("onPremisesSyncEnabled", True),
        )
    ),
    Fact(
        "a value of another type",
        "PATCH /users/{user}",
        400,
        BAD,
        "Invalid value specified for property 'accountEnabled' of resource 'User'.",
        body={"accountEnabled": "yes"},
    ),
    Fact("a change", "PATCH /users/{user}", 204, body={"jobTitle": "Chief"}),
    Fact("null clears", "PATCH /users/{user}", 204, body={"jobTitle": None}),
    Fact("a synced user", "PATCH /users/{synced}", 400, BAD, SYNCED, body={"jobTitle": "Chief"}),
    Fact(
        "a profile property by an application",
        "PATCH /users/{user}",
        403,
        DENIED,
        NO_PRIVILEGE,
        body={"aboutMe": "x"},
    ),
    Fact(
        "a granular permission opens its property alone",
        "PATCH /users/{user}",
        403,
        DENIED,
        NO_PRIVILEGE,
        body={"jobTitle": "x"},
        roles=("User.EnableDisableAccount.All", "User.Read.All"),
    ),
    Fact("nobody", "PATCH /users/{nobody}", 404, MISSING, ABSENT, body={"jobTitle": "x"}),
    Fact("a deletion", "DELETE /users/{plain}", 204),
    Fact(
        "a manager is set by reference", "PUT /users/{user}/manager/$ref", 204, body=ref("{other}")
    ),
    Fact(
        "who exists", "PUT /users/{user}/manager/$ref", 404, MISSING, ABSENT, body=ref("{nobody}")
    ),
    Fact(
        "sessions are revoked",
        "POST /users/{user}/revokeSignInSessions",
        200,
        shows={"value": True},
    ),
)
def test_users(cast: Cast, fact: Fact) -> None:
    check(cast, fact)


ALREADY = (
    "One or more added object references already exist for the following modified properties: "
    "'members'."
)
NOT_THERE = (
    "One or more removed object references do not exist for the following modified properties: "
    "'members'."
)


@by_name(
    Fact("a new group", "POST /groups", 201, body=GROUP),
    *(
        Fact(
            f"needs {name}",
            "POST /groups",
            400,
            BAD,
            f"A value is required for property '{name}' of resource 'Group'.",
            body=without(GROUP, name),
        )
        for name in GROUP
    ),
    Fact(
        "a role-assignable one needs role management",
        "POST /groups",
        403,
        DENIED,
        NO_PRIVILEGE,
        body=GROUP | {"isAssignableToRole": True},
        roles=("Group.ReadWrite.All",),
    ),
    Fact(
        "and so do its members",
        "POST /groups/{assignable}/members/$ref",
        403,
        DENIED,
        NO_PRIVILEGE,
        body=ref("{user}"),
        roles=("GroupMember.ReadWrite.All",),
    ),
    Fact(
        "isAssignableToRole never changes",
        "PATCH /groups/{group}",
        400,
        BAD,
        "Property 'isAssignableToRole' is read-only and cannot be set.",
        body={"isAssignableToRole": True},
    ),
    Fact(
        "a distribution list cannot be made",
        "POST /groups",
        400,
        BAD,
        body=GROUP | {"mailEnabled": True, "securityEnabled": False},
    ),
    Fact(
        "nor its members", "POST /groups/{distribution}/members/$ref", 400, BAD, body=ref("{user}")
    ),
    Fact(
        "a member is added once",
        "POST /groups/{group}/members/$ref",
        400,
        BAD,
        ALREADY,
        body=ref("{user}"),
    ),
    Fact(
        "one who exists",
        "POST /groups/{group}/members/$ref",
        404,
        MISSING,
        ABSENT,
        body=ref("{nobody}"),
    ),
    Fact(
        "a reference names its object",
        "POST /groups/{group}/members/$ref",
        400,
        "BadRequest",
        body={},
    ),
    Fact("a member is removed", "DELETE /groups/{group}/members/{user}/$ref", 204),
    Fact(
        "a member is removed by address",
        "DELETE /groups/{group}/members/$ref?@id=https://graph.microsoft.com/v1.0/directoryObjects/{user}",
        204,
    ),
    Fact(
        "one who is there", "DELETE /groups/{group}/members/{nobody}/$ref", 404, MISSING, NOT_THERE
    ),
    Fact(
        "members of a dynamic group are the rule's",
        "POST /groups/{dynamic}/members/$ref",
        403,
        DENIED,
        body=ref("{user}"),
    ),
    Fact(
        "a synced group",
        "PATCH /groups/{synced_group}",
        400,
        BAD,
        SYNCED,
        body={"description": "x"},
    ),
    Fact(
        "twenty members in one request",
        "PATCH /groups/{group}",
        400,
        BAD,
        body={
            "members@odata.bind": [f"https://graph.microsoft.com/v1.0/users/{n}" for n in range(21)]
        },
    ),
    Fact("mail is read-only", "PATCH /groups/{unified}", 400, BAD, body={"mail": "x@{domain}"}),
    Fact("a change answers nothing", "PATCH /groups/{group}", 204, body={"description": "x"}),
    Fact(
        "a licence for its members",
        "POST /groups/{group}/assignLicense",
        202,
        body={"addLicenses": [{"skuId": "{sku}"}], "removeLicenses": []},
    ),
    Fact(
        "or the whole where it is preferred",
        "PATCH /groups/{group}",
        200,
        body={"description": "x"},
        headers={"prefer": "return=representation"},
        shows={"id": "{group}", "description": "x"},
    ),
)
def test_groups(cast: Cast, fact: Fact) -> None:
    check(cast, fact)


ROLE = {
    "id": "5a5a5a5a-0000-4000-8000-000000000001",
    "allowedMemberTypes": ["User"],
    "description": "Reads",
    "displayName": "Reader",
    "isEnabled": True,
    "value": "Things.Read",
}


@by_name(
    Fact("a new application", "POST /applications", 201, body={"displayName": "App"}),
    Fact(
        "roles say where they are from",
        "POST /applications",
        201,
        body={"displayName": "App", "appRoles": [ROLE]},
        shows={"appRoles/0/origin": "Application"},
    ),
    Fact(
        "appId is the service's", "PATCH /applications/{application}", 400, BAD, body={"appId": "x"}
    ),
    Fact(
        "an enabled role stays",
        "PATCH /applications/{application}",
        400,
        BAD,
        "Permission (scope or role) cannot be deleted or updated unless disabled first.",
        body={"appRoles": []},
    ),
    Fact(
        "an identifier URI is of the tenant",
        "PATCH /applications/{application}",
        400,
        "HostNameNotOnVerifiedDomain",
        body={"identifierUris": ["https://elsewhere.invalid/app"]},
    ),
    Fact(
        "a service principal needs an application",
        "POST /servicePrincipals",
        400,
        BAD,
        "The appId '{nobody}' of the service principal does not reference a valid application "
        "object.",
        body={"appId": "{nobody}"},
    ),
    Fact(
        "and is the only one",
        "POST /servicePrincipals",
        409,
        "Request_MultipleObjectsWithSameKeyValue",
        body={"appId": "{client}"},
    ),
    Fact(
        "a directory extension",
        "POST /applications/{application}/extensionProperties",
        201,
        body={"name": "badge", "dataType": "String", "targetObjects": ["User"]},
        shows={"dataType": "String", "isMultiValued": False},
    ),
)
def test_applications(cast: Cast, fact: Fact) -> None:
    check(cast, fact)
