from __future__ import annotations

import json
from typing import Any

import pytest

from tests.sandbox.writes.conftest import Lab

MISSING = "Request_ResourceNotFound"


def requirements(user_id: str) -> str:
    return f"/beta/users/{user_id}/authentication/requirements"


def state(lab: Lab, user_id: str) -> Any:
    answer = lab.do("GET", requirements(user_id))
    assert answer.status == 200, answer.body
    assert isinstance(answer.body, dict)
    return answer.body["perUserMfaState"]


def test_a_new_user_is_disabled_until_told_otherwise(lab: Lab) -> None:
    user = lab.new_user()
    assert state(lab, user["id"]) == "disabled"

    answer = lab.do("PATCH", requirements(user["id"]), {"perUserMfaState": "enforced"})

    assert (answer.status, answer.body) == (204, None)
    assert state(lab, user["userPrincipalName"]) == "enforced"


def test_some_users_of_a_seed_have_the_older_multifactor_authentication(lab: Lab) -> None:
    found = {record.body.get("perUserMfaState") for record in lab.directory.of_type("user")}
    assert {None, "enforced"} <= found


def test_the_state_is_no_property_of_the_user(lab: Lab) -> None:
    user = lab.new_user()
    lab.do("PATCH", requirements(user["id"]), {"perUserMfaState": "enabled"})

    shown = lab.do("GET", f"/beta/users/{user['id']}").body
    assert isinstance(shown, dict)
    assert "perUserMfaState" not in shown
    lab.refused("GET", f"/beta/users/{user['id']}?$select=perUserMfaState")
    lab.refused("PATCH", f"/beta/users/{user['id']}", {"perUserMfaState": "enabled"})


def test_delta_does_not_report_the_state(lab: Lab) -> None:
    user = lab.new_user()
    link = lab.do("GET", "/beta/users/delta?$deltatoken=latest").body
    assert isinstance(link, dict)
    path = link["@odata.deltaLink"].partition("sandbox.invalid")[2]

    lab.do("PATCH", requirements(user["id"]), {"perUserMfaState": "enabled"})

    answer = lab.do("GET", path)
    assert isinstance(answer.body, dict)
    assert answer.body["value"] == []


def test_v1_does_not_know_the_path(lab: Lab) -> None:
    user = lab.new_user()
    status, code, _ = lab.refused("GET", requirements(user["id"]).replace("/beta", "/v1.0"))
    assert (status, code) == (400, "BadRequest")


def test_the_permissions_are_those_of_the_method_policies(lab: Lab) -> None:
    path = requirements(lab.new_user()["id"])
    body = {"perUserMfaState": "enforced"}
    refusal = (403, "accessDenied", "Request Authorization failed")

    assert lab.with_roles("User.ReadWrite.All").refused("GET", path) == refusal
    assert lab.with_roles("Policy.Read.All").refused("PATCH", path, body) == refusal
    assert lab.with_roles("Policy.Read.All").do("GET", path).status == 200
    writer = lab.with_roles("Policy.ReadWrite.AuthenticationMethod")
    assert writer.do("PATCH", path, body).status == 204
    assert writer.do("GET", path).status == 200


@pytest.mark.parametrize(
    "body",
    [
        {"perUserMfaState": "unknownFutureValue"},
        {"perUserMfaState": None},
        {"perUserMfaState": "on"},
        {"state": "enabled"},
        [],
    ],
)
def test_what_is_no_state_is_refused(lab: Lab, body: object) -> None:
    status, code, _ = lab.refused("PATCH", requirements(lab.new_user()["id"]), body)
    assert (status, code) == (400, "BadRequest")


def test_an_unknown_user_is_not_found(lab: Lab) -> None:
    path = requirements("99999999-9999-4999-8999-999999999999")
    assert lab.refused("GET", path)[:2] == (404, MISSING)
    assert lab.refused("PATCH", path, {"perUserMfaState": "enabled"})[:2] == (404, MISSING)


def test_the_audit_log_tells_of_the_attribute_and_of_the_switch(lab: Lab) -> None:
    user = lab.new_user()
    seen = len(lab.directory.audit)

    for wanted in ("enabled", "enforced", "enforced", "disabled"):
        lab.do("PATCH", requirements(user["id"]), {"perUserMfaState": wanted})

    records = lab.directory.audit[seen:]
    assert [record["activityDisplayName"] for record in records] == [
        "Update user",
        "Enable Strong Authentication",
        "Update user",
        "Update user",
        "Disable Strong Authentication",
    ]
    changed = records[2]["targetResources"][0]["modifiedProperties"][0]
    assert changed["displayName"] == "StrongAuthenticationRequirement"
    assert json.loads(changed["oldValue"])[0]["State"] == 1
    assert json.loads(changed["newValue"])[0]["State"] == 2


def test_a_deleted_user_comes_back_with_the_state(lab: Lab) -> None:
    user = lab.new_user()
    lab.do("PATCH", requirements(user["id"]), {"perUserMfaState": "enforced"})
    lab.do("DELETE", f"/users/{user['id']}")

    lab.do("POST", f"/directory/deletedItems/{user['id']}/restore")

    assert state(lab, user["id"]) == "enforced"


def test_the_signed_in_user_is_addressed_as_me(lab: Lab) -> None:
    me = lab.as_user(lab.new_user()["id"])
    path = "/beta/me/authentication/requirements"

    assert me.do("PATCH", path, {"perUserMfaState": "enabled"}).status == 204
    assert me.do("GET", path).body == {
        "@odata.context": me.do("GET", path).body["@odata.context"],  # type: ignore[call-overload, index]
        "perUserMfaState": "enabled",
    }
