from __future__ import annotations

import pytest

from tests.sandbox.writes.conftest import Lab

BAD = "Request_BadRequest"
DENIED = (
    403,
    "Authorization_RequestDenied",
    "Insufficient privileges to complete the operation.",
)
SECURITY = {"displayName": "g", "mailEnabled": False, "mailNickname": "g", "securityEnabled": True}
UNIFIED = {
    "displayName": "team",
    "groupTypes": ["Unified"],
    "mailEnabled": True,
    "mailNickname": "team",
    "securityEnabled": False,
}
DYNAMIC = SECURITY | {
    "groupTypes": ["DynamicMembership"],
    "membershipRule": '(user.department -eq "Glass")',
    "membershipRuleProcessingState": "On",
}


def ref(object_id: str) -> dict[str, str]:
    return {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{object_id}"}


def address(object_id: str) -> str:
    return ref(object_id)["@odata.id"]


def test_a_microsoft_365_group_gets_its_address(lab: Lab) -> None:
    group = lab.created("/groups", UNIFIED)
    assert group["mail"] == f"team@{lab.domain}"
    assert group["proxyAddresses"] == [f"SMTP:team@{lab.domain}"]
    assert group["visibility"] == "Public"
    assert group["renewedDateTime"] == group["createdDateTime"]


@pytest.mark.parametrize("name", sorted(SECURITY))
def test_each_required_property_is_asked_for(lab: Lab, name: str) -> None:
    body = {key: value for key, value in SECURITY.items() if key != name}
    text = f"A value is required for property '{name}' of resource 'Group'."
    assert lab.refused("POST", "/groups", body) == (400, BAD, text)


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({"mailEnabled": True}, "Cannot Create a mail-enabled security groups and or distribution"),
        (
            {"groupTypes": ["DynamicMembership"]},
            "A value is required for property 'membershipRule'",
        ),
        (
            {"groupTypes": ["DynamicMembership"], "membershipRule": "(user.x -nearly 1"},
            "Invalid membership rule.",
        ),
        ({"id": "x"}, "Property 'id' is read-only and cannot be set."),
        ({"mail": "x@y.z"}, "Property 'mail' is read-only and cannot be set."),
        ({"colour": "red"}, "Invalid property 'colour'."),
    ],
)
def test_a_group_that_cannot_be_is_refused(lab: Lab, more: dict[str, object], text: str) -> None:
    status, code, message = lab.refused("POST", "/groups", SECURITY | more)
    assert (status, code) == (400, BAD)
    assert message.startswith(text)


def test_what_exchange_keeps_is_for_signed_in_users_alone_and_each_by_itself(lab: Lab) -> None:
    group = lab.created("/groups", UNIFIED)
    user = lab.new_user()
    path = f"/groups/{group['id']}"
    assert lab.refused("PATCH", path, {"hideFromAddressLists": True}) == DENIED
    person = lab.as_user(user["id"])
    both = {"hideFromAddressLists": True, "allowExternalSenders": True}
    assert person.refused("PATCH", path, both)[0] == 400
    assert person.refused("POST", "/groups", UNIFIED | both)[0] == 403
    assert person.do("PATCH", path, {"hideFromAddressLists": True}).status == 204


def test_a_nickname_is_unique_among_mail_groups_only(lab: Lab) -> None:
    lab.created("/groups", UNIFIED)
    text = "Another object with the same value for property mailNickname already exists."
    assert lab.refused("POST", "/groups", UNIFIED) == (400, BAD, text)
    lab.created("/groups", SECURITY)
    lab.created("/groups", SECURITY)


def test_what_a_group_is_it_stays(lab: Lab) -> None:
    group = lab.created("/groups", SECURITY)
    path = f"/groups/{group['id']}"
    for body in (
        {"isAssignableToRole": True},
        {"uniqueName": "x"},
        {"groupTypes": ["Unified"]},
        {"mailEnabled": True},
        {"visibility": "HiddenMembership"},
    ):
        assert lab.refused("PATCH", path, body)[:2] == (400, BAD)


def test_members_are_added_once_and_removed_once(lab: Lab) -> None:
    user, group = lab.new_user(), lab.new_group()
    path = f"/groups/{group['id']}/members"
    assert lab.do("POST", f"{path}/$ref", ref(user["id"])).status == 204
    assert lab.refused("POST", f"{path}/$ref", ref(user["id"])) == (
        400,
        BAD,
        (
            "One or more added object references already exist for the following "
            "modified properties: "
            "'members'."
        ),
    )
    assert lab.do("DELETE", f"{path}/{user['id']}/$ref").status == 204
    assert lab.refused("DELETE", f"{path}/{user['id']}/$ref") == (
        404,
        "Request_ResourceNotFound",
        (
            "One or more removed object references do not exist for the following "
            "modified properties: "
            "'members'."
        ),
    )


