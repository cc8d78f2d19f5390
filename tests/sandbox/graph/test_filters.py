"""$filter, $search and $orderby with the ConsistencyLevel rules."""

import pytest

from apps.sandbox.state.directory import Directory

from .client import EVENTUAL, GraphClient
from .conftest import add_group, add_user

SKU = "c42b9cae-ea4f-4ab7-9717-81576235ccac"


@pytest.fixture
def people(directory: Directory) -> dict[str, str]:
    return {
        name: add_user(directory, name, **properties)
        for name, properties in {
            "Alice": {
                "department": "Sales",
                "assignedLicenses": [{"skuId": SKU, "disabledPlans": []}],
                "otherMails": ["alice@example.org"],
                "createdDateTime": "2026-01-01T00:00:00Z",
                "employeeOrgData": {"costCenter": "42"},
            },
            "Bob": {"department": "IT", "createdDateTime": "2026-06-01T00:00:00Z"},
            "O'Hara": {"accountEnabled": False, "userType": "Guest"},
        }.items()
    }


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("displayName eq 'ALICE'", ["Alice"]),
        ("displayName eq 'O''Hara'", ["O'Hara"]),
        ("accountEnabled eq false", ["O'Hara"]),
        ("startsWith(displayName,'b')", ["Bob"]),
        ("startswith(displayName,'b') eq true", ["Bob"]),
        ("department in ('Sales','IT')", ["Alice", "Bob"]),
        ("department eq 'Sales' or userType eq 'Guest'", ["Alice", "O'Hara"]),
        ("department eq 'Sales' and userType eq 'Guest'", []),
        (
            "(department eq 'IT' or department eq 'Sales') and accountEnabled eq true",
            ["Alice", "Bob"],
        ),
        ("createdDateTime ge 2026-03-01T00:00:00Z", ["Bob"]),
        ("createdDateTime le 2026-03-01", ["Alice"]),
        ("department eq null", ["O'Hara"]),
        (f"assignedLicenses/any(l:l/skuId eq {SKU})", ["Alice"]),
        ("otherMails/any(m:m eq 'Alice@example.org')", ["Alice"]),
        ("otherMails/any(m:startsWith(m,'alice'))", ["Alice"]),
        ("employeeOrgData/costCenter eq '42'", ["Alice"]),
        ("userPrincipalName eq 'bob@contoso.com' and accountEnabled eq true", ["Bob"]),
    ],
)
def test_plain_filters(
    graph: GraphClient, people: dict[str, str], expression: str, expected: list[str]
) -> None:
    found = graph.filtered("/users", expression, "$select=displayName")

    assert [user["displayName"] for user in found["value"]] == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("department ne 'Sales'", ["Bob", "O'Hara"]),
        ("not(department eq 'Sales')", ["Bob", "O'Hara"]),
        ("NOT startsWith(displayName,'A')", ["Bob", "O'Hara"]),
        ("endsWith(userPrincipalName,'CE@contoso.com')", ["Alice"]),
        ("assignedLicenses/$count eq 0", ["Bob", "O'Hara"]),
        ("department ne null", ["Alice", "Bob"]),
    ],
)
def test_advanced_filters_need_the_header_and_count(
    graph: GraphClient, people: dict[str, str], expression: str, expected: list[str]
) -> None:
    path = f"/users?$filter={expression}&$select=displayName"

    assert graph.error(path)[:2] == (400, "Request_UnsupportedQuery")
    assert graph.error(path, EVENTUAL)[:2] == (400, "Request_UnsupportedQuery")
    found = graph.get(f"{path}&$count=true", EVENTUAL)
    assert [user["displayName"] for user in found["value"]] == expected
    assert found["@odata.count"] == len(expected)


def test_ne_is_refused_by_its_old_name(graph: GraphClient) -> None:
    assert graph.error("/users?$filter=companyName ne null") == (
        400,
        "Request_UnsupportedQuery",
        "Filter operator 'NotEqualsMatch' is not supported.",
    )


def test_properties_that_cannot_be_filtered_are_named(graph: GraphClient) -> None:
    assert graph.error("/users?$filter=showInAddressList eq true") == (
        400,
        "Request_UnsupportedQuery",
        (
            "Unsupported or invalid query filter clause specified for property 'showInAddressList'"
            " of resource 'User'."
        ),
    )


def test_unknown_properties_in_filters_are_named(graph: GraphClient) -> None:
    for name, type_name in (("shoeSize", "user"), ("passwordProfile/shoeSize", "passwordProfile")):
        status, code, message = graph.error(f"/users?$filter={name} eq 'x'")
        assert (status, code) == (400, "BadRequest")
        assert f"named 'shoeSize' on type 'microsoft.graph.{type_name}'" in message


