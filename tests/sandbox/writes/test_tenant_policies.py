from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.writes.conftest import Lab

STRENGTHS = "/policies/authenticationStrengthPolicies"
METHODS = "/policies/authenticationMethodsPolicy"
AUTHORIZATION = "/policies/authorizationPolicy"
FIDO2 = "#microsoft.graph.fido2AuthenticationMethodConfiguration"


def strength(lab: Lab, **more: Any) -> dict[str, Any]:
    body = {"displayName": "Keys", "allowedCombinations": ["fido2", "password,sms"]}
    return lab.created(STRENGTHS, body | more)


def test_a_strength_is_custom_and_says_what_it_satisfies(lab: Lab) -> None:
    created = strength(lab)
    assert (created["policyType"], created["requirementsSatisfied"]) == ("custom", "mfa")
    weak = strength(lab, displayName="Weak", allowedCombinations=["password"])
    assert weak["requirementsSatisfied"] == "none"


def test_combinations_must_be_known(lab: Lab) -> None:
    for combinations in ([], ["fido3"], ["sms,voice"], ["fido2", "fido2"]):
        body = {"displayName": "Bad", "allowedCombinations": combinations}
        assert lab.refused("POST", STRENGTHS, body)[:2] == (400, "BadRequest")


def test_combinations_change_by_their_action(lab: Lab) -> None:
    path = f"{STRENGTHS}/{strength(lab)['id']}"
    assert lab.refused("PATCH", path, {"allowedCombinations": ["fido2"]})[0] == 400
    body = {"allowedCombinations": ["fido2"]}
    answer = lab.do("POST", f"{path}/updateAllowedCombinations", body)
    assert isinstance(answer.body, dict)
    assert answer.status == 200
    assert answer.body["previousCombinations"] == ["fido2", "password,sms"]
    assert answer.body["currentCombinations"] == ["fido2"]
    assert lab.do("PATCH", path, {"description": "x"}).status == 204


def test_built_in_and_referenced_strengths_stay(lab: Lab) -> None:
    built_in = next(lab.directory.of_type("authenticationStrengthPolicy"))
    assert lab.refused("DELETE", f"{STRENGTHS}/{built_in.id}")[0] == 400
    assert lab.refused("PATCH", f"{STRENGTHS}/{built_in.id}", {"description": "x"})[0] == 400
    own = strength(lab)
    lab.created(
        "/identity/conditionalAccess/policies",
        {
            "displayName": "P",
            "state": "disabled",
            "conditions": {
                "clientAppTypes": ["all"],
                "applications": {"includeApplications": ["All"]},
                "users": {"includeUsers": ["All"]},
            },
            "grantControls": {"operator": "OR", "authenticationStrength": {"id": own["id"]}},
        },
    )
    assert lab.refused("DELETE", f"{STRENGTHS}/{own['id']}")[0] == 400
    free = strength(lab, displayName="Free")
    assert lab.do("DELETE", f"{STRENGTHS}/{free['id']}").status == 204


def test_combination_configurations_belong_to_their_method(lab: Lab) -> None:
    path = f"{STRENGTHS}/{strength(lab)['id']}/combinationConfigurations"
    body = {
        "@odata.type": "#microsoft.graph.fido2CombinationConfiguration",
        "appliesToCombinations": ["fido2"],
        "allowedAAGUIDs": ["de1e552d-db1d-4423-a619-566b625cdc84"],
    }
    created = lab.created(path, body)
    assert lab.refused("POST", path, body | {"appliesToCombinations": ["password,sms"]})[0] == 400
    assert lab.refused("PATCH", f"{path}/{created['id']}", {"allowedAAGUIDs": []})[0] == 400
    change = {"@odata.type": body["@odata.type"], "allowedAAGUIDs": ["x"]}
    assert lab.do("PATCH", f"{path}/{created['id']}", change).status == 204
    assert lab.do("DELETE", f"{path}/{created['id']}").status == 204


def test_a_method_configuration_names_its_type(lab: Lab) -> None:
    path = f"{METHODS}/authenticationMethodConfigurations/fido2"
    assert lab.refused("PATCH", path, {"state": "enabled"})[:2] == (400, "BadRequest")
    sms = "#microsoft.graph.smsAuthenticationMethodConfiguration"
    assert lab.refused("PATCH", path, {"@odata.type": sms, "state": "enabled"})[0] == 400
    assert lab.refused("PATCH", path, {"@odata.type": FIDO2, "state": "on"})[0] == 400
    assert lab.refused("PATCH", path, {"@odata.type": FIDO2, "colour": "red"})[2] == (
        "The property 'colour' does not exist on type "
        "'microsoft.graph.fido2AuthenticationMethodConfiguration'. Make sure to only use property "
        "names that are defined by the type or mark the type as open type."
    )
    answer = lab.do("PATCH", path, {"@odata.type": FIDO2, "state": "disabled"})
    assert (answer.status, answer.body) == (204, None)
    stored = lab.directory.get("Fido2")
    assert stored is not None
    assert stored.body["state"] == "disabled"


