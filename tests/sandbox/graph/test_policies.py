"""Conditional Access, bins, tenant policies, audit log."""

from apps.sandbox.state.directory import Directory
from apps.sandbox.state.world import World

from .client import EVENTUAL, GraphClient
from .conftest import add_group, add_user

STRENGTH = "00000000-0000-0000-0000-000000000004"
POLICIES = "/identity/conditionalAccess/policies"


def add_policy(directory: Directory, **properties: object) -> str:
    body = {
        "displayName": "Require MFA",
        "state": "enabled",
        "conditions": {
            "applications": {"includeApplications": ["All"]},
            "users": {"includeUsers": ["All"]},
            "clientAppTypes": ["all"],
        },
        "grantControls": {"operator": "OR", "builtInControls": ["mfa"]},
        **properties,
    }
    return directory.add("conditionalAccessPolicy", body)


def test_a_policy_is_shown_complete(graph: GraphClient, directory: Directory) -> None:
    policy = graph.get(f"{POLICIES}/{add_policy(directory)}")

    assert policy["conditions"]["users"]["excludeGroups"] == []
    assert policy["conditions"]["locations"] is None
    assert policy["sessionControls"] is None
    assert "agents" not in policy["conditions"]
    assert policy["grantControls"]["authenticationStrength"] is None
    assert "templateId" in policy


def test_beta_shows_what_beta_has(graph: GraphClient, directory: Directory) -> None:
    policy = graph.get(f"{POLICIES}/{add_policy(directory)}", version="beta")

    assert "agents" in policy["conditions"]
    assert "templateId" not in policy


def test_an_authentication_strength_is_shown_whole(
    graph: GraphClient, directory: Directory
) -> None:
    body = {"displayName": "Phishing-resistant MFA", "policyType": "builtIn"}
    directory.add("authenticationStrengthPolicy", body, object_id=STRENGTH)
    controls = {"operator": "OR", "authenticationStrength": {"id": STRENGTH}}
    policy = add_policy(directory, grantControls=controls)

    shown = graph.get(f"{POLICIES}/{policy}")["grantControls"]

    assert shown["authenticationStrength"]["displayName"] == "Phishing-resistant MFA"
    assert shown["authenticationStrength"]["combinationConfigurations"] == []
    assert "authenticationStrength@odata.context" in shown


def test_policies_can_be_skipped_and_counted_but_not_expanded(
    graph: GraphClient, directory: Directory
) -> None:
    ids = [add_policy(directory) for _ in range(5)]

    page = graph.get(f"{POLICIES}?$skip=3&$select=id&$count=true")

    assert [policy["id"] for policy in page["value"]] == ids[3:]
    assert page["@odata.count"] == 5
    assert graph.error(f"{POLICIES}?$expand=conditions")[0] == 400


def test_named_locations_say_their_type_and_beta_has_one_more(
    graph: GraphClient, directory: Directory
) -> None:
    ranges = [{"@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": "10.0.0.0/8"}]
    directory.add("ipNamedLocation", {"displayName": "Office", "ipRanges": ranges})
    directory.add("compliantNetworkNamedLocation", {"displayName": "Compliant"})
    path = "/identity/conditionalAccess/namedLocations"

    shown = graph.get(path)["value"]

    assert [location["@odata.type"] for location in shown] == ["#microsoft.graph.ipNamedLocation"]
    assert shown[0]["ipRanges"] == ranges
    assert len(graph.get(path, version="beta")["value"]) == 2


def test_the_conditional_access_bin(graph: GraphClient, directory: Directory) -> None:
    policy = add_policy(directory)
    directory.soft_delete(policy)
    path = "/identity/conditionalAccess/deletedItems/policies"

    for version in ("v1.0", "beta"):
        assert [found["id"] for found in graph.get(path, version=version)["value"]] == [policy]
    assert graph.get(f"{path}/{policy}")["deletedDateTime"] == "2026-09-01T08:00:00Z"
    assert graph.get("/identity/conditionalAccess/deletedItems/namedLocations")["value"] == []
    assert graph.error(f"{POLICIES}/{policy}")[0] == 404


def test_deleted_items_need_a_type(graph: GraphClient, directory: Directory, world: World) -> None:
    alice, bob = add_user(directory, "Alice"), add_user(directory, "Bob")
    group = add_group(directory, "Staff")
    directory.soft_delete(alice)
    world.clock.advance(60)
    directory.soft_delete(bob)
    directory.soft_delete(group)
    path = "/directory/deletedItems"

    assert graph.error(path)[0] == 400
    users = graph.get(f"{path}/microsoft.graph.user?$select=id,deletedDateTime")["value"]
    assert [user["id"] for user in users] == [alice, bob]
    assert users[0]["deletedDateTime"].startswith("2026-09-01T08:00:0")
    assert graph.get(f"{path}/microsoft.graph.group")["value"][0]["id"] == group
    assert graph.get(f"{path}/{alice}")["@odata.type"] == "#microsoft.graph.user"
    newest = f"{path}/microsoft.graph.user?$orderby=deletedDateTime desc&$count=true&$select=id"
    assert graph.get(newest, EVENTUAL)["value"][0] == {"id": bob}


