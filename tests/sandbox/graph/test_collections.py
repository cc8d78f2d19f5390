"""Lists: default properties, paging, counting."""

from apps.sandbox.state.directory import Directory
from apps.sandbox.state.world import World

from .client import EVENTUAL, GraphClient
from .conftest import add_group, add_user

DEFAULT_USER = {
    "id",
    "businessPhones",
    "displayName",
    "givenName",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
}


def test_users_come_with_eleven_properties_unless_selected(
    graph: GraphClient, directory: Directory
) -> None:
    add_user(directory, "Alice", department="Sales")

    page = graph.get("/users")

    assert set(page["value"][0]) == DEFAULT_USER
    assert page["value"][0]["businessPhones"] == []
    assert page["value"][0]["jobTitle"] is None
    assert page["@odata.context"] == "https://graph.microsoft.com/v1.0/$metadata#users"
    assert "$select" in page["@microsoft.graph.tips"]


def test_select_gives_exactly_what_was_asked_for(graph: GraphClient, directory: Directory) -> None:
    add_user(directory, "Alice", department="Sales")

    page = graph.get("/users?$select=department,id")

    assert set(page["value"][0]) == {"id", "department"}
    assert page["@odata.context"].endswith("$metadata#users(department,id)")
    assert "@microsoft.graph.tips" not in page


def test_an_unknown_property_in_select_is_refused_in_graphs_words(graph: GraphClient) -> None:
    assert graph.error("/users?$select=id,shoeSize") == (
        400,
        "BadRequest",
        (
            "Parsing OData Select and Expand failed: Could not find a property named 'shoeSize' on "
            "type 'microsoft.graph.user'."
        ),
    )


def test_a_beta_property_is_unknown_to_v1(graph: GraphClient) -> None:
    graph.get("/groups?$select=writebackConfiguration", version="beta")

    assert graph.error("/groups?$select=writebackConfiguration")[0] == 400


def test_properties_of_single_reads_are_empty_in_lists(
    graph: GraphClient, directory: Directory
) -> None:
    group_id = add_group(directory, "Staff")
    directory.change(group_id, {"hideFromAddressLists": True})

    listed = graph.get("/groups?$select=hideFromAddressLists")["value"][0]
    single = graph.get(f"/groups/{group_id}?$select=hideFromAddressLists")

    assert "hideFromAddressLists" not in listed
    assert single["hideFromAddressLists"] is True


def test_pages_hold_a_hundred_unless_top_says_otherwise(
    graph: GraphClient, directory: Directory
) -> None:
    for number in range(250):
        add_user(directory, f"User{number}")

    assert [len(page["value"]) for page in graph.pages("/users")] == [100, 100, 50]
    assert [len(page["value"]) for page in graph.pages("/users?$top=999")] == [250]
    names = [user["displayName"] for user in graph.values("/users?$top=7&$select=displayName")]
    assert names == [f"User{number}" for number in range(250)]


def test_top_above_999_is_refused(graph: GraphClient) -> None:
    for top in ("1000", "0"):
        assert graph.error(f"/users?$top={top}") == (
            400,
            "Request_UnsupportedQuery",
            f"Invalid page size specified: '{top}'. Must be between 1 and 999 inclusive.",
        )


def test_sign_in_activity_limits_pages_to_500(graph: GraphClient) -> None:
    assert graph.error("/users?$select=id,signInActivity&$top=999")[0] == 400
    graph.get("/users?$select=id,signInActivity&$top=500")


def test_skip_is_not_for_the_directory(graph: GraphClient) -> None:
    assert graph.error("/users?$skip=10")[1] == "Request_UnsupportedQuery"


def test_next_links_are_opaque_and_carry_the_query(
    graph: GraphClient, directory: Directory
) -> None:
    for number in range(3):
        add_user(directory, f"User{number}")

    link = graph.get("/users?$select=id&$top=2")["@odata.nextLink"]

    assert link.startswith(
        "https://graph.microsoft.com/v1.0/users?$select=id&$top=2&$skiptoken=RFNwdAoAAQ"
    )


def test_a_page_token_serves_its_own_query_alone(graph: GraphClient, directory: Directory) -> None:
    for number in range(3):
        add_user(directory, f"User{number}")
    token = graph.get("/users?$top=1")["@odata.nextLink"].rpartition("=")[2]

    assert graph.error(f"/groups?$top=1&$skiptoken={token}")[0] == 400
    assert graph.error("/users?$skiptoken=nonsense")[0] == 400


