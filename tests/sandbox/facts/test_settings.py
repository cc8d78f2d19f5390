"""Eligibilities, policies of applications, consent, partners and settings, fact by fact."""

from __future__ import annotations

from typing import Any

from tests.sandbox.facts.fact import BAD, DENIED, Cast, Fact, by_name, check

REQUESTS = "/roleManagement/directory/roleEligibilityScheduleRequests"
ELIGIBLE: dict[str, Any] = {
    "action": "adminAssign",
    "principalId": "{user}",
    "roleDefinitionId": "{role}",
    "directoryScopeId": "/",
    "scheduleInfo": {"expiration": {"type": "noExpiration"}},
}


@by_name(
    Fact("an eligibility", f"POST {REQUESTS}", 201, body=ELIGIBLE, shows={"status": "Provisioned"}),
    Fact(
        "one that is not there cannot end",
        f"POST {REQUESTS}",
        400,
        "RoleAssignmentDoesNotExist",
        body={**ELIGIBLE, "action": "adminRemove"},
    ),
    Fact(
        "it must not end before it begins",
        f"POST {REQUESTS}",
        400,
        "RoleAssignmentRequestPolicyValidationFailed",
        body={
            **ELIGIBLE,
            "scheduleInfo": {
                "expiration": {"type": "afterDateTime", "endDateTime": "2020-01-01T00:00:00Z"}
            },
        },
    ),
    Fact(
        "nobody is eligible who is not there",
        f"POST {REQUESTS}",
        404,
        "SubjectNotFound",
        body={**ELIGIBLE, "principalId": "{nobody}"},
    ),
    Fact(
        "applications are never eligible",
        f"POST {REQUESTS}",
        400,
        BAD,
        body={**ELIGIBLE, "principalId": "{principal}"},
    ),
    Fact(
        "it asks for a permission",
        f"POST {REQUESTS}",
        403,
        DENIED,
        body=ELIGIBLE,
        roles=("RoleManagement.Read.Directory",),
    ),
    Fact("schedules are nobody's to write", "PATCH " + REQUESTS + "/{nobody}", 400, "BadRequest"),
)
def test_eligibilities(cast: Cast, fact: Fact) -> None:
    check(cast, fact)


@by_name(
    Fact(
        "a token policy has a definition",
        "POST /policies/tokenLifetimePolicies",
        400,
        BAD,
        body={"displayName": "x"},
    ),
    Fact(
        "a policy of one's own does not call itself Microsoft's",
        "POST /policies/permissionGrantPolicies",
        400,
        BAD,
        body={"id": "microsoft-mine", "displayName": "x"},
    ),
    Fact(
        "Microsoft's policies stay as they are",
        "PATCH /policies/permissionGrantPolicies/microsoft-company-admin",
        400,
        "BadRequest",
        body={"displayName": "x"},
    ),
    Fact(
        "consent requests are replaced as a whole",
        "PUT /policies/adminConsentRequestPolicy",
        400,
        BAD,
        body={"isEnabled": True},
    ),
    Fact(
        "no part of the default can be emptied",
        "PATCH /policies/crossTenantAccessPolicy/default",
        400,
        BAD,
        body={"inboundTrust": None},
    ),
    Fact(
        "a partner is another tenant",
        "POST /policies/crossTenantAccessPolicy/partners",
        201,
        body={"tenantId": "{nobody}"},
        shows={"tenantId": "{nobody}", "id": None},
    ),
    Fact(
        "a context is made by changing it",
        "PATCH /identity/conditionalAccess/authenticationContextClassReferences/c9",
        201,
        body={"displayName": "x", "isAvailable": True},
    ),
    Fact(
        "one on offer cannot go",
        "DELETE /identity/conditionalAccess/authenticationContextClassReferences/c1",
        400,
        "BadRequest",
    ),
    Fact(
        "settings come once for each template",
        "POST /groupSettings",
        400,
        BAD,
        body={"templateId": "62375ab9-6b52-47ed-826b-58e47e0e304b", "values": [{"name": "a"}]},
    ),
    Fact(
        "attributes are never deleted",
        "DELETE /directory/customSecurityAttributeDefinitions/Engineering_Project",
        405,
        BAD,
    ),
)
def test_settings(cast: Cast, fact: Fact) -> None:
    check(cast, fact)


def test_a_tenant_without_p2_has_no_eligibilities(cast: Cast) -> None:
    cast.lab.directory.licences = {"AAD_PREMIUM"}
    path = "/roleManagement/directory/roleEligibilitySchedules"

    check(cast, Fact("no licence", f"GET {path}", 400, "AadPremiumLicenseRequired"))
