from __future__ import annotations

import json
from typing import Any

import pytest

from tests.sandbox.writes.conftest import Lab

POLICIES = "/identity/conditionalAccess/policies"
LOCATIONS = "/identity/conditionalAccess/namedLocations"
BIN = "/identity/conditionalAccess/deletedItems"
BAD = "BadRequest"
MISSING = "99999999-0000-0000-0000-000000000000"
POLICY: dict[str, Any] = {
    "displayName": "Lab",
    "state": "disabled",
    "conditions": {
        "clientAppTypes": ["all"],
        "applications": {"includeApplications": ["All"]},
        "users": {"includeUsers": ["All"]},
    },
    "grantControls": {"operator": "OR", "builtInControls": ["mfa"]},
}
ADDRESSES = {
    "@odata.type": "#microsoft.graph.ipNamedLocation",
    "displayName": "Lab",
    "isTrusted": True,
    "ipRanges": [
        {"@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": "203.0.113.0/24"}
    ],
}


def conditions(**more: Any) -> dict[str, Any]:
    return POLICY | {"conditions": POLICY["conditions"] | more}


def test_a_policy_is_created_as_sent(lab: Lab) -> None:
    policy = lab.created(POLICIES, POLICY)
    assert policy["createdDateTime"]
    assert policy["modifiedDateTime"] is None
    assert policy["conditions"]["users"]["includeUsers"] == ["All"]
    assert lab.directory.audit[-1]["activityDisplayName"] == "Add conditional access policy"
    assert lab.directory.audit[-1]["loggedByService"] == "Conditional Access"


@pytest.mark.parametrize("name", ["id", "createdDateTime", "modifiedDateTime"])
def test_1001_for_what_the_service_sets(lab: Lab, name: str) -> None:
    text = f"1001: '{name}' is a readonly field and cannot be updated."
    assert lab.refused("POST", POLICIES, POLICY | {name: "x"}) == (400, BAD, text)


@pytest.mark.parametrize(
    "body",
    [
        {},
        POLICY | {"partialEnablementStrategy": None},
        POLICY | {"state": "on"},
        POLICY | {"displayName": None},
        POLICY | {"conditions": None},
        POLICY | {"grantControls": None},
        conditions(clientAppTypes=["otherClients"]),
        conditions(clientAppTypes=[]),
        conditions(locations={"includeLocations": "All"}),
        conditions(platforms={"includePlatforms": ["unknownFutureValue"]}),
        conditions(users={"includeUsers": []}),
        conditions(users={"includeUsers": None}),
        conditions(agents={"includeAgentUsers": []}),
        conditions(times=None),
        POLICY | {"sessionControls": {"signInFrequency": {"isEnabled": False}}},
        POLICY
        | {
            "sessionControls": {
                "signInFrequency": {
                    "isEnabled": True,
                    "frequencyInterval": "everyTime",
                    "value": 1,
                    "type": "days",
                }
            }
        },
        POLICY | {"grantControls": {"operator": "OR", "builtInControls": ["block", "mfa"]}},
        POLICY | {"grantControls": {"builtInControls": ["mfa"]}},
    ],
)
def test_1007_for_what_does_not_fit_the_schema(lab: Lab, body: dict[str, Any]) -> None:
    status, code, message = lab.refused("POST", POLICIES, body)
    assert (status, code) == (400, BAD)
    assert message.startswith(
        "1007: Incoming ConditionalAccessPolicy object is null or does not match the schema of "
        "ConditionalAccessPolicy type."
    )


def test_1011_for_no_applications(lab: Lab) -> None:
    body = conditions(applications={"includeApplications": []})
    assert lab.refused("POST", POLICIES, body) == (
        400,
        BAD,
        (
            "1011: 'applications' condition must specify the applications to include. Try "
            "'includeApplications' = ['none'] to start with."
        ),
    )


def test_1034_names_the_applications_that_have_no_service_principal(lab: Lab) -> None:
    body = conditions(applications={"includeApplications": [MISSING]})
    text = f'1034: Policy contains invalid applications: {{"{MISSING}":"ServicePrincipalNotFound"}}'
    assert lab.refused("POST", POLICIES, body) == (400, BAD, text)