def test_a_page_token_expires(graph: GraphClient, directory: Directory, world: World) -> None:
    for number in range(3):
        add_user(directory, f"User{number}")
    link = graph.get("/users?$top=1")["@odata.nextLink"]
    world.clock.advance(2 * 3600)

    assert graph.error(link) == (
        400,
        "Directory_ExpiredPageToken",
        "The specified page token value has expired and can no longer be included in your request.",
    )


def test_weather_can_expire_page_tokens(
    graph: GraphClient, directory: Directory, world: World
) -> None:
    for number in range(3):
        add_user(directory, f"User{number}")
    link = graph.get("/users?$top=1")["@odata.nextLink"]
    world.weather.expire_skip_tokens = 1

    assert graph.error(link)[1] == "Directory_ExpiredPageToken"
    graph.get(link)


def test_deletions_between_pages_neither_skip_nor_repeat(
    graph: GraphClient, directory: Directory
) -> None:
    ids = [add_user(directory, f"User{number}") for number in range(6)]
    first = graph.get("/users?$top=3&$select=id")
    directory.soft_delete(ids[0])
    directory.soft_delete(ids[4])

    second = graph.get(first["@odata.nextLink"])

    assert [user["id"] for user in second["value"]] == [ids[3], ids[5]]


def test_count_is_given_on_the_first_page_of_advanced_queries(
    graph: GraphClient, directory: Directory
) -> None:
    for number in range(5):
        add_user(directory, f"User{number}")

    pages = graph.pages("/users?$count=true&$top=2", EVENTUAL)

    assert pages[0]["@odata.count"] == 5
    assert "@odata.count" not in pages[1]
    assert "@odata.count" not in graph.get("/users?$count=true")


def test_the_count_segment_needs_the_header(graph: GraphClient, directory: Directory) -> None:
    add_user(directory, "Alice")

    assert graph.error("/users/$count") == (
        400,
        "Request_BadRequest",
        "$count is not currently supported.",
    )
    assert graph.send("GET", "/users/$count", headers=EVENTUAL).body == b"1"


def test_directory_roles_know_no_paging(graph: GraphClient, directory: Directory) -> None:
    for number in range(150):
        directory.add("directoryRole", {"displayName": f"Role {number}"})

    assert len(graph.get("/directoryRoles")["value"]) == 150
    assert graph.error("/directoryRoles?$top=5")[0] == 400


def test_subscribed_skus_ignore_options(graph: GraphClient, directory: Directory) -> None:
    for number in range(3):
        directory.add("subscribedSku", {"skuPartNumber": f"SKU{number}"})

    page = graph.get("/subscribedSkus?$top=1&$filter=skuPartNumber eq 'SKU1'")

    assert len(page["value"]) == 3
    assert "@odata.nextLink" not in page


def test_unknown_options_are_refused(graph: GraphClient) -> None:
    assert graph.error("/users?$shape=round") == (
        400,
        "BadRequest",
        "The query parameter '$shape' is not supported.",
    )


def test_options_may_lack_their_dollar(graph: GraphClient, directory: Directory) -> None:
    add_user(directory, "Alice")

    assert set(graph.get("/users?select=id&top=5")["value"][0]) == {"id"}


def test_casts_narrow_a_collection_to_a_subtype(graph: GraphClient, directory: Directory) -> None:
    directory.add("servicePrincipal", {"displayName": "Plain", "appId": "a"})
    agent = directory.add("agentIdentity", {"displayName": "Agent", "appId": "b"})

    whole = graph.get("/servicePrincipals?$select=id")["value"]
    narrowed = graph.get("/servicePrincipals/microsoft.graph.agentIdentity")["value"]

    assert whole[1]["@odata.type"] == "#microsoft.graph.agentIdentity"
    assert "@odata.type" not in whole[0]
    assert [found["id"] for found in narrowed] == [agent]
    assert graph.get("/servicePrincipals/graph.agentIdentity")["value"] == narrowed


def test_nested_values_are_complete(graph: GraphClient, directory: Directory) -> None:
    add_user(directory, "Alice", passwordProfile={"password": "secret"}, employeeOrgData={})

    user = graph.get("/users?$select=passwordProfile,employeeOrgData")["value"][0]

    assert user["passwordProfile"] == {
        "password": None,
        "forceChangePasswordNextSignIn": None,
        "forceChangePasswordNextSignInWithMfa": None,
    }
    assert user["employeeOrgData"] == {"costCenter": None, "division": None}


def test_directory_extensions_can_be_selected(graph: GraphClient, directory: Directory) -> None:
    name = f"extension_{'0' * 32}_shoeSize"
    add_user(directory, "Alice", **{name: "42"})

    assert graph.get(f"/users?$select={name}")["value"] == [{name: "42"}]
