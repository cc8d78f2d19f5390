from __future__ import annotations

import pytest

from tests.sandbox.writes.conftest import Lab

BAD = "Request_BadRequest"
DENIED = (
    403,
    "Authorization_RequestDenied",
    "Insufficient privileges to complete the operation.",
)


def test_a_new_user_has_what_the_service_sets(lab: Lab) -> None:
    user = lab.new_user(mail=f"robin@{lab.domain}")
    stored = lab.directory.get(user["id"])
    assert stored is not None
    assert stored.body["userType"] == "Member"
    assert stored.body["proxyAddresses"] == [f"SMTP:robin@{lab.domain}"]
    assert stored.body["securityIdentifier"].startswith("S-1-12-1-")
    assert stored.body["identities"][0]["issuerAssignedId"] == f"robin@{lab.domain}"
    assert "password" not in str(user)


def test_the_answer_to_a_creation_names_its_address_and_context(lab: Lab) -> None:
    user = lab.new_user()
    answer = lab.do("GET", f"/users/{user['id']}")
    assert answer.status == 200
    assert user["@odata.context"].endswith("/v1.0/$metadata#users/$entity")


def test_a_password_is_never_shown(lab: Lab) -> None:
    user = lab.new_user()
    answer = lab.do("GET", f"/users/{user['id']}?$select=passwordProfile")
    assert isinstance(answer.body, dict)
    assert answer.body["passwordProfile"]["password"] is None


@pytest.mark.parametrize(
    "name", ["accountEnabled", "displayName", "mailNickname", "userPrincipalName"]
)
def test_each_required_property_is_asked_for(lab: Lab, name: str) -> None:
    body = {
        "accountEnabled": True,
        "displayName": "A",
        "mailNickname": "a",
        "userPrincipalName": f"a@{lab.domain}",
        "passwordProfile": {"password": "Blue-Kettle-42"},
    }
    del body[name]
    text = f"A value is required for property '{name}' of resource 'User'."
    assert lab.refused("POST", "/users", body) == (400, BAD, text)


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({"passwordProfile": None}, "A password must be specified to create a new user."),
        (
            {"passwordProfile": {"password": "short"}},
            (
                "The specified password does not comply with password complexity "
                "requirements. Please "
                "provide a different password."
            ),
        ),
        (
            {"userPrincipalName": "a@elsewhere.example"},
            (
                "The domain portion of the userPrincipalName property is invalid. You "
                "must use one of "
                "the verified domain names in your organization."
            ),
        ),
        ({"shoeSize": 42}, "Invalid property 'shoeSize'."),
        ({"passwordProfile": {"passwort": "x"}}, "Invalid property 'passwort'."),
        ({"businessPhones": ["1", "2"]}, "Invalid value specified for property 'businessPhones'"),
        ({"accountEnabled": "yes"}, "Invalid value specified for property 'accountEnabled' of"),
        ({"proxyAddresses": []}, "Property 'proxyAddresses' is read-only and cannot be set."),
        ({"assignedLicenses": []}, "Property 'assignedLicenses' is read-only and cannot be set."),
    ],
)
def test_a_user_that_cannot_be_is_refused(lab: Lab, more: dict[str, object], text: str) -> None:
    body = {
        "accountEnabled": True,
        "displayName": "A",
        "mailNickname": "a",
        "userPrincipalName": f"a@{lab.domain}",
        "passwordProfile": {"password": "Blue-Kettle-42"},
    }
    status, code, message = lab.refused("POST", "/users", body | more)
    assert (status, code) == (400, BAD)
    assert message.startswith(text)


def test_a_principal_name_is_unique_whatever_its_case(lab: Lab) -> None:
    lab.new_user("robin")
    other = lab.new_user("wren")
    status, code, message = lab.refused(
        "PATCH", f"/users/{other['id']}", {"userPrincipalName": f"ROBIN@{lab.domain}"}
    )
    assert (status, code) == (400, BAD)
    assert message == (
        "Another object with the same value for property userPrincipalName already exists."
    )


def test_an_address_belongs_to_one_object(lab: Lab) -> None:
    lab.new_user("robin", mail=f"shared@{lab.domain}")
    other = lab.new_user("wren")
    _, _, message = lab.refused("PATCH", f"/users/{other['id']}", {"mail": f"shared@{lab.domain}"})
    assert "property proxyAddresses already exists" in message


def test_an_update_changes_and_clears_and_is_found_by_principal_name(lab: Lab) -> None:
    user = lab.new_user(department="Sales", jobTitle="Buyer")
    path = f"/users/robin@{lab.domain}"
    answer = lab.do("PATCH", path, {"department": "Legal", "jobTitle": None})
    assert (answer.status, answer.body) == (204, None)
    stored = lab.directory.get(user["id"])
    assert stored is not None
    assert stored.body["department"] == "Legal"
    assert "jobTitle" not in stored.body


