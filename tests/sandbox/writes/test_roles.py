from __future__ import annotations

from typing import Any

from tests.sandbox.writes.conftest import Lab

BAD = "Request_BadRequest"
DEFINITIONS = "/roleManagement/directory/roleDefinitions"
ASSIGNMENTS = "/roleManagement/directory/roleAssignments"
UNITS = "/directory/administrativeUnits"
GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
REPORTS_READER = "4a5d8f65-41da-4de4-8968-e035b65339cf"
CUSTOM: dict[str, Any] = {
    "displayName": "Tag keeper",
    "isEnabled": True,
    "rolePermissions": [
        {"allowedResourceActions": ["microsoft.directory/applications/tag/update"]}
    ],
}


def address(object_id: str) -> dict[str, str]:
    return {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{object_id}"}


def assignment(principal_id: str, role_id: str = REPORTS_READER) -> dict[str, str]:
    return {"principalId": principal_id, "roleDefinitionId": role_id, "directoryScopeId": "/"}


def test_a_custom_role_is_kept_under_its_template_id(lab: Lab) -> None:
    role = lab.created(DEFINITIONS, CUSTOM)
    assert role["templateId"] == role["id"]
    assert role["isBuiltIn"] is False
    path = f"{DEFINITIONS}/{role['id']}"
    assert lab.do("PATCH", path, {"description": "x"}).status == 204
    assert lab.refused("POST", DEFINITIONS, CUSTOM)[:2] == (400, BAD)
    assert lab.do("DELETE", path).status == 204


def test_entra_says_which_roles_are_privileged(lab: Lab) -> None:
    renews = {"allowedResourceActions": ["microsoft.directory/applications/credentials/update"]}
    role = lab.created(DEFINITIONS, CUSTOM)["id"]
    seen = []

    def is_privileged() -> bool:
        record = lab.directory.get(role)
        return record is not None and bool(record.body["isPrivileged"])

    for permissions in ([renews], CUSTOM["rolePermissions"]):
        seen.append(is_privileged())
        lab.do("PATCH", f"{DEFINITIONS}/{role}", {"rolePermissions": permissions})

    assert [*seen, is_privileged()] == [False, True, False]


def test_a_role_is_complete_and_licensed(lab: Lab) -> None:
    assert lab.refused("POST", DEFINITIONS, CUSTOM | {"rolePermissions": []})[2] == (
        "A value is required for property 'rolePermissions' of resource 'RoleDefinition'."
    )
    lab.directory.licences = set()
    assert lab.refused("POST", DEFINITIONS, CUSTOM)[:2] == (403, "AccessDenied")


def test_built_in_roles_are_never_written(lab: Lab) -> None:
    path = f"{DEFINITIONS}/{GLOBAL_ADMINISTRATOR}"
    assert lab.refused("PATCH", path, {"description": "x"})[0] == 400
    assert lab.refused("DELETE", path)[0] == 400


def test_an_assignment_is_made_once(lab: Lab) -> None:
    user = lab.new_user()
    created = lab.created(ASSIGNMENTS, assignment(user["id"]))
    assert lab.directory.audit[-1]["activityDisplayName"] == "Add member to role"
    assert lab.refused("POST", ASSIGNMENTS, assignment(user["id"])) == (
        400,
        BAD,
        (
            "A conflicting object with one or more of the specified property values is present in "
            "the directory."
        ),
    )
    assert lab.refused("PATCH", f"{ASSIGNMENTS}/{created['id']}", {})[0] == 405
    assert lab.do("DELETE", f"{ASSIGNMENTS}/{created['id']}").status == 204
    assert lab.refused("DELETE", f"{ASSIGNMENTS}/{created['id']}")[0] == 404


def test_both_ends_of_an_assignment_exist(lab: Lab) -> None:
    missing = "99999999-0000-0000-0000-000000000000"
    user = lab.new_user()
    assert lab.refused("POST", ASSIGNMENTS, assignment(missing))[0] == 404
    assert lab.refused("POST", ASSIGNMENTS, assignment(user["id"], missing))[0] == 404
    scoped = assignment(user["id"]) | {"directoryScopeId": f"/administrativeUnits/{missing}"}
    assert lab.refused("POST", ASSIGNMENTS, scoped)[0] == 404


def test_only_role_assignable_groups_get_roles(lab: Lab) -> None:
    group = lab.new_group()
    assert lab.refused("POST", ASSIGNMENTS, assignment(group["id"])) == (
        400,
        BAD,
        "Groups without IsAssignableToRole property set cannot be assigned to roles.",
    )


def test_the_last_global_administrator_stays(lab: Lab) -> None:
    held = lab.directory.find_all("unifiedRoleAssignment", "roleDefinitionId", GLOBAL_ADMINISTRATOR)
    for one in held[1:]:
        assert lab.do("DELETE", f"{ASSIGNMENTS}/{one.id}").status == 204
    assert lab.refused("DELETE", f"{ASSIGNMENTS}/{held[0].id}")[:2] == (400, BAD)


def test_an_administrator_does_not_remove_himself(lab: Lab) -> None:
    held = lab.directory.find("unifiedRoleAssignment", "roleDefinitionId", GLOBAL_ADMINISTRATOR)
    assert held is not None
    himself = lab.as_user(held.body["principalId"])
    text = "Removing self from Global Administrator built-in role is not allowed"
    assert himself.refused("DELETE", f"{ASSIGNMENTS}/{held.id}") == (400, BAD, text)


def test_activated_roles_and_assignments_are_one(lab: Lab) -> None:
    user = lab.new_user()
    role = lab.created("/directoryRoles", {"roleTemplateId": REPORTS_READER})
    assert lab.refused("POST", "/directoryRoles", {"roleTemplateId": REPORTS_READER})[0] == 400
    path = f"/directoryRoles/{role['id']}/members"
    assert lab.do("POST", f"{path}/$ref", address(user["id"])).status == 204
    found = lab.directory.find("unifiedRoleAssignment", "principalId", user["id"])
    assert found is not None
    assert found.body["roleDefinitionId"] == REPORTS_READER
    assert user["id"] in lab.directory.targets("directoryRole.members", role["id"])
    assert lab.do("DELETE", f"{path}/{user['id']}/$ref").status == 204
    assert lab.directory.find("unifiedRoleAssignment", "principalId", user["id"]) is None
    assert not lab.directory.targets("directoryRole.members", role["id"])


def test_administrative_units_hold_members_and_come_back_but_are_never_purged(lab: Lab) -> None:
    user = lab.new_user()
    unit = lab.created(UNITS, {"displayName": "North"})
    path = f"{UNITS}/{unit['id']}"
    assert lab.do("POST", f"{path}/members/$ref", address(user["id"])).status == 204
    assert lab.refused("PATCH", path, {"isMemberManagementRestricted": True})[0] == 400
    assert lab.do("PATCH", path, {"description": "x"}).status == 204
    assert lab.do("DELETE", path).status == 204
    assert lab.refused("DELETE", f"/directory/deletedItems/{unit['id']}")[0] == 403
    assert lab.do("POST", f"/directory/deletedItems/{unit['id']}/restore").status == 200
    assert list(lab.directory.targets("administrativeUnit.members", unit["id"])) == [user["id"]]
    assert lab.do("DELETE", f"{path}/members/{user['id']}/$ref").status == 204


def test_a_bin_opens_by_the_permission_for_what_lies_in_it(lab: Lab) -> None:
    group = lab.new_group()
    lab.do("DELETE", f"/groups/{group['id']}")
    path = f"/directory/deletedItems/{group['id']}/restore"
    assert lab.with_roles("User.ReadWrite.All").refused("POST", path)[0] == 403
    assert lab.with_roles("Group.ReadWrite.All").do("POST", path).status == 200


def test_a_deleted_role_waits_in_a_bin_that_beta_shows(lab: Lab) -> None:
    where = "/beta/roleManagement/directory/deletedItems/roleDefinitions"
    role = lab.created(DEFINITIONS, CUSTOM)
    path = f"{DEFINITIONS}/{role['id']}"
    assert lab.do("DELETE", path).status == 204

    assert lab.refused("GET", path)[0] == 404
    listed = lab.do("GET", where).body
    assert isinstance(listed, dict)
    assert [each["id"] for each in listed["value"]] == [role["id"]]
    assert lab.refused("GET", where.replace("beta", "v1.0"))[0] == 400

    restored = lab.do("POST", f"{where}/{role['id']}/restore")
    assert restored.status == 200
    assert lab.do("GET", path).status == 200
    lab.do("DELETE", path)
    assert lab.do("DELETE", f"{where}/{role['id']}").status == 204
    assert lab.refused("GET", f"{where}/{role['id']}")[0] == 404
    assert lab.directory.audit[-1]["activityDisplayName"] == "Hard Delete role definition"