def test_restoring_brings_links_back(directory: Directory) -> None:
    alice, bob = add_user(directory, "Alice"), add_user(directory, "Bob")
    group = add_group(directory, "Staff", (alice, bob))
    directory.link("user.manager", bob, alice)

    directory.soft_delete(alice)
    directory.soft_delete(bob)
    assert list(directory.targets("group.members", group)) == []
    directory.restore(alice)
    directory.restore(bob)

    assert set(directory.targets("group.members", group)) == {alice, bob}
    assert list(directory.targets("user.manager", bob)) == [alice]


def test_the_authorization_policy_is_one_in_v1_and_a_collection_in_beta(
    graph: GraphClient, directory: Directory
) -> None:
    permissions = {"permissionGrantPoliciesAssigned": ["managePermissionGrantsForSelf.x"]}
    directory.add(
        "authorizationPolicy",
        {"allowInvitesFrom": "everyone", "defaultUserRolePermissions": permissions},
        object_id="authorizationPolicy",
    )

    stable = graph.get("/policies/authorizationPolicy")
    beta = graph.get("/policies/authorizationPolicy", version="beta")["value"][0]

    assert stable["defaultUserRolePermissions"]["permissionGrantPoliciesAssigned"]
    assert "permissionGrantPoliciesAssigned" not in beta["defaultUserRolePermissions"]
    assert beta["permissionGrantPolicyIdsAssignedToDefaultUserRole"] == [
        "managePermissionGrantsForSelf.x"
    ]
    one = graph.get("/policies/authorizationPolicy/authorizationPolicy", version="beta")
    assert one["id"] == "authorizationPolicy"


def test_the_methods_policy_brings_its_configurations(
    graph: GraphClient, directory: Directory
) -> None:
    directory.add("authenticationMethodsPolicy", {}, object_id="authenticationMethodsPolicy")
    directory.add("fido2AuthenticationMethodConfiguration", {"state": "enabled"}, object_id="Fido2")
    directory.add("hardwareOathAuthenticationMethodConfiguration", {}, object_id="HardwareOath")
    path = "/policies/authenticationMethodsPolicy"

    shown = graph.get(path)["authenticationMethodConfigurations"]

    assert [found["id"] for found in shown] == ["Fido2"]
    assert shown[0]["@odata.type"] == "#microsoft.graph.fido2AuthenticationMethodConfiguration"
    assert len(graph.get(path, version="beta")["authenticationMethodConfigurations"]) == 2
    one = graph.get(f"{path}/authenticationMethodConfigurations/fido2")
    assert one["state"] == "enabled"


def test_audits_come_newest_first_and_are_filtered(
    graph: GraphClient, directory: Directory
) -> None:
    for hour in range(5):
        directory.write_audit(
            {
                "id": f"Directory_{hour}",
                "activityDateTime": f"2026-09-01T0{hour}:00:00.1234567Z",
                "activityDisplayName": "Update user" if hour % 2 else "Add user",
                "category": "UserManagement",
                "initiatedBy": {"app": {"appId": "a"}, "user": None},
                "targetResources": [{"id": f"user-{hour}", "displayName": "x"}],
            }
        )
    path = "/auditLogs/directoryAudits"

    def found(expression: str) -> list[str]:
        page = graph.filtered(path, expression)
        return [entry["id"][-1] for entry in page["value"]]

    assert [entry["id"][-1] for entry in graph.values(f"{path}?$top=2")] == list("43210")
    assert found("activityDateTime ge 2026-09-01T03:00:00Z") == ["4", "3"]
    assert found("targetResources/any(t:t/id eq 'user-2')") == ["2"]
    assert found("initiatedBy/app/appId eq 'a' and startswith(activityDisplayName,'Upd')") == [
        "3",
        "1",
    ]
    oldest = graph.get(f"{path}?$orderby=activityDateTime asc&$top=1")["value"][0]
    assert oldest["id"] == "Directory_0"
    assert graph.get(f"{path}/Directory_2")["id"] == "Directory_2"
    assert graph.error(f"{path}?$top=1001")[0] == 400


def test_policies_are_counted(graph: GraphClient, directory: Directory) -> None:
    for number in range(3):
        directory.add("conditionalAccessPolicy", {"displayName": str(number)})
    path = "/identity/conditionalAccess/policies/$count"

    assert graph.send("GET", path, headers=EVENTUAL).body == b"3"


def test_the_context_of_what_is_no_directory_object_is_its_whole_path(
    graph: GraphClient, directory: Directory
) -> None:
    for path in (
        "/roleManagement/directory/roleAssignments",
        "/policies/authenticationStrengthPolicies",
    ):
        assert graph.get(path)["@odata.context"].endswith(f"$metadata#{path.strip('/')}")
    unit = graph.get("/directory/administrativeUnits")["@odata.context"]
    assert unit.endswith("$metadata#administrativeUnits")


def test_the_bin_is_sorted_only_by_an_advanced_query(graph: GraphClient) -> None:
    path = "/directory/deletedItems/microsoft.graph.user?$orderby=deletedDateTime desc"

    assert graph.error(path)[:2] == (400, "Request_UnsupportedQuery")
    assert graph.get(f"{path}&$count=true", EVENTUAL)["value"] == []


def test_service_principals_are_found_by_their_type(
    graph: GraphClient, directory: Directory
) -> None:
    directory.add("servicePrincipal", {"servicePrincipalType": "ManagedIdentity"})
    directory.add("servicePrincipal", {"servicePrincipalType": "Application"})

    found = graph.filtered("/servicePrincipals", "servicePrincipalType eq 'ManagedIdentity'")

    assert len(found["value"]) == 1
