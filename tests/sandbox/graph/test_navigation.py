"""Members, owners, managers, assignments, grants, children, expansion."""

from apps.sandbox.state.directory import Directory

from .client import EVENTUAL, GraphClient
from .conftest import add_application, add_group, add_user


def ids(page: dict[str, list[dict[str, str]]]) -> list[str]:
    return [found["id"] for found in page["value"]]


def test_members_say_what_they_are(graph: GraphClient, directory: Directory) -> None:
    alice, inner = add_user(directory, "Alice"), add_group(directory, "Inner")
    outer = add_group(directory, "Outer", (alice, inner))

    page = graph.get(f"/groups/{outer}/members?$select=id")

    assert page["@odata.context"].endswith("$metadata#directoryObjects(id)")
    assert page["value"] == [
        {"@odata.type": "#microsoft.graph.user", "id": alice},
        {"@odata.type": "#microsoft.graph.group", "id": inner},
    ]


def test_v1_leaves_service_principals_out_of_members_and_beta_does_not(
    graph: GraphClient, directory: Directory
) -> None:
    alice = add_user(directory, "Alice")
    _application, principal = add_application(directory, "App")
    group = add_group(directory, "Staff", (alice, principal))

    assert ids(graph.get(f"/groups/{group}/members")) == [alice]
    assert ids(graph.get(f"/groups/{group}/members", version="beta")) == [alice, principal]
    expanded = graph.get(f"/groups/{group}?$expand=members")["members"]
    assert [member["id"] for member in expanded] == [alice, principal]


def test_members_are_cast_counted_and_referred_to(graph: GraphClient, directory: Directory) -> None:
    alice, inner = add_user(directory, "Alice"), add_group(directory, "Inner")
    outer = add_group(directory, "Outer", (alice, inner))
    path = f"/groups/{outer}/members"

    assert ids(graph.get(f"{path}/microsoft.graph.user")) == [alice]
    assert ids(graph.get(f"{path}/graph.group?$select=id")) == [inner]
    assert graph.send("GET", f"{path}/$count", headers=EVENTUAL).body == b"2"
    assert graph.send("GET", f"{path}/graph.user/$count", headers=EVENTUAL).body == b"1"
    assert graph.error(f"{path}/$count")[2] == "$count is not currently supported."
    assert graph.get(f"{path}/$ref")["value"][0] == {
        "@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{alice}"
    }


def test_membership_is_followed_up_and_down(graph: GraphClient, directory: Directory) -> None:
    alice = add_user(directory, "Alice")
    inner = add_group(directory, "Inner", (alice,))
    outer = add_group(directory, "Outer", (inner,))
    directory.link("group.members", inner, outer)

    assert ids(graph.get(f"/users/{alice}/memberOf")) == [inner]
    assert ids(graph.get(f"/users/{alice}/transitiveMemberOf")) == [inner, outer]
    assert ids(graph.get(f"/groups/{outer}/transitiveMembers")) == [inner, alice]
    body = {"groupIds": [outer, "00000000-1111-2222-3333-444444444444"]}
    checked = graph.send("POST", f"/users/{alice}/checkMemberGroups", body)
    assert checked.body["value"] == [outer]


def test_role_assignments_make_members_of_activated_roles(
    graph: GraphClient, directory: Directory
) -> None:
    alice = add_user(directory, "Alice")
    template = "62e90394-69f5-4237-9190-012177145e10"
    body = {"displayName": "Global Administrator", "roleTemplateId": template}
    role = directory.add("directoryRole", body)
    directory.add("unifiedRoleDefinition", {"isBuiltIn": True}, object_id=template)
    directory.add(
        "unifiedRoleAssignment",
        {"principalId": alice, "roleDefinitionId": template, "directoryScopeId": "/"},
    )

    assert ids(graph.get(f"/directoryRoles(roleTemplateId='{template}')/members")) == [alice]
    assert ids(graph.get(f"/users/{alice}/memberOf")) == [role]
    assert ids(graph.get("/directoryRoleTemplates")) == [template]
    assignments = graph.get(
        f"/roleManagement/directory/roleAssignments?$filter=principalId eq '{alice}'"
        "&$expand=principal($select=id)"
    )
    assert assignments["value"][0]["principal"]["id"] == alice