def test_mail_cannot_be_cleared(lab: Lab) -> None:
    user = lab.new_user(mail=f"robin@{lab.domain}")
    status, _, _ = lab.refused("PATCH", f"/users/{user['id']}", {"mail": None})
    assert status == 400


def test_an_unknown_user_is_404(lab: Lab) -> None:
    missing = "99999999-0000-0000-0000-000000000000"
    assert lab.refused("PATCH", f"/users/{missing}", {"department": "x"}) == (
        404,
        "Request_ResourceNotFound",
        (
            f"Resource '{missing}' does not exist or one of its queried "
            "reference-property objects are "
            "not present."
        ),
    )


def test_a_synced_user_is_changed_on_premises(lab: Lab) -> None:
    synced = next(u for u in lab.directory.of_type("user") if u.body.get("onPremisesSyncEnabled"))
    path = f"/users/{synced.id}"
    for body in (
        {"department": "x"},
        {"onPremisesExtensionAttributes": {"extensionAttribute2": "x"}},
    ):
        status, code, message = lab.refused("PATCH", path, body)
        assert (status, code) == (400, BAD)
        assert message.startswith(
            "Unable to update the specified properties for on-premises mastered Directory Sync"
        )
    assert lab.do("PATCH", path, {"usageLocation": "GB"}).status == 204


def test_sensitive_properties_of_administrators_need_a_directory_role(lab: Lab) -> None:
    administrator = lab.directory.find(
        "unifiedRoleAssignment", "roleDefinitionId", "62e90394-69f5-4237-9190-012177145e10"
    )
    assert administrator is not None
    path = f"/users/{administrator.body['principalId']}"
    assert lab.refused("PATCH", path, {"accountEnabled": False}) == DENIED
    assert lab.refused("DELETE", path) == DENIED
    assert lab.do("PATCH", path, {"jobTitle": "Chief"}).status == 204


def test_a_password_needs_a_directory_role(lab: Lab) -> None:
    user = lab.new_user()
    body = {"passwordProfile": {"password": "Green-Kettle-43"}}
    assert lab.refused("PATCH", f"/users/{user['id']}", body) == DENIED
    lab.created(
        "/roleManagement/directory/roleAssignments",
        {
            "principalId": _principal_of_lab(lab),
            "roleDefinitionId": "fe930be7-5e62-47db-91af-98c3a49a38b1",
            "directoryScopeId": "/",
        },
    )
    assert lab.do("PATCH", f"/users/{user['id']}", body).status == 204


def _principal_of_lab(lab: Lab) -> str:
    lab.directory.add(
        "servicePrincipal",
        {"appId": lab.caller.app_id, "displayName": "Lab"},
        object_id=lab.caller.service_principal_id,
    )
    return lab.caller.service_principal_id


def test_some_properties_are_not_for_applications(lab: Lab) -> None:
    user = lab.new_user()
    body = {"employeeHireDate": "2026-01-01T00:00:00Z"}
    assert lab.refused("PATCH", f"/users/{user['id']}", body) == DENIED


def test_properties_kept_elsewhere_travel_alone(lab: Lab) -> None:
    user = lab.new_user()
    himself = lab.as_user(user["id"])
    path = f"/users/{user['id']}"
    assert himself.refused("PATCH", path, {"aboutMe": "x", "department": "y"})[0] == 400
    assert himself.do("PATCH", path, {"aboutMe": "x"}).status == 204


def test_a_granular_permission_reaches_its_property_only(lab: Lab) -> None:
    user = lab.new_user()
    narrow = lab.with_roles("User.EnableDisableAccount.All")
    path = f"/users/{user['id']}"
    assert narrow.refused("PATCH", path, {"department": "x"}) == DENIED
    assert narrow.do("PATCH", path, {"accountEnabled": False}).status == 204


def test_without_the_permission_nothing_happens(lab: Lab) -> None:
    user = lab.new_user()
    reader = lab.with_roles("User.Read.All")
    assert reader.refused("PATCH", f"/users/{user['id']}", {"department": "x"}) == DENIED
    assert reader.refused("DELETE", f"/users/{user['id']}") == DENIED


