"""Whatever a seed refers to is there."""

from collections.abc import Iterator

from apps.sandbox.rules import conditional_access
from apps.sandbox.state.directory import Directory
from apps.sandbox.state.world import World

REFERENCES = {
    "appRoleAssignment": ("principalId", "resourceId"),
    "oauth2PermissionGrant": ("clientId", "resourceId", "principalId"),
    "unifiedRoleAssignment": ("principalId", "roleDefinitionId"),
}


def dangling_properties(directory: Directory) -> Iterator[str]:
    for type_name, names in REFERENCES.items():
        for record in directory.of_type(type_name):
            for name in names:
                target = record.body.get(name)
                if target is not None and directory.get(target) is None:
                    yield f"{type_name} {record.id} {name}"


def test_every_link_has_two_ends(world: World) -> None:
    missing = [
        (relation, pair)
        for directory in world.directories.values()
        for relation, table in directory.relations()
        for pair in table.pairs()
        if any(directory.get(end) is None for end in pair)
    ]

    assert missing == []


def test_every_grant_and_assignment_names_objects_that_exist(world: World) -> None:
    assert [each for d in world.directories.values() for each in dangling_properties(d)] == []


def test_every_app_role_assignment_names_a_role_of_its_resource(world: World) -> None:
    for directory in world.directories.values():
        for record in directory.of_type("appRoleAssignment"):
            resource = directory.get(record.body["resourceId"])
            assert resource is not None
            roles = {role["id"] for role in resource.body.get("appRoles", ())}
            assert record.body["appRoleId"] in roles | {"00000000-0000-0000-0000-000000000000"}


def test_policies_refer_to_objects_of_their_tenant(customers: list[Directory]) -> None:
    for directory in customers:
        roles = {role.id for role in directory.of_type("unifiedRoleDefinition")}
        for policy in directory.of_type("conditionalAccessPolicy"):
            for sort, value in conditional_access.references(policy.body):
                if sort == "application":
                    assert directory.find("servicePrincipal", "appId", value)
                elif sort == "role":
                    assert value in roles
                else:
                    assert directory.get(value) is not None, (policy.body["displayName"], sort)


def test_required_permissions_exist_on_the_resource(customers: list[Directory]) -> None:
    for directory in customers:
        for application in directory.of_type("application"):
            for required in application.body.get("requiredResourceAccess", ()):
                resource = directory.find("servicePrincipal", "appId", required["resourceAppId"])
                assert resource is not None
                known = {role["id"] for role in resource.body.get("appRoles", ())}
                known |= {scope["id"] for scope in resource.body["oauth2PermissionScopes"]}
                assert {access["id"] for access in required["resourceAccess"]} <= known


def test_managers_form_one_tree_below_the_chief(customers: list[Directory]) -> None:
    for directory in customers:
        staff = [each for each in directory.of_type("user") if each.body.get("jobTitle")]
        chief = staff[0].id
        for person in staff:
            seen = [person.id]
            while seen[-1] != chief:
                (superior,) = directory.targets("user.manager", seen[-1])
                assert superior not in seen
                seen.append(superior)
            assert len(seen) < 10


def test_unique_values_are_unique(world: World) -> None:
    for directory in world.directories.values():
        for type_name, name in (
            ("user", "userPrincipalName"),
            ("user", "employeeId"),
            ("application", "appId"),
            ("servicePrincipal", "appId"),
            ("group", "uniqueName"),
        ):
            values = [r.body[name] for r in directory.of_type(type_name) if name in r.body]
            assert len(values) == len({value.lower() for value in values})


def test_application_ids_belong_to_one_tenant(world: World) -> None:
    owners: dict[str, str] = {}
    for directory in world.directories.values():
        for application in directory.of_type("application"):
            assert owners.setdefault(application.body["appId"], directory.tenant_id) == (
                directory.tenant_id
            )