def test_a_manager_is_one_object_or_not_found(graph: GraphClient, directory: Directory) -> None:
    alice, bob = add_user(directory, "Alice"), add_user(directory, "Bob")
    directory.link("user.manager", bob, alice)

    assert graph.get(f"/users/{bob}/manager?$select=displayName")["displayName"] == "Alice"
    assert graph.get(f"/users/{bob}/manager/$ref")["@odata.id"].endswith(alice)
    assert ids(graph.get(f"/users/{alice}/directReports")) == [bob]
    assert graph.error(f"/users/{alice}/manager")[:2] == (404, "Request_ResourceNotFound")
    shown = graph.get(f"/users/{bob}?$select=id&$expand=manager($select=id)")
    assert shown["manager"] == {"@odata.type": "#microsoft.graph.user", "id": alice}
    assert "manager" not in graph.get(f"/users/{alice}?$expand=manager")


def test_expansion_stops_at_twenty_without_a_link(graph: GraphClient, directory: Directory) -> None:
    members = tuple(add_user(directory, f"User{number}") for number in range(25))
    group = add_group(directory, "Staff", members)

    shown = graph.get(f"/groups/{group}?$expand=members($select=id)")

    assert len(shown["members"]) == 20
    assert not [name for name in shown if "members@" in name]
    assert len(graph.values(f"/groups/{group}/members?$top=10")) == 25


def test_one_relationship_can_be_expanded(graph: GraphClient) -> None:
    assert graph.error("/groups?$expand=members,owners")[0] == 400
    assert "named 'unicorns'" in graph.error("/groups?$expand=unicorns")[2]


def test_assignments_are_seen_from_both_ends(graph: GraphClient, directory: Directory) -> None:
    alice = add_user(directory, "Alice")
    _app, resource = add_application(directory, "Resource")
    assignment = directory.add(
        "appRoleAssignment",
        {"principalId": alice, "resourceId": resource, "appRoleId": "0" * 8},
        object_id="x_-Assignment",
    )

    for path in (
        f"/users/{alice}/appRoleAssignments",
        f"/servicePrincipals/{resource}/appRoleAssignedTo",
    ):
        assert ids(graph.get(path)) == [assignment]
        assert graph.get(f"{path}/{assignment}")["principalId"] == alice
    assert ids(graph.get(f"/servicePrincipals/{resource}/appRoleAssignments")) == []


def test_grants_are_seen_from_user_and_client(graph: GraphClient, directory: Directory) -> None:
    alice = add_user(directory, "Alice")
    _app, client = add_application(directory, "Client")
    grant = directory.add(
        "oauth2PermissionGrant",
        {"clientId": client, "principalId": alice, "consentType": "Principal", "scope": "a b"},
    )

    for path in (
        f"/users/{alice}/oauth2PermissionGrants",
        f"/servicePrincipals/{client}/oauth2PermissionGrants",
        f"/oauth2PermissionGrants?$filter=clientId eq '{client}'",
    ):
        assert ids(graph.get(path)) == [grant]
    assert "startTime" not in graph.get(f"/oauth2PermissionGrants/{grant}")
    assert "startTime" in graph.get(f"/oauth2PermissionGrants/{grant}", version="beta")


def test_federated_credentials_are_children_with_a_name(
    graph: GraphClient, directory: Directory
) -> None:
    application, _principal = add_application(directory, "App")
    other, _other = add_application(directory, "Other")
    child = directory.add(
        "federatedIdentityCredential", {"name": "ci", "issuer": "i", "subject": "s"}
    )
    directory.link("application.federatedIdentityCredentials", application, child)
    path = f"/applications/{application}/federatedIdentityCredentials"

    assert ids(graph.get(path)) == [child]
    assert graph.get(f"{path}/{child}")["name"] == "ci"
    assert graph.get(f"{path}(name='ci')")["id"] == child
    assert graph.error(f"/applications/{other}/federatedIdentityCredentials/{child}")[0] == 404


def test_licence_details_name_the_sku_and_leave_out_disabled_plans(
    graph: GraphClient, directory: Directory
) -> None:
    plans = [{"servicePlanId": "p1"}, {"servicePlanId": "p2"}]
    directory.add("subscribedSku", {"skuId": "s", "skuPartNumber": "SPE_E5", "servicePlans": plans})
    alice = add_user(directory, "Alice", assignedLicenses=[{"skuId": "s", "disabledPlans": ["p2"]}])

    found = graph.get(f"/users/{alice}/licenseDetails")["value"][0]

    assert found["skuPartNumber"] == "SPE_E5"
    assert found["servicePlans"] == [{"servicePlanId": "p1"}]