def test_1040_for_a_location_that_is_missing_or_not_yet_visible(lab: Lab) -> None:
    lab.world.weather.lag = 60
    lab.do("GET", LOCATIONS)
    for location_id in (MISSING, lab.created(LOCATIONS, ADDRESSES)["id"]):
        body = conditions(locations={"includeLocations": [location_id]})
        text = f"1040: NamedLocation with id {location_id} does not exist in the directory."
        assert lab.refused("POST", POLICIES, body) == (400, BAD, text)


@pytest.mark.parametrize("part", ["includeGroups", "excludeUsers", "includeRoles"])
def test_a_policy_refers_to_what_there_is(lab: Lab, part: str) -> None:
    body = conditions(users={"includeUsers": ["All"], part: [MISSING]})
    status, code, message = lab.refused("POST", POLICIES, body)
    assert (status, code) == (400, BAD)
    assert message.endswith(f"with id {MISSING} does not exist in the directory.")


def test_1108_for_a_strength_beside_mfa(lab: Lab) -> None:
    strength = next(lab.directory.of_type("authenticationStrengthPolicy"))
    grant = {
        "operator": "OR",
        "builtInControls": ["mfa"],
        "authenticationStrength": {"id": strength.id},
    }
    text = "1108: Authentication strengths cannot be used alongside the MFA built-in control."
    assert lab.refused("POST", POLICIES, POLICY | {"grantControls": grant}) == (400, BAD, text)


def test_a_strength_is_sent_by_its_id_and_shown_whole(lab: Lab) -> None:
    strength = next(lab.directory.of_type("authenticationStrengthPolicy"))
    grant: dict[str, Any] = {
        "operator": "OR",
        "builtInControls": [],
        "authenticationStrength": {"id": strength.id},
    }
    policy = lab.created(POLICIES, POLICY | {"grantControls": grant})
    shown = policy["grantControls"]["authenticationStrength"]
    assert shown["displayName"] == strength.body["displayName"]
    body = {"grantControls": grant | {"authenticationStrength": shown}}
    assert lab.refused("PATCH", f"{POLICIES}/{policy['id']}", body)[2].startswith("1007")
    named = {"grantControls": grant | {"builtInControls": ["mfa"], "authenticationStrength": None}}
    assert lab.do("PATCH", f"{POLICIES}/{policy['id']}", named).status == 204


def test_1118_for_a_template_even_if_null(lab: Lab) -> None:
    policy = lab.created(POLICIES, POLICY)
    text = "1118: TemplateId is a read-only field and cannot be updated."
    body = {"templateId": None}
    assert lab.refused("PATCH", f"{POLICIES}/{policy['id']}", body) == (400, BAD, text)


def test_an_update_merges_the_top_and_replaces_what_is_inside(lab: Lab) -> None:
    policy = lab.created(POLICIES, conditions(platforms={"includePlatforms": ["all"]}))
    path = f"{POLICIES}/{policy['id']}"
    body = {"conditions": POLICY["conditions"], "description": "now described"}
    assert lab.do("PATCH", path, body).status == 204
    stored = lab.directory.get(policy["id"])
    assert stored is not None
    assert "platforms" not in stored.body["conditions"]
    assert stored.body["grantControls"] == POLICY["grantControls"]
    assert stored.body["modifiedDateTime"]


def test_an_explicit_null_clears(lab: Lab) -> None:
    session = {"persistentBrowser": {"isEnabled": True, "mode": "never"}}
    policy = lab.created(POLICIES, POLICY | {"sessionControls": session})
    path = f"{POLICIES}/{policy['id']}"
    assert lab.do("PATCH", path, {"sessionControls": None}).status == 204
    stored = lab.directory.get(policy["id"])
    assert stored is not None
    assert "sessionControls" not in stored.body
    assert lab.refused("PATCH", path, {"grantControls": None})[0] == 400


def test_security_defaults_and_enabled_policies_exclude_each_other(lab: Lab) -> None:
    defaults = "/policies/identitySecurityDefaultsEnforcementPolicy"
    status, code, message = lab.refused("PATCH", defaults, {"isEnabled": True})
    assert (status, code) == (400, BAD)
    assert "prevents you from enabling Security defaults" in message
    for policy in list(lab.directory.of_type("conditionalAccessPolicy")):
        lab.directory.change(policy.id, {"state": "disabled"})
    assert lab.do("PATCH", defaults, {"isEnabled": True}).status == 204
    text = (
        "Security Defaults is enabled in the tenant. You must disable Security defaults before "
        "enabling a Conditional Access policy."
    )
    assert lab.refused("POST", POLICIES, POLICY | {"state": "enabled"}) == (400, BAD, text)
    report_only = POLICY | {"state": "enabledForReportingButNotEnforced"}
    assert lab.do("POST", POLICIES, report_only).status == 201


