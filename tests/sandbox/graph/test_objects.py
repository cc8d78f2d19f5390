"""Single objects, alternate keys, errors, permissions and costs."""

from uuid import UUID

import pytest

from apps.sandbox.graph.context import Caller
from apps.sandbox.state.directory import Directory
from apps.sandbox.state.world import World

from .client import GraphClient
from .conftest import add_application, add_group, add_user


def test_a_user_is_found_by_id_by_name_and_in_brackets(
    graph: GraphClient, directory: Directory
) -> None:
    alice = add_user(directory, "Alice")

    for path in (
        f"/users/{alice}",
        "/users/ALICE@contoso.com",
        f"/users('{alice}')",
        f"/users/{alice.upper()}",
        f"/users/{alice}/microsoft.graph.user",
    ):
        assert graph.get(path)["id"] == alice
    context = graph.get(f"/users/{alice}")["@odata.context"]
    assert context == "https://graph.microsoft.com/v1.0/$metadata#users/$entity"


def test_alternate_keys(graph: GraphClient, directory: Directory) -> None:
    application, principal = add_application(directory, "App")
    app_id = graph.get(f"/applications/{application}")["appId"]
    group = directory.add("group", {"displayName": "G", "uniqueName": "o'neil"})

    assert graph.get(f"/applications(appId='{app_id}')")["id"] == application
    assert graph.get(f"/servicePrincipals(appId='{app_id}')")["id"] == principal
    assert graph.get(f"/servicePrincipals(appId='{app_id}')/owners")["value"] == []
    assert graph.get("/groups(uniqueName='o''neil')")["id"] == group
    assert graph.error(f"/groups(appId='{app_id}')")[0] == 400


def test_an_unknown_id_is_not_found_in_graphs_words(graph: GraphClient) -> None:
    unknown = "00000000-1111-2222-3333-444444444444"

    assert graph.error(f"/users/{unknown}") == (
        404,
        "Request_ResourceNotFound",
        (
            f"Resource '{unknown}' does not exist or one of its queried reference-property objects"
            " are not present."
        ),
    )


def test_an_object_of_another_type_is_not_found(graph: GraphClient, directory: Directory) -> None:
    group = add_group(directory, "Staff")

    assert graph.error(f"/users/{group}")[0] == 404
    assert graph.get(f"/directoryObjects/{group}")["@odata.type"] == "#microsoft.graph.group"


def test_errors_come_in_graphs_envelope(graph: GraphClient) -> None:
    given = graph.send("GET", "/users/x", headers={"client-request-id": "abc"})

    assert isinstance(given.body, dict)
    inner = given.body["error"]["innerError"]
    assert inner["date"] == "2026-09-01T08:00:00"
    assert inner["client-request-id"] == "abc"
    assert str(UUID(inner["request-id"])) == given.headers["request-id"]


def test_unknown_segments_are_named(graph: GraphClient, directory: Directory) -> None:
    alice = add_user(directory, "Alice")

    for path in ("/unicorns", f"/users/{alice}/unicorns"):
        assert graph.error(path) == (
            400,
            "BadRequest",
            "Resource not found for the segment 'unicorns'.",
        )


def test_a_known_path_with_an_unknown_method_is_405(graph: GraphClient) -> None:
    assert graph.error("/users/delta", method="PUT")[0] == 405


def test_without_permission_nothing_is_shown(graph: GraphClient, directory: Directory) -> None:
    add_user(directory, "Alice")
    graph.caller = Caller("app", roles=frozenset({"Group.Read.All"}))

    assert graph.error("/users") == (
        403,
        "Authorization_RequestDenied",
        "Insufficient privileges to complete the operation.",
    )
    assert graph.error("/identity/conditionalAccess/policies")[:2] == (403, "AccessDenied")


@pytest.mark.parametrize(
    ("permission", "path"),
    [
        ("User.ReadBasic.All", "/users"),
        ("User.ReadWrite.All", "/users/delta"),
        ("GroupMember.Read.All", "/groups"),
        ("Application.ReadWrite.OwnedBy", "/applications"),
        ("DelegatedPermissionGrant.ReadWrite.All", "/oauth2PermissionGrants"),
        ("Policy.Read.All", "/identity/conditionalAccess/policies"),
        ("Policy.Read.All", "/identity/conditionalAccess/deletedItems/policies"),
        ("Policy.Read.AuthenticationMethod", "/policies/authenticationStrengthPolicies"),
        ("RoleManagement.Read.Directory", "/roleManagement/directory/roleAssignments"),
        ("AuditLog.Read.All", "/auditLogs/directoryAudits"),
        ("Organization.Read.All", "/organization"),
        ("Domain.Read.All", "/domains"),
        ("LicenseAssignment.Read.All", "/subscribedSkus"),
        ("AdministrativeUnit.Read.All", "/directory/administrativeUnits"),
    ],
)
def test_least_permissions_are_enough(graph: GraphClient, permission: str, path: str) -> None:
    graph.caller = Caller("app", roles=frozenset({permission}))
    graph.get(path)

    graph.caller = Caller("app", roles=frozenset())
    assert graph.error(path)[0] == 403


