"""What a seeded tenant holds."""

import pytest

from apps.sandbox.seed import build, lab_client_id
from apps.sandbox.seed.resources import GRAPH, graph_roles
from apps.sandbox.state.directory import Directory
from apps.sandbox.state.world import World


def kinds_of_groups(directory: Directory) -> dict[str, int]:
    bodies = [group.body for group in directory.of_type("group")]
    return {
        "static": sum(not b["groupTypes"] and not b["mailEnabled"] for b in bodies),
        "dynamic": sum("DynamicMembership" in b["groupTypes"] for b in bodies),
        "unified": sum("Unified" in b["groupTypes"] for b in bodies),
        "role-assignable": sum(bool(b.get("isAssignableToRole")) for b in bodies),
        "synced": sum(bool(b.get("onPremisesSyncEnabled")) for b in bodies),
        "distribution": sum(b["mailEnabled"] and not b["securityEnabled"] and not b["groupTypes"]
                            for b in bodies),
        "licensed": sum(bool(b.get("assignedLicenses")) for b in bodies),
    }  # fmt: skip


@pytest.mark.parametrize("users", [20, 21, 137, 1500])
def test_every_customer_has_exactly_the_users_asked_for(users: int) -> None:
    world = World()
    build(world, users=users, tenants=1, seed=1)
    customer, *beside = world.directories.values()

    assert customer.count("user") == users
    assert [each.count("user") for each in beside] == [20, 20, 20]


def test_customers_come_first_and_the_tenants_that_connect_refuses_last(world: World) -> None:
    names = [directory.display_name for directory in world.directories.values()]
    categories = [directory.category for directory in world.directories.values()]

    assert names[0] == "Alder & Finch Logistics"
    assert names[4] == "MSP North"
    assert categories == ["workforce"] * 5 + ["ciam", "b2c"]


def test_the_fourth_customer_has_no_premium_licence(customers: list[Directory]) -> None:
    licensed, unlicensed = customers[0], customers[3]

    assert {"AAD_PREMIUM", "AAD_PREMIUM_P2"} <= licensed.licences
    assert "AAD_PREMIUM" not in unlicensed.licences
    assert licensed.count("conditionalAccessPolicy") == 20
    assert unlicensed.count("conditionalAccessPolicy") == 0
    assert unlicensed.count("subscribedSku") > 0


def test_every_kind_of_group_is_there(customer: Directory) -> None:
    assert all(kinds_of_groups(customer).values()), kinds_of_groups(customer)


def test_groups_are_nested(customer: Directory) -> None:
    everyone = customer.find("group", "displayName", "Everyone with an account")
    assert everyone is not None

    members = [customer.get(each) for each in customer.targets("group.members", everyone.id)]

    assert [each.type for each in members if each] == ["group", "group"]


def test_guests_have_external_names_and_sponsors(customers: list[Directory]) -> None:
    for directory in customers:
        guests = [u for u in directory.of_type("user") if u.body.get("userType") == "Guest"]
        assert len(guests) == 10
        assert {guest.body["externalUserState"] for guest in guests} == {
            "Accepted",
            "PendingAcceptance",
        }
        for guest in guests:
            assert "#EXT#@" in guest.body["userPrincipalName"]
            assert directory.targets("user.sponsors", guest.id)


def test_only_hybrid_organisations_have_synchronised_users(customers: list[Directory]) -> None:
    shares = [
        sum(bool(u.body.get("onPremisesSyncEnabled")) for u in directory.of_type("user")) / 200
        for directory in customers
    ]

    assert shares[0] > 0.5
    assert shares[1] == 0
    assert 0.2 < shares[2] < 0.6


def test_agent_identities_are_subtypes(customer: Directory) -> None:
    for type_name in (
        "agentIdentityBlueprint",
        "agentIdentityBlueprintPrincipal",
        "agentIdentity",
        "agentUser",
    ):
        assert len(list(customer.of_type(type_name))) == 1, type_name


def test_emergency_accounts_are_excluded_from_every_policy(customer: Directory) -> None:
    group = customer.find("group", "displayName", "CA Exclude - Emergency access")
    assert group is not None
    assert len(customer.targets("group.members", group.id)) == 2

    for policy in customer.of_type("conditionalAccessPolicy"):
        users = policy.body["conditions"]["users"]
        assert group.id in users["excludeGroups"] or users["includeUsers"] == ["None"]


def test_policies_are_enforced_reported_and_off(customer: Directory) -> None:
    states = {policy.body["state"] for policy in customer.of_type("conditionalAccessPolicy")}

    assert states == {"enabled", "enabledForReportingButNotEnforced", "disabled"}


def test_the_lab_application_may_do_everything_everywhere(world: World) -> None:
    for directory in world.directories.values():
        principal = directory.find("servicePrincipal", "appId", lab_client_id(7))
        graph = directory.find("servicePrincipal", "appId", GRAPH)
        assert principal is not None
        assert graph is not None
        held = {
            each.body["appRoleId"]
            for each in directory.find_all("appRoleAssignment", "principalId", principal.id)
        }
        assert held == set(graph_roles().values())


def test_built_in_roles_have_their_published_ids(customer: Directory) -> None:
    for template, name in (
        ("62e90394-69f5-4237-9190-012177145e10", "Global Administrator"),
        ("b6a27b2b-f905-4b2e-81b5-0d90e0ef1fdb", "Entra Backup Administrator"),
        ("f42252d9-5400-4d7b-b9ef-cc582dbb8577", "Entra Backup Reader"),
        ("e8611ab8-c189-46e8-94e1-60213ab1f814", "Privileged Role Administrator"),
    ):
        definition = customer.get(template)
        assert definition is not None
        assert definition.body["displayName"] == name
        assert definition.body["isBuiltIn"] is True


def test_there_is_one_group_for_every_twenty_users() -> None:
    world = World()
    build(world, users=2000, tenants=1, seed=2)

    assert next(iter(world.directories.values())).count("group") == 100