def test_a_deleted_user_comes_back_with_links(lab: Lab) -> None:
    chief, user = lab.new_user("chief"), lab.new_user("robin")
    group = lab.new_group()
    address = f"https://graph.microsoft.com/v1.0/users/{chief['id']}"
    assert lab.do("PUT", f"/users/{user['id']}/manager/$ref", {"@odata.id": address}).status == 204
    lab.directory.link("group.members", group["id"], user["id"])
    assert lab.do("DELETE", f"/users/{user['id']}").status == 204
    assert lab.refused("GET", f"/users/{user['id']}")[0] == 404
    answer = lab.do("POST", f"/directory/deletedItems/{user['id']}/restore")
    assert isinstance(answer.body, dict)
    assert (answer.status, answer.body["@odata.type"]) == (200, "#microsoft.graph.user")
    assert list(lab.directory.targets("user.manager", user["id"])) == [chief["id"]]
    assert user["id"] in lab.directory.targets("group.members", group["id"])


def test_a_restore_collides_with_a_name_taken_meanwhile(lab: Lab) -> None:
    user = lab.new_user("robin")
    lab.do("DELETE", f"/users/{user['id']}")
    lab.new_user("robin")
    path = f"/directory/deletedItems/{user['id']}/restore"
    status, _, message = lab.refused("POST", path)
    assert status == 400
    assert "property userPrincipalName already exists" in message
    body = {"newUserPrincipalName": f"robin2@{lab.domain}"}
    assert lab.do("POST", path, body).status == 200


def test_a_permanent_delete_is_final(lab: Lab) -> None:
    user = lab.new_user()
    lab.do("DELETE", f"/users/{user['id']}")
    assert lab.do("DELETE", f"/directory/deletedItems/{user['id']}").status == 204
    assert lab.refused("POST", f"/directory/deletedItems/{user['id']}/restore")[0] == 404


def test_a_manager_is_replaced_and_removed(lab: Lab) -> None:
    first, second, user = lab.new_user("first"), lab.new_user("second"), lab.new_user("robin")
    path = f"/users/{user['id']}/manager/$ref"
    for manager in (first, second):
        body = {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{manager['id']}"}
        assert lab.do("PUT", path, body).status == 204
    assert list(lab.directory.targets("user.manager", user["id"])) == [second["id"]]
    assert lab.do("DELETE", path).status == 204
    assert lab.refused("DELETE", path)[0] == 404


def test_licences_need_a_place_and_a_seat(lab: Lab) -> None:
    user = lab.new_user()
    sku = next(lab.directory.of_type("subscribedSku"))
    body = {"addLicenses": [{"skuId": sku.body["skuId"]}], "removeLicenses": []}
    path = f"/users/{user['id']}/assignLicense"
    assert lab.refused("POST", path, body)[2] == (
        "License assignment cannot be done for user with invalid usage location."
    )
    lab.do("PATCH", f"/users/{user['id']}", {"usageLocation": "GB"})
    used = sku.body["consumedUnits"]
    assert lab.do("POST", path, body).status == 200
    after = lab.directory.get(sku.id)
    assert after is not None
    assert after.body["consumedUnits"] == used + 1
    lab.directory.change(sku.id, {"consumedUnits": sku.body["prepaidUnits"]["enabled"]})
    other = lab.new_user("wren", usageLocation="GB")
    message = lab.refused("POST", f"/users/{other['id']}/assignLicense", body)[2]
    assert "does not have any available licenses" in message


def test_an_invitation_makes_a_guest_who_waits(lab: Lab) -> None:
    body = {
        "invitedUserEmailAddress": "guest@partner.example",
        "inviteRedirectUrl": "https://portal.example",
    }
    invitation = lab.created("/invitations", body)
    guest = lab.directory.get(invitation["invitedUser"]["id"])
    assert guest is not None
    assert guest.body["externalUserState"] == "PendingAcceptance"
    assert guest.body["userType"] == "Guest"
    assert "#EXT#@" in guest.body["userPrincipalName"]


def test_a_record_tells_who_changed_what(lab: Lab) -> None:
    user = lab.new_user(city="York")
    lab.do("PATCH", f"/users/{user['id']}", {"city": "Leeds"}, client_request_id="abc")
    entry = lab.directory.audit[-1]
    assert entry["activityDisplayName"] == "Update user"
    assert (entry["category"], entry["operationType"]) == ("UserManagement", "Update")
    assert entry["correlationId"] == "abc"
    assert entry["initiatedBy"]["app"]["appId"] == lab.caller.app_id
    (target,) = entry["targetResources"]
    assert (target["id"], target["type"]) == (user["id"], "User")
    assert target["modifiedProperties"][0] == {
        "displayName": "City",
        "oldValue": '["York"]',
        "newValue": '["Leeds"]',
    }


def test_the_record_of_a_signed_in_user_names_him(lab: Lab) -> None:
    user = lab.new_user()
    lab.as_user(user["id"]).do("PATCH", f"/users/{user['id']}", {"city": "York"})
    entry = lab.directory.audit[-1]
    assert entry["initiatedBy"]["app"] is None
    assert entry["initiatedBy"]["user"]["userPrincipalName"] == f"robin@{lab.domain}"