def test_me_is_for_signed_in_users(graph: GraphClient, directory: Directory) -> None:
    alice = add_user(directory, "Alice")
    group = add_group(directory, "Staff", (alice,))

    assert graph.error("/me") == (
        400,
        "BadRequest",
        "/me request is only valid with delegated authentication flow.",
    )
    graph.caller = Caller("app", user_id=alice, scopes=frozenset({"User.Read"}))
    assert graph.get("/me")["id"] == alice
    assert [found["id"] for found in graph.get("/me/memberOf")["value"]] == [group]


@pytest.mark.parametrize(
    ("path", "units"),
    [
        ("/users?$select=id&$top=999", 1),
        ("/users", 2),
        ("/users?$top=5", 1),
        ("/groups/{group}/members", 3),
        ("/groups/{group}/members?$select=id", 2),
        ("/groups/{group}/transitiveMembers?$select=id&$top=5", 3),
        ("/groups?$expand=members", 2),
        ("/subscribedSkus", 3),
        ("/servicePrincipals", 1),
    ],
)
def test_calls_cost_the_documented_resource_units(
    graph: GraphClient, directory: Directory, path: str, units: float
) -> None:
    group = add_group(directory, "Staff")

    graph.get(path.format(group=group))

    assert graph.last.resource_units == units
    assert graph.last.headers["x-ms-resource-unit"] == str(units)
    assert graph.last.is_write is False


def test_get_by_ids_gives_what_exists_and_costs_five(
    graph: GraphClient, directory: Directory
) -> None:
    alice, staff = add_user(directory, "Alice"), add_group(directory, "Staff")
    body = {"ids": [staff, "00000000-1111-2222-3333-444444444444", alice]}

    given = graph.send("POST", "/directoryObjects/getByIds", body)

    assert isinstance(given.body, dict)
    assert [(v["id"], v["@odata.type"]) for v in given.body["value"]] == [
        (staff, "#microsoft.graph.group"),
        (alice, "#microsoft.graph.user"),
    ]
    assert (given.resource_units, given.is_write) == (5, False)
    users_only = graph.send(
        "POST", "/directoryObjects/getByIds?$select=id", {**body, "types": ["user"]}
    )
    assert users_only.body["value"] == [{"@odata.type": "#microsoft.graph.user", "id": alice}]
    assert users_only.resource_units == 2


def test_get_by_ids_takes_a_thousand(graph: GraphClient) -> None:
    ids = [str(UUID(int=number)) for number in range(1_001)]

    assert graph.send("POST", "/directoryObjects/getByIds", {"ids": ids}).status == 400
    assert graph.send("POST", "/directoryObjects/getByIds", {}).status == 400


def test_a_lagging_replica_does_not_know_new_objects(
    graph: GraphClient, directory: Directory, world: World
) -> None:
    world.weather.lag = 30
    graph.get("/users")
    alice = add_user(directory, "Alice")

    assert graph.error(f"/users/{alice}")[0] == 404
    assert graph.get("/users")["value"] == []
    world.clock.advance(31)
    assert graph.get(f"/users/{alice}")["id"] == alice
    assert len(graph.get("/users")["value"]) == 1


def test_a_lagging_replica_shows_old_values_links_and_deleted_objects(
    graph: GraphClient, directory: Directory, world: World
) -> None:
    alice, staff = add_user(directory, "Alice"), add_group(directory, "Staff")
    bob = add_user(directory, "Bob")
    world.weather.lag = 30
    graph.get("/users")

    directory.change(alice, {"displayName": "Alicia"})
    directory.link("group.members", staff, alice)
    directory.soft_delete(bob)

    assert graph.get(f"/users/{alice}")["displayName"] == "Alice"
    assert graph.get(f"/groups/{staff}/members")["value"] == []
    assert {user["displayName"] for user in graph.get("/users")["value"]} == {"Alice", "Bob"}
    world.clock.advance(31)
    assert graph.get(f"/users/{alice}")["displayName"] == "Alicia"
    assert len(graph.get(f"/groups/{staff}/members")["value"]) == 1
    assert {user["displayName"] for user in graph.get("/users")["value"]} == {"Alicia"}