def test_twenty_members_fit_into_one_patch_and_no_more(lab: Lab) -> None:
    group = lab.new_group()
    users = [u.id for u in lab.directory.of_type("user")][:21]
    path = f"/groups/{group['id']}"
    many = {"members@odata.bind": [address(one) for one in users]}
    assert lab.refused("PATCH", path, many)[:2] == (400, BAD)
    fit = {"members@odata.bind": [address(one) for one in users[:20]]}
    assert lab.do("PATCH", path, fit).status == 204
    assert len(lab.directory.targets("group.members", group["id"])) == 20


def test_one_bad_reference_stops_all_of_them(lab: Lab) -> None:
    user, group = lab.new_user(), lab.new_group()
    gone = "99999999-0000-0000-0000-000000000000"
    body = {"members@odata.bind": [address(user["id"]), address(gone)]}
    assert lab.refused("PATCH", f"/groups/{group['id']}", body)[0] == 404
    assert not lab.directory.targets("group.members", group["id"])


def test_a_reference_needs_its_address(lab: Lab) -> None:
    group = lab.new_group()
    path = f"/groups/{group['id']}/members/$ref"
    assert lab.refused("POST", path, {"id": "x"}) == (
        400,
        "BadRequest",
        "The request body must contain required property, '@odata.id'.",
    )
    assert lab.refused("POST", path, {"@odata.id": "https://x.example/shoes/1"})[:2] == (400, BAD)


def test_the_last_owner_stays(lab: Lab) -> None:
    first, second, group = lab.new_user("first"), lab.new_user("second"), lab.new_group()
    path = f"/groups/{group['id']}/owners"
    lab.do("POST", f"{path}/$ref", ref(first["id"]))
    text = "The group must have at least one owner, hence this owner cannot be removed."
    assert lab.refused("DELETE", f"{path}/{first['id']}/$ref") == (400, BAD, text)
    application = next(lab.directory.of_type("servicePrincipal"))
    lab.do("POST", f"{path}/$ref", ref(application.id))
    assert lab.refused("DELETE", f"{path}/{first['id']}/$ref") == (400, BAD, text)
    lab.do("POST", f"{path}/$ref", ref(second["id"]))
    assert lab.do("DELETE", f"{path}/{first['id']}/$ref").status == 204


def test_a_signed_in_creator_owns_his_group(lab: Lab) -> None:
    user = lab.new_user()
    group = lab.as_user(user["id"]).created("/groups", SECURITY)
    assert list(lab.directory.targets("group.owners", group["id"])) == [user["id"]]


def test_members_of_a_dynamic_group_follow_its_rule(lab: Lab) -> None:
    user = lab.new_user(department="Glass")
    group = lab.created("/groups", DYNAMIC)
    assert list(lab.directory.targets("group.members", group["id"])) == [user["id"]]
    lab.do("PATCH", f"/users/{user['id']}", {"department": "Steel"})
    entry = lab.directory.audit[-1]
    assert entry["activityDisplayName"] == "Remove member from group"
    assert entry["initiatedBy"]["app"]["displayName"] == "Microsoft Approval Management"
    assert not lab.directory.targets("group.members", group["id"])
    assert lab.refused("POST", f"/groups/{group['id']}/members/$ref", ref(user["id"])) == DENIED
    assert lab.refused(
        "POST", "/groups", DYNAMIC | {"members@odata.bind": [address(user["id"])]}
    ) == (DENIED)


def test_groups_of_exchange_and_of_the_sync_are_read_only(lab: Lab) -> None:
    user = lab.new_user()
    for name, text in (
        ("Announcements", "Cannot Update a mail-enabled security groups and or distribution list."),
        ("GG-Finance-Share", "Unable to update the specified properties for on-premises mastered"),
    ):
        group = lab.one("group", name)
        for method, path, body in (
            ("PATCH", f"/groups/{group.id}", {"description": "x"}),
            ("POST", f"/groups/{group.id}/members/$ref", ref(user["id"])),
        ):
            status, code, message = lab.refused(method, path, body)
            assert (status, code) == (400, BAD)
            assert message.startswith(text)