def test_targets_of_a_method_exist(lab: Lab) -> None:
    path = f"{METHODS}/authenticationMethodConfigurations/Fido2"
    target = {"targetType": "group", "id": "99999999-0000-0000-0000-000000000000"}
    body = {"@odata.type": FIDO2, "includeTargets": [target]}
    assert lab.refused("PATCH", path, body)[0] == 400
    body["includeTargets"] = [{"targetType": "group", "id": "all_users"}]
    assert lab.do("PATCH", path, body).status == 204


def test_the_methods_policy_is_patched_with_204(lab: Lab) -> None:
    campaign = {"state": "enabled", "snoozeDurationInDays": 3}
    body = {"registrationEnforcement": {"authenticationMethodsRegistrationCampaign": campaign}}
    assert lab.do("PATCH", METHODS, body).status == 204
    campaign["snoozeDurationInDays"] = 15
    assert lab.refused("PATCH", METHODS, body)[0] == 400
    assert lab.refused("PATCH", METHODS, {"policyVersion": "9"})[0] == 400
    assert lab.directory.audit[-1]["activityDisplayName"] == "Authentication Methods Policy Update"


def test_the_authorization_policy_has_a_path_per_version(lab: Lab) -> None:
    body = {"allowInvitesFrom": "everyone"}
    assert lab.do("PATCH", AUTHORIZATION, body).status == 204
    nested = "/beta/policies/authorizationPolicy/authorizationPolicy"
    ids = {"permissionGrantPolicyIdsAssignedToDefaultUserRole": []}
    assert lab.do("PATCH", nested, ids).status == 204
    assert lab.refused("PATCH", AUTHORIZATION, ids)[0] == 400
    shown = lab.do("GET", AUTHORIZATION)
    assert isinstance(shown.body, dict)
    assert shown.body["defaultUserRolePermissions"]["permissionGrantPoliciesAssigned"] == []
    assert shown.body["allowInvitesFrom"] == "everyone"


def test_parts_of_the_default_role_are_merged(lab: Lab) -> None:
    before = next(lab.directory.of_type("authorizationPolicy")).body["defaultUserRolePermissions"]
    body = {"defaultUserRolePermissions": {"allowedToCreateApps": True}}
    assert lab.do("PATCH", AUTHORIZATION, body).status == 204
    after = next(lab.directory.of_type("authorizationPolicy")).body["defaultUserRolePermissions"]
    assert after == before | {"allowedToCreateApps": True}


@pytest.mark.parametrize(
    "body",
    [
        {"guestUserRoleId": "99999999-0000-0000-0000-000000000000"},
        {"allowInvitesFrom": "nobody"},
        {"id": "x"},
        {"defaultUserRolePermissions": {"allowedToFly": True}},
    ],
)
def test_an_authorization_policy_that_cannot_be_is_refused(lab: Lab, body: dict[str, Any]) -> None:
    assert lab.refused("PATCH", AUTHORIZATION, body)[:2] == (400, "Request_BadRequest")


def test_few_properties_of_the_organization_are_writable(lab: Lab) -> None:
    path = f"/organization/{lab.directory.tenant_id}"
    assert lab.do("PATCH", path, {"technicalNotificationMails": ["it@a.example"]}).status == 204
    assert lab.refused("PATCH", path, {"displayName": "x"})[2] == (
        "Property 'displayName' is read-only and cannot be set."
    )
    elsewhere = "/organization/99999999-0000-0000-0000-000000000000"
    assert lab.refused("PATCH", elsewhere, {"technicalNotificationMails": []})[0] == 404


def test_strengths_have_a_second_path_below_conditional_access(lab: Lab) -> None:
    again = "/identity/conditionalAccess/authenticationStrength/policies"
    created = strength(lab)

    shown = lab.do("GET", f"{again}/{created['id']}").body
    assert isinstance(shown, dict)
    assert shown["displayName"] == "Keys"
    listed = lab.do("GET", again).body
    assert isinstance(listed, dict)
    assert created["id"] in {each["id"] for each in listed["value"]}
    assert lab.do("PATCH", f"{again}/{created['id']}", {"description": "x"}).status == 204
    assert lab.do("DELETE", f"{again}/{created['id']}").status == 204
