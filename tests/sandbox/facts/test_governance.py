"""Role settings, privileged groups, partners' users and access packages, fact by fact."""

from __future__ import annotations

from typing import Any

from tests.sandbox.facts.fact import BAD, DENIED, MISSING, Cast, Fact, by_name, check

ASSIGNMENTS = "/policies/roleManagementPolicyAssignments"
OF_ROLES = "$filter=scopeId eq '/' and scopeType eq 'DirectoryRole'"
RULES = "/policies/roleManagementPolicies/{role_policy}/rules"
EXPIRATION: dict[str, Any] = {
    "@odata.type": "#microsoft.graph.unifiedRoleManagementPolicyExpirationRule",
    "isExpirationRequired": True,
    "maximumDuration": "PT1H45M",
}
GROUPS = "/identityGovernance/privilegedAccess/group"
MEMBER: dict[str, Any] = {
    "action": "adminAssign",
    "groupId": "{group}",
    "principalId": "{other}",
    "accessId": "member",
    "scheduleInfo": {"expiration": {"type": "afterDuration", "duration": "PT2H"}},
}
SYNC = "/policies/crossTenantAccessPolicy/partners/{partner}/identitySynchronization"
MANAGED = "/identityGovernance/entitlementManagement"


@by_name(
    Fact(
        "settings of roles are listed for a scope",
        f"GET {ASSIGNMENTS}",
        400,
        "BadRequest",
    ),
    Fact(
        "every role has them",
        f"GET {ASSIGNMENTS}?{OF_ROLES}",
        200,
    ),
    Fact(
        "a policy brings its rules along",
        f"GET {ASSIGNMENTS}?{OF_ROLES}&$expand=policy($expand=rules)",
        200,
    ),
    Fact("a rule is changed", f"PATCH {RULES}/Expiration_EndUser_Assignment", 204, body=EXPIRATION),
    Fact(
        "a rule says which sort it is",
        f"PATCH {RULES}/Expiration_EndUser_Assignment",
        400,
        "BadRequest",
        body={"maximumDuration": "PT1H"},
    ),
    Fact(
        "a duration is one",
        f"PATCH {RULES}/Expiration_EndUser_Assignment",
        400,
        "BadRequest",
        body={**EXPIRATION, "maximumDuration": "an hour"},
    ),
    Fact("nobody adds rules", f"PATCH {RULES}/Another_Rule", 404, MISSING, body=EXPIRATION),
    Fact(
        "it asks for a permission",
        f"PATCH {RULES}/Expiration_EndUser_Assignment",
        403,
        DENIED,
        body=EXPIRATION,
        roles=("RoleManagement.Read.Directory",),
    ),
)
def test_settings_of_roles(cast: Cast, fact: Fact) -> None:
    check(cast, fact)


@by_name(
    Fact(
        "members and owners of a group that is looked after have settings",
        f"GET {ASSIGNMENTS}?$filter=scopeId eq '{{assignable}}' and scopeType eq 'Group'",
        200,
        shows={"value/length": 2, "value/0/roleDefinitionId": "member"},
    ),
    Fact(
        "those of other groups have none",
        f"GET {ASSIGNMENTS}?$filter=scopeId eq '{{group}}' and scopeType eq 'Group'",
        200,
        shows={"value/length": 0},
    ),
    Fact(
        "roles' permission does not do for groups",
        f"GET {ASSIGNMENTS}?$filter=scopeId eq '{{assignable}}' and scopeType eq 'Group'",
        403,
        DENIED,
        roles=("RoleManagement.Read.Directory",),
    ),
    Fact(
        "nor does groups' for roles",
        f"PATCH {RULES}/Expiration_EndUser_Assignment",
        403,
        DENIED,
        body=EXPIRATION,
        roles=("RoleManagementPolicy.ReadWrite.AzureADGroup",),
    ),
)
def test_settings_of_groups(cast: Cast, fact: Fact) -> None:
    check(cast, fact)