@pytest.mark.parametrize(
    "expression",
    [
        "displayName eq",
        "displayName 'x'",
        "(displayName eq 'x'",
        "eq 'x'",
        "displayName eq 'x",
        "§",
    ],
)
def test_malformed_filters_are_refused(graph: GraphClient, expression: str) -> None:
    status, code, message = graph.error(f"/users?$filter={expression}")

    assert (status, code) == (400, "BadRequest")
    assert message.startswith("Invalid filter clause: ")


def test_in_takes_fifteen_values(graph: GraphClient) -> None:
    names = ",".join(f"'{number}'" for number in range(15))

    graph.get(f"/users?$filter=displayName in ({names})")

    assert graph.error(f"/users?$filter=displayName in ({names},'15')")[0] == 400


def test_long_literals_need_the_advanced_query(graph: GraphClient) -> None:
    path = f"/users?$filter=displayName eq '{'x' * 121}'"

    assert graph.error(path)[:2] == (400, "Request_UnsupportedQuery")
    graph.get(f"{path}&$count=true", EVENTUAL)


def test_contains_is_not_for_the_directory(graph: GraphClient) -> None:
    path = "/users?$filter=contains(displayName,'x')&$count=true"

    assert graph.error(path, EVENTUAL)[1] == "Request_UnsupportedQuery"


def test_owners_can_be_counted_in_a_filter(graph: GraphClient, directory: Directory) -> None:
    alice = add_user(directory, "Alice")
    add_group(directory, "Orphan")
    owned = add_group(directory, "Owned")
    directory.link("group.owners", owned, alice)

    found = graph.get(
        "/groups?$filter=owners/$count eq 0&$count=true&$select=displayName", EVENTUAL
    )

    assert [group["displayName"] for group in found["value"]] == ["Orphan"]


def test_filtered_pages_go_on_where_they_stopped(graph: GraphClient, directory: Directory) -> None:
    for number in range(20):
        add_user(directory, f"User{number}", userType="Guest" if number % 3 else "Member")

    values = graph.values("/users?$filter=userType eq 'Guest'&$top=4&$select=displayName")

    assert [user["displayName"] for user in values] == [f"User{n}" for n in range(20) if n % 3]


def test_search_needs_the_header(graph: GraphClient) -> None:
    assert graph.error('/users?$search="displayName:al"') == (
        400,
        "Request_UnsupportedQuery",
        (
            "Request with $search query parameter only works through MSGraph with a special "
            "request header: 'ConsistencyLevel: eventual'"
        ),
    )


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ('"displayName:al"', ["Alice"]),
        ('"displayName:al" OR "displayName:bob"', ["Alice", "Bob"]),
        ('"displayName:al" AND "department:sal"', ["Alice"]),
        ('("displayName:al" OR "displayName:bob") AND "department:it"', ["Bob"]),
        ('"displayName:lice"', []),
    ],
)
def test_search_matches_beginnings_of_words(
    graph: GraphClient, people: dict[str, str], search: str, expected: list[str]
) -> None:
    found = graph.get(f"/users?$search={search}&$select=displayName", EVENTUAL)

    assert [user["displayName"] for user in found["value"]] == expected


def test_search_of_an_unsearchable_property_is_refused(graph: GraphClient) -> None:
    assert graph.error('/users?$search="usageLocation:DE"', EVENTUAL)[0] == 400


def test_order_is_plain_alone_and_advanced_with_a_filter(
    graph: GraphClient, people: dict[str, str]
) -> None:
    path = "/users?$orderby=displayName desc&$select=displayName"
    filtered = f"{path}&$filter=accountEnabled eq true"

    names = [user["displayName"] for user in graph.get(path)["value"]]

    assert names == ["O'Hara", "Bob", "Alice"]
    assert graph.error(filtered) == (
        400,
        "Request_UnsupportedQuery",
        "Sorting not supported for current query.",
    )
    advanced = graph.get(f"{filtered}&$count=true", EVENTUAL)
    assert [user["displayName"] for user in advanced["value"]] == ["Bob", "Alice"]


def test_ordered_pages_join_up(graph: GraphClient, directory: Directory) -> None:
    for number in (3, 1, 2, 5, 4):
        add_user(directory, f"User{number}")

    values = graph.values("/users?$orderby=displayName&$top=2&$select=displayName")

    assert [user["displayName"][-1] for user in values] == list("12345")


def test_unsortable_properties_are_refused(graph: GraphClient) -> None:
    assert graph.error("/users?$orderby=usageLocation")[1] == "Request_UnsupportedQuery"
