from __future__ import annotations

from typing import Any

from tests.sandbox.writes.conftest import Lab


def body(lab: Lab, method: str, path: str, sent: Any = None) -> dict[str, Any]:
    answer = lab.do(method, path, sent)
    assert answer.status < 300, answer.body
    assert isinstance(answer.body, dict)
    return answer.body


def test_a_scoped_role_is_an_assignment_over_the_unit(lab: Lab) -> None:
    unit = lab.one("administrativeUnit", "Site - London HQ").id
    role = lab.one("directoryRole", "User Administrator")
    user = lab.new_user()
    path = f"/directory/administrativeUnits/{unit}/scopedRoleMembers"

    made = lab.created(path, {"roleId": role.id, "roleMemberInfo": {"id": user["id"]}})

    assert made["roleMemberInfo"] == {"id": user["id"], "displayName": user["displayName"]}
    assert made["id"] in {each["id"] for each in body(lab, "GET", path)["value"]}
    assert body(lab, "GET", f"{path}/{made['id']}")["roleId"] == role.id
    assignment = body(lab, "GET", f"/roleManagement/directory/roleAssignments/{made['id']}")
    assert assignment["directoryScopeId"] == f"/administrativeUnits/{unit}"
    assert not lab.directory.has_link("directoryRole.members", role.id, user["id"])
    assert lab.do("DELETE", f"{path}/{made['id']}").status == 204
    assert lab.refused("DELETE", f"{path}/{made['id']}")[0] == 404


def test_a_group_hands_its_licence_on(lab: Lab) -> None:
    group, user = lab.new_group(), lab.new_user(usageLocation="GB")
    path = f"/groups/{group['id']}"
    reference = {"@odata.id": f"https://graph.microsoft.com/v1.0/users/{user['id']}"}
    lab.do("POST", f"{path}/members/$ref", reference)
    sku = next(iter(lab.directory.of_type("subscribedSku"))).body["skuId"]

    answer = lab.do(
        "POST",
        f"{path}/assignLicense",
        {"addLicenses": [{"skuId": sku, "disabledPlans": []}], "removeLicenses": []},
    )

    assert answer.status == 202
    states = lab.directory.get(user["id"])
    assert states is not None
    (state,) = states.body["licenseAssignmentStates"]
    assert (state["skuId"], state["assignedByGroup"]) == (sku, group["id"])
    lab.do("POST", f"{path}/assignLicense", {"addLicenses": [], "removeLicenses": [sku]})
    after = lab.directory.get(user["id"])
    assert after is not None
    assert after.body["assignedLicenses"] == []


def test_a_missing_list_of_licences_is_named(lab: Lab) -> None:
    user = lab.new_user()
    assert lab.refused("POST", f"/users/{user['id']}/assignLicense", {"addLicenses": []})[2] == (
        "One or more parameters of the operation 'assignLicense' are missing from the request "
        "payload. The missing parameters are: removeLicenses."
    )