@by_name(
    Fact(
        "schedules are listed for a group",
        f"GET {GROUPS}/eligibilitySchedules",
        400,
        "BadRequest",
    ),
    Fact(
        "a membership for a time",
        f"POST {GROUPS}/assignmentScheduleRequests",
        201,
        body=MEMBER,
        shows={"status": "Provisioned"},
    ),
    Fact(
        "an eligibility that is not there cannot end",
        f"POST {GROUPS}/eligibilityScheduleRequests",
        400,
        "RoleAssignmentDoesNotExist",
        body={**MEMBER, "action": "adminRemove"},
    ),
    Fact(
        "nobody is eligible for a group with a rule",
        f"POST {GROUPS}/eligibilityScheduleRequests",
        400,
        BAD,
        body={**MEMBER, "groupId": "{dynamic}"},
    ),
    *(
        Fact(
            f"a request names its {name}",
            f"POST {GROUPS}/eligibilityScheduleRequests",
            400,
            BAD,
            body={key: value for key, value in MEMBER.items() if key != name},
        )
        for name in ("principalId", "accessId", "scheduleInfo")
    ),
    Fact(
        "one permission does not do for the other",
        f"POST {GROUPS}/assignmentScheduleRequests",
        403,
        DENIED,
        body=MEMBER,
        roles=("PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup",),
    ),
)
def test_privileged_groups(cast: Cast, fact: Fact) -> None:
    check(cast, fact)


@by_name(
    Fact("a synchronisation", f"GET {SYNC}", 200, shows={"tenantId": "{partner}"}),
    Fact("there is one for each partner", f"PUT {SYNC}", 409, "Conflict", body={}),
    Fact(
        "a partner whose users come stays",
        "DELETE /policies/crossTenantAccessPolicy/partners/{partner}",
        400,
        "BadRequest",
    ),
    Fact(
        "there are three other clouds",
        "PATCH /policies/crossTenantAccessPolicy",
        400,
        BAD,
        body={"allowedCloudEndpoints": ["example.com"]},
    ),
)
def test_partners(cast: Cast, fact: Fact) -> None:
    check(cast, fact)


@by_name(
    Fact(
        "a package has a catalog",
        f"POST {MANAGED}/accessPackages",
        404,
        "ResourceNotFound",
        body={"displayName": "x", "catalog": {"id": "{nobody}"}},
    ),
    Fact(
        "packages are looked at one by one for what they give",
        f"GET {MANAGED}/accessPackages?$expand=resourceRoleScopes",
        400,
        "BadRequest",
    ),
    Fact(
        "a package tells what it gives",
        f"GET {MANAGED}/accessPackages/{{package}}?$expand=resourceRoleScopes($expand=role,scope)",
        200,
        shows={"displayName": "Project staff", "catalog": None},
    ),
    Fact(
        "a catalog with packages stays", f"DELETE {MANAGED}/catalogs/{{catalog}}", 400, "BadRequest"
    ),
    Fact("the general catalog stays", f"DELETE {MANAGED}/catalogs/{{general}}", 400, "BadRequest"),
    Fact(
        "a resource is put in by a request",
        f"POST {MANAGED}/resourceRequests",
        201,
        body={
            "requestType": "adminAdd",
            "resource": {"originId": "{group}", "originSystem": "AadGroup"},
            "catalog": {"id": "{catalog}"},
        },
        shows={"state": "delivered"},
    ),
    Fact(
        "a policy is replaced, with its package",
        f"PUT {MANAGED}/assignmentPolicies/{{package_policy}}",
        400,
        BAD,
        body={"displayName": "x"},
    ),
    Fact(
        "a policy is not patched",
        f"PATCH {MANAGED}/assignmentPolicies/{{package_policy}}",
        405,
        BAD,
    ),
    Fact("a package that is not there", f"GET {MANAGED}/accessPackages/{{nobody}}", 404, MISSING),
)
def test_entitlements(cast: Cast, fact: Fact) -> None:
    check(cast, fact)
