"""From two states to the requests that lie between them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.entra import writing
from apps.entra.catalogue import KINDS, Kind, kind, link
from apps.entra.writing import NotWritable, WriteRequest, refusals, update_requests
from apps.entra.writing.governing import MAKERS

_ID = "11111111-1111-4111-8111-111111111111"


def _update(name: str, current: dict[str, Any], wanted: dict[str, Any]) -> list[WriteRequest]:
    return list(update_requests(kind(name), _ID, current=current, wanted=wanted))


def test_only_what_differs_is_sent() -> None:
    # given a user with a wrong department, and one value that was never set before
    current = {"id": _ID, "department": "Wrong", "jobTitle": "Nurse", "city": "Ghent"}
    wanted = {"id": _ID, "department": "Ward 3", "jobTitle": "Nurse"}

    # when the request is made
    (request,) = _update("user", current, wanted)

    # then it names the difference alone, and empties what was empty
    assert (request.method, request.path, request.version) == ("PATCH", f"/users/{_ID}", "v1.0")
    assert request.body == {"department": "Ward 3", "city": None}
    assert set(request.properties) == {"department", "city"}


def test_nothing_to_do_makes_no_request() -> None:
    body = {"id": _ID, "displayName": "Same"}
    assert _update("group", body, body) == []


def test_a_set_is_sent_whole_and_emptied_with_an_empty_array() -> None:
    (request,) = _update("user", {"otherMails": ["a@x.example"]}, {})
    assert request.body == {"otherMails": []}


def test_a_property_with_a_permission_of_its_own_has_a_request_of_its_own() -> None:
    requests = _update(
        "user",
        {},
        {"department": "Ward 3", "employeeLeaveDateTime": "2026-12-31T00:00:00Z"},
    )
    assert [set(request.body or {}) for request in requests] == [
        {"department"},
        {"employeeLeaveDateTime"},
    ]
    assert "User-LifeCycleInfo.ReadWrite.All" in requests[1].permission


def test_extension_attributes_are_sent_one_by_one() -> None:
    current = {
        "onPremisesExtensionAttributes": {"extensionAttribute1": "a", "extensionAttribute2": "b"}
    }
    wanted = {
        "onPremisesExtensionAttributes": {"extensionAttribute1": "a", "extensionAttribute3": "c"}
    }
    (request,) = _update("user", current, wanted)
    assert request.body == {
        "onPremisesExtensionAttributes": {"extensionAttribute2": None, "extensionAttribute3": "c"}
    }


def test_a_read_only_difference_is_named_and_not_sent() -> None:
    user = kind("user")
    current, wanted = {"proxyAddresses": ["smtp:a"]}, {"proxyAddresses": ["smtp:b"]}
    assert update_requests(user, _ID, current=current, wanted=wanted) == ()
    assert "Exchange" in writing.refusals(user, current, wanted)["proxyAddresses"]


def test_asking_for_what_cannot_be_written_is_refused() -> None:
    with pytest.raises(NotWritable, match="Exchange"):
        update_requests(
            kind("user"),
            _ID,
            current={"proxyAddresses": ["smtp:a"]},
            wanted={},
            attributes=["proxyAddresses"],
        )


def test_a_synchronised_user_is_locked() -> None:
    user = kind("user")
    current = {"onPremisesSyncEnabled": True, "department": "a"}
    refused = writing.refusals(user, current, {**current, "department": "b"})
    assert "on-premises" in refused["department"]


def test_members_of_a_dynamic_group_are_locked_and_its_rule_is_not() -> None:
    group = {"groupTypes": ["DynamicMembership"], "securityEnabled": True}
    assert "rule" in (writing.link_locked(link("group.members"), group) or "")
    assert writing.link_locked(link("group.owners"), group) is None
    assert writing.locked(kind("group"), group) is None


def test_distribution_lists_are_exchanges() -> None:
    assert writing.locked(kind("group"), {"mailEnabled": True}) is not None
    assert writing.locked(kind("group"), {"mailEnabled": True, "groupTypes": ["Unified"]}) is None


def test_a_role_is_switched_off_before_it_is_removed() -> None:
    # given an application with a role that was added since
    kept = {"id": "1", "value": "Read", "isEnabled": True, "origin": "Application"}
    added = {"id": "2", "value": "Everything", "isEnabled": True, "origin": "Application"}

    # when it is taken back
    first, second = _update("application", {"appRoles": [kept, added]}, {"appRoles": [kept]})

    # then it is off in the first request and gone in the second
    sent = {key: value for key, value in kept.items() if key != "origin"}
    assert first.body == {
        "appRoles": [sent, {"id": "2", "value": "Everything", "isEnabled": False}]
    }
    assert second.body == {"appRoles": [sent]}
    assert (first.stage, second.stage) == (0, 1)


def test_a_scope_is_switched_off_before_it_is_changed() -> None:
    def api(value: str) -> dict[str, Any]:
        scope = {"id": "1", "value": value, "isEnabled": True}
        return {"api": {"oauth2PermissionScopes": [scope], "requestedAccessTokenVersion": 2}}

    first, second = _update("application", api("wrong"), api("right"))
    assert first.body == {
        "api": {"oauth2PermissionScopes": [{"id": "1", "value": "wrong", "isEnabled": False}]}
    }
    assert second.body == api("right")


def test_an_added_secret_is_removed_and_a_lost_one_is_named() -> None:
    application = kind("application")
    (request,) = _update(
        "application",
        {"passwordCredentials": [{"keyId": "old"}, {"keyId": "new"}]},
        {"passwordCredentials": [{"keyId": "old"}]},
    )
    assert request.path == f"/applications/{_ID}/removePassword"
    assert request.body == {"keyId": "new"}

    refused = writing.refusals(application, {}, {"passwordCredentials": [{"keyId": "old"}]})
    assert "never gives" in refused["passwordCredentials"]


def test_certificates_are_left_to_people() -> None:
    refused = writing.refusals(kind("application"), {"keyCredentials": [{"keyId": "k"}]}, {})
    assert "certificate" in refused["keyCredentials"]


def test_a_policy_names_its_strength_by_id_and_clears_by_null() -> None:
    current = {
        "grantControls": {"operator": "OR", "builtInControls": ["block"]},
        "sessionControls": {"signInFrequency": {"value": 1}},
        "templateId": "t",
    }
    strength = {"id": "s", "displayName": "Strong", "allowedCombinations": ["fido2"]}
    wanted = {
        "grantControls": {
            "operator": "OR",
            "builtInControls": [],
            "authenticationStrength": strength,
        },
        "templateId": "t",
    }
    (request,) = _update("conditionalAccessPolicy", current, wanted)
    assert request.body == {
        "grantControls": {
            "operator": "OR",
            "builtInControls": [],
            "authenticationStrength": {"id": "s"},
        },
        "sessionControls": None,
    }


def test_a_strength_that_was_put_in_is_taken_out_by_null() -> None:
    current = {"grantControls": {"operator": "OR", "authenticationStrength": {"id": "s"}}}
    wanted = {"grantControls": {"operator": "OR"}}
    (request,) = _update("conditionalAccessPolicy", current, wanted)
    assert request.body == {"grantControls": {"operator": "OR", "authenticationStrength": None}}


def test_a_value_that_graph_does_not_name_is_refused() -> None:
    policy = kind("conditionalAccessPolicy")
    wanted = {"conditions": {"clientAppTypes": ["unknownFutureValue"]}}
    assert "does not name" in writing.refusals(policy, {}, wanted)["conditions"]


def test_a_method_carries_its_type() -> None:
    odata_type = "#microsoft.graph.smsAuthenticationMethodConfiguration"
    (request,) = update_requests(
        kind("authenticationMethodConfiguration"),
        "Sms",
        current={"@odata.type": odata_type, "state": "enabled"},
        wanted={"@odata.type": odata_type, "state": "disabled"},
    )
    assert request.body == {"@odata.type": odata_type, "state": "disabled"}
    assert request.version == "beta"
    assert request.path.endswith("/authenticationMethodConfigurations/Sms")


def test_allowed_combinations_have_an_action_of_their_own() -> None:
    (request,) = _update(
        "authenticationStrengthPolicy",
        {"allowedCombinations": ["password"], "policyType": "custom"},
        {"allowedCombinations": ["fido2"], "policyType": "custom"},
    )
    assert request.method == "POST"
    assert request.path.endswith(f"/{_ID}/updateAllowedCombinations")
    assert request.body == {"allowedCombinations": ["fido2"]}


def test_a_strengths_rules_are_removed_changed_and_made_in_order() -> None:
    current = {
        "allowedCombinations": ["fido2"],
        "combinationConfigurations": [{"id": "1", "a": 1}, {"id": "2", "a": 2}],
    }
    wanted = {
        "allowedCombinations": ["x509CertificateMultiFactor"],
        "combinationConfigurations": [{"id": "2", "a": 3}, {"id": "3", "a": 4}],
    }
    requests = _update("authenticationStrengthPolicy", current, wanted)
    assert [(r.method, r.path.rsplit("/", 1)[1]) for r in requests] == [
        ("DELETE", "1"),
        ("POST", "updateAllowedCombinations"),
        ("PATCH", "2"),
        ("POST", "combinationConfigurations"),
    ]


def test_a_built_in_strength_is_microsofts() -> None:
    assert writing.locked(kind("authenticationStrengthPolicy"), {"policyType": "builtIn"})


def test_a_trusted_location_is_untrusted_before_it_goes() -> None:
    body = {"@odata.type": "#microsoft.graph.ipNamedLocation", "isTrusted": True}
    first, second = writing.delete_requests(kind("namedLocation"), _ID, body)
    assert first.body == {**body, "isTrusted": False}
    assert (second.method, second.stage) == ("DELETE", 1)


def test_children_are_found_under_their_parent() -> None:
    requests = update_requests(
        kind("federatedIdentityCredential"),
        "child",
        current={"@parent": _ID, "subject": "a"},
        wanted={"@parent": _ID, "subject": "b"},
    )
    assert requests[0].path == f"/applications/{_ID}/federatedIdentityCredentials/child"

    (request,) = writing.delete_requests(kind("appRoleAssignment"), "a", {"resourceId": _ID})
    assert request.path == f"/servicePrincipals/{_ID}/appRoleAssignedTo/a"


@pytest.mark.parametrize("name", ["authorizationPolicy", "organization"])
def test_what_every_tenant_has_once_is_not_deleted(name: str) -> None:
    with pytest.raises(NotWritable):
        writing.delete_requests(kind(name), _ID, {})


def test_undeletion_goes_through_the_right_bin() -> None:
    assert (
        writing.undelete_request(kind("user"), _ID).path == f"/directory/deletedItems/{_ID}/restore"
    )
    assert (
        "conditionalAccess/deletedItems/policies"
        in writing.undelete_request(kind("conditionalAccessPolicy"), _ID).path
    )
    with pytest.raises(NotWritable):
        writing.undelete_request(kind("oauth2PermissionGrant"), _ID)


def test_members_are_added_twenty_at_a_time() -> None:
    requests = writing.add_links(link("group.members"), _ID, [str(n) for n in range(45)])
    assert [len((r.body or {})["members@odata.bind"]) for r in requests] == [20, 20, 5]
    assert {(r.method, r.path) for r in requests} == {("PATCH", f"/groups/{_ID}")}


def test_owners_are_added_one_by_one_and_a_manager_is_put() -> None:
    requests = writing.add_links(link("group.owners"), _ID, ["a", "b"])
    assert [(r.method, r.path) for r in requests] == [("POST", f"/groups/{_ID}/owners/$ref")] * 2
    (manager,) = writing.add_links(link("user.manager"), _ID, ["m"])
    assert manager.method == "PUT"
    assert manager.body == {"@odata.id": "https://graph.microsoft.com/v1.0/users/m"}
    removal = writing.remove_link(link("user.manager"), _ID, "m")
    assert (removal.method, removal.path) == ("DELETE", f"/users/{_ID}/manager/$ref")


_STEPWISE_OR_APART = {
    *MAKERS,
    "appRoles",
    "api",
    "passwordCredentials",
    "combinationConfigurations",
    "includes",
    "excludes",
}


def _pairs(entry: Kind) -> st.SearchStrategy[tuple[Kind, dict[str, str], dict[str, str]]]:
    names = sorted(set(entry.by_name) - _STEPWISE_OR_APART)
    values = st.dictionaries(st.sampled_from(names), st.text("abc", min_size=1, max_size=3))
    return st.tuples(st.just(entry), values, values)


# Where nobody writes the object itself, the body is that of a request for it.
@given(st.one_of(*(_pairs(one) for one in KINDS if one.updatable and not one.requested)))
def test_no_request_names_what_cannot_be_written(
    case: tuple[Kind, dict[str, str], dict[str, str]],
) -> None:
    entry, current, wanted = case
    for request in update_requests(entry, _ID, current=current, wanted=wanted):
        named = {one.property for one in entry.companions}
        for name in set(request.body or {}) - {"@odata.type"}:
            assert entry.by_name[name].recoverable or name in named


def test_nothing_is_written_about_a_value_that_was_never_asked_for() -> None:
    user = kind("user")
    known, unknown = {"perUserMfaState": "enforced"}, {"displayName": "Ada"}
    assert update_requests(user, _ID, current=known | unknown, wanted=unknown) == ()
    assert update_requests(user, _ID, current=unknown, wanted=known | unknown) == ()


def test_a_second_factor_travels_alone_in_beta() -> None:
    first, second = update_requests(
        kind("user"),
        _ID,
        current={"perUserMfaState": "disabled", "department": "Sales"},
        wanted={"perUserMfaState": "enforced", "department": "Night"},
    )
    assert (first.path, first.version) == (f"/users/{_ID}", "v1.0")
    assert (second.path, second.version) == (
        f"/users/{_ID}/authentication/requirements",
        "beta",
    )
    assert second.body == {"perUserMfaState": "enforced"}
    assert second.permission == ("Policy.ReadWrite.AuthenticationMethod",)


def test_what_entra_moves_on_by_itself_is_not_taken_back() -> None:
    user = kind("user")
    refused = refusals(user, {"perUserMfaState": "enforced"}, {"perUserMfaState": "enabled"})
    assert "by itself" in refused["perUserMfaState"]
    assert refusals(user, {"perUserMfaState": "disabled"}, {"perUserMfaState": "enabled"}) == {}