def test_conditional_access_needs_a_licence_and_risk_a_higher_one(lab: Lab) -> None:
    lab.directory.licences = {"AAD_PREMIUM"}
    risky = conditions(signInRiskLevels=["high"])
    text = (
        "Your tenant is not licensed for this feature. Please upgrade your subscription to access "
        "it."
    )
    assert lab.refused("POST", POLICIES, risky) == (403, "AccessDenied", text)
    lab.created(POLICIES, POLICY)
    lab.directory.licences = set()
    assert lab.refused("POST", POLICIES, POLICY) == (403, "AccessDenied", text)


def test_both_permissions_are_needed(lab: Lab) -> None:
    half = lab.with_roles("Policy.ReadWrite.ConditionalAccess")
    status, code, _ = half.refused("POST", POLICIES, POLICY)
    assert (status, code) == (403, "AccessDenied")


def test_the_number_of_policies_has_a_limit(lab: Lab) -> None:
    missing = 240 - lab.directory.count("conditionalAccessPolicy")
    for number in range(missing):
        lab.directory.add("conditionalAccessPolicy", POLICY | {"displayName": str(number)})
    assert lab.refused("POST", POLICIES, POLICY)[:2] == (400, BAD)


@pytest.mark.parametrize(
    ("path", "label"),
    [
        (POLICIES, "ConditionalAccessPolicy"),
        (f"{BIN}/policies", "ConditionalAccessPolicy"),
        ("/identity/conditionalAccess/namedLocations", "NamedLocation"),
        (f"{BIN}/namedLocations", "NamedLocation"),
        ("/policies/authenticationStrengthPolicies", "AuthenticationStrengthPolicy"),
    ],
)
def test_what_a_policy_service_does_not_have_is_told_in_one_way(
    lab: Lab, path: str, label: str
) -> None:
    missing = (
        404,
        "ResourceNotFound",
        f"{label} with id {MISSING} does not exist in the directory.",
    )
    assert lab.refused("GET", f"{path}/{MISSING}") == missing
    assert lab.refused("DELETE", f"{path}/{MISSING}") == missing
    if not path.startswith(BIN):
        assert lab.refused("PATCH", f"{path}/{MISSING}", {"description": "x"}) == missing


@pytest.mark.parametrize("where", [f"{BIN}/policies", POLICIES])
def test_a_deleted_policy_comes_back_as_it_was(lab: Lab, where: str) -> None:
    policy = lab.created(POLICIES, POLICY | {"state": "enabled"})
    assert lab.do("DELETE", f"{POLICIES}/{policy['id']}").status == 204
    assert lab.refused("GET", f"{POLICIES}/{policy['id']}")[0] == 404
    answer = lab.do("POST", f"{where}/{policy['id']}/restore")
    assert isinstance(answer.body, dict)
    assert (answer.status, answer.body["state"]) == (200, "enabled")
    assert answer.body["id"] == policy["id"]


def test_a_purged_policy_is_gone(lab: Lab) -> None:
    policy = lab.created(POLICIES, POLICY)
    lab.do("DELETE", f"{POLICIES}/{policy['id']}")
    assert lab.do("DELETE", f"{BIN}/policies/{policy['id']}").status == 204
    assert lab.refused("POST", f"{BIN}/policies/{policy['id']}/restore")[0] == 404


def test_a_deleted_group_leaves_its_id_in_the_policy_until_that_part_is_sent(lab: Lab) -> None:
    group = lab.new_group()
    users = {"includeUsers": ["All"], "excludeGroups": [group["id"]]}
    policy = lab.created(POLICIES, conditions(users=users))
    lab.do("DELETE", f"/groups/{group['id']}")
    lab.do("DELETE", f"/directory/deletedItems/{group['id']}")
    path = f"{POLICIES}/{policy['id']}"
    answer = lab.do("GET", path)
    assert group["id"] in json.dumps(answer.body)
    assert lab.do("PATCH", path, {"description": "x"}).status == 204
    same = {"conditions": conditions(users=users)["conditions"]}
    assert lab.refused("PATCH", path, same)[0] == 400