def test_a_role_assignable_group_has_rules_of_its_own(lab: Lab) -> None:
    body = SECURITY | {"isAssignableToRole": True}
    narrow = lab.with_roles("Group.ReadWrite.All", "GroupMember.ReadWrite.All")
    assert narrow.refused("POST", "/groups", body) == DENIED
    for more in (
        {"securityEnabled": False, "groupTypes": ["Unified"], "mailEnabled": True},
        {"visibility": "Public"},
        {"groupTypes": ["DynamicMembership"], "membershipRule": "user.city -eq null"},
    ):
        assert lab.refused("POST", "/groups", body | more)[:2] == (400, BAD)
    group = lab.created("/groups", body)
    assert group["visibility"] == "Private"
    user = lab.new_user()
    path = f"/groups/{group['id']}"
    assert narrow.refused("POST", f"{path}/members/$ref", ref(user["id"])) == DENIED
    assert narrow.refused("PATCH", path, {"description": "x"}) == DENIED
    assert narrow.refused("DELETE", path) == DENIED
    inner = lab.created("/groups", SECURITY)
    assert lab.refused("POST", f"{path}/members/$ref", ref(inner["id"]))[0] == 400
    assert lab.do("POST", f"{path}/members/$ref", ref(user["id"])).status == 204


def test_microsoft_365_groups_take_users_only(lab: Lab) -> None:
    group, inner = lab.created("/groups", UNIFIED), lab.created("/groups", SECURITY)
    assert lab.refused("POST", f"/groups/{group['id']}/members/$ref", ref(inner["id"]))[0] == 400
    assert lab.refused("POST", f"/groups/{inner['id']}/members/$ref", ref(group["id"]))[0] == 400


def test_cloud_groups_are_kept_and_distribution_lists_are_not(lab: Lab) -> None:
    group = lab.new_group()
    lab.do("DELETE", f"/groups/{group['id']}")
    assert lab.directory.get_deleted(group["id"]) is not None
    list_id = lab.one("group", "Announcements").id
    assert lab.do("DELETE", f"/groups/{list_id}").status == 204
    assert lab.directory.get_deleted(list_id) is None
    assert lab.directory.audit[-1]["activityDisplayName"] == "Delete group"


def test_an_upsert_by_unique_name_creates_then_updates(lab: Lab) -> None:
    path = "/groups(uniqueName='crew-one')"
    assert lab.refused("PATCH", path, SECURITY)[0] == 404
    answer = lab.do("PATCH", path, SECURITY, prefer="create-if-missing")
    assert answer.status == 201
    assert lab.do("PATCH", path, {"description": "x"}, prefer="create-if-missing").status == 204
    found = lab.directory.find("group", "uniqueName", "crew-one")
    assert found is not None
    assert found.body["description"] == "x"


def test_a_membership_leaves_a_record_with_both_ends(lab: Lab) -> None:
    user, group = lab.new_user(), lab.new_group()
    lab.do("POST", f"/groups/{group['id']}/members/$ref", ref(user["id"]))
    entry = lab.directory.audit[-1]
    assert entry["activityDisplayName"] == "Add member to group"
    assert entry["operationType"] == "Assign"
    assert [target["id"] for target in entry["targetResources"]] == [user["id"], group["id"]]
    assert entry["targetResources"][0]["modifiedProperties"][0] == {
        "displayName": "Group.ObjectID",
        "oldValue": None,
        "newValue": f'"{group["id"]}"',
    }


def test_features_need_their_licence(lab: Lab) -> None:
    lab.directory.licences = set()
    text = (
        "Your tenant is not licensed for this feature. Please upgrade your subscription to access "
        "it."
    )
    assert lab.refused("POST", "/groups", DYNAMIC) == (403, "AccessDenied", text)
    assert lab.refused("POST", "/groups", SECURITY | {"isAssignableToRole": True})[0] == 403


def test_a_new_object_cannot_be_referred_to_while_replicas_lag(lab: Lab) -> None:
    group = lab.new_group()
    lab.world.clock.advance(600)
    lab.world.weather.lag = 60
    lab.do("GET", "/users")
    user = lab.new_user()
    path = f"/groups/{group['id']}/members/$ref"
    assert lab.refused("POST", path, ref(user["id"]))[:2] == (404, "Request_ResourceNotFound")
    assert lab.refused("PATCH", f"/users/{user['id']}", {"city": "x"})[0] == 404
    lab.world.clock.advance(61)
    assert lab.do("POST", path, ref(user["id"])).status == 204