def test_the_record_of_a_policy_holds_it_whole(lab: Lab) -> None:
    policy = lab.created(POLICIES, POLICY)
    lab.do("PATCH", f"{POLICIES}/{policy['id']}", {"displayName": "Renamed"})
    entry = lab.directory.audit[-1]
    assert entry["activityDisplayName"] == "Update conditional access policy"
    (change,) = entry["targetResources"][0]["modifiedProperties"]
    assert change["displayName"] == "ConditionalAccessPolicy"
    assert json.loads(change["oldValue"])["displayName"] == "Lab"
    assert json.loads(change["newValue"])["displayName"] == "Renamed"


def test_a_trusted_location_is_untrusted_before_it_goes_and_comes_back_untrusted(lab: Lab) -> None:
    location = lab.created(LOCATIONS, ADDRESSES)
    path = f"{LOCATIONS}/{location['id']}"
    assert lab.refused("DELETE", path)[:2] == (400, BAD)
    plain = {"@odata.type": ADDRESSES["@odata.type"], "isTrusted": False}
    assert lab.do("PATCH", path, plain).status == 204
    assert lab.do("DELETE", path).status == 204
    lab.directory.restore(location["id"])
    lab.directory.change(location["id"], {"isTrusted": True})
    lab.directory.soft_delete(location["id"])
    answer = lab.do("POST", f"{BIN}/namedLocations/{location['id']}/restore")
    assert isinstance(answer.body, dict)
    assert (answer.status, answer.body["isTrusted"]) == (200, False)


def test_a_location_in_use_stays(lab: Lab) -> None:
    location = lab.created(LOCATIONS, ADDRESSES | {"isTrusted": False})
    lab.created(POLICIES, conditions(locations={"includeLocations": [location["id"]]}))
    assert lab.refused("DELETE", f"{LOCATIONS}/{location['id']}")[:2] == (400, BAD)


@pytest.mark.parametrize(
    "more",
    [
        {"@odata.type": None},
        {"@odata.type": "#microsoft.graph.countryNamedLocation"},
        {"ipRanges": []},
        {"ipRanges": [{"cidrAddress": "203.0.113.0/24"}]},
        {
            "ipRanges": [
                {"@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": "1.0.0.0/7"}
            ]
        },
        {"displayName": ""},
        {"colour": "red"},
    ],
)
def test_a_location_that_does_not_fit_is_refused(lab: Lab, more: dict[str, Any]) -> None:
    status, code, message = lab.refused("POST", LOCATIONS, ADDRESSES | more)
    assert (status, code) == (400, BAD)
    assert message.startswith("1007: Incoming NamedLocation object is null or does not match")


def test_the_type_of_a_location_is_named_in_updates_and_stays(lab: Lab) -> None:
    location = lab.created(LOCATIONS, ADDRESSES)
    path = f"{LOCATIONS}/{location['id']}"
    assert lab.refused("PATCH", path, {"displayName": "x"})[0] == 400
    country = {"@odata.type": "#microsoft.graph.countryNamedLocation", "displayName": "x"}
    assert lab.refused("PATCH", path, country)[0] == 400


def test_every_seeded_policy_and_location_can_be_written_back_as_read(lab: Lab) -> None:
    for policy in list(lab.directory.of_type("conditionalAccessPolicy")):
        kept = {
            name: value
            for name, value in policy.body.items()
            if name not in {"id", "createdDateTime", "modifiedDateTime", "templateId"}
        }
        answer = lab.do("PATCH", f"{POLICIES}/{policy.id}", kept)
        assert answer.status == 204, (policy.body["displayName"], answer.body)
    for location in list(lab.directory.of_type("namedLocation")):
        body = {
            name: value
            for name, value in location.body.items()
            if name not in {"id", "createdDateTime", "modifiedDateTime"}
        }
        body["@odata.type"] = f"#microsoft.graph.{location.type}"
        assert lab.do("PATCH", f"{LOCATIONS}/{location.id}", body).status == 204
