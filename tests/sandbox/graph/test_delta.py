"""Delta queries: rounds, slices, removals, tokens."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.sandbox.state.directory import Directory
from apps.sandbox.state.world import World

from .client import GraphClient
from .conftest import add_application, add_group, add_user


def whole_round(
    graph: GraphClient, link: str, headers: dict[str, str] | None = None
) -> tuple[list[dict[str, Any]], str]:
    """Every entry of a round, and its delta link."""
    pages = graph.pages(link, headers)
    assert all("@odata.deltaLink" not in page for page in pages[:-1])
    entries = [entry for page in pages for entry in page["value"]]
    return entries, pages[-1]["@odata.deltaLink"]


def test_the_first_round_shows_everything_with_set_properties_alone(
    graph: GraphClient, directory: Directory
) -> None:
    alice = add_user(directory, "Alice", department="Sales")

    entries, link = whole_round(graph, "/users/delta?$select=displayName,department,city")

    assert entries[0] == {"id": alice, "displayName": "Alice", "department": "Sales"}
    assert "$deltatoken=" in link
    assert graph.get("/users/delta()")["@odata.context"].endswith("$metadata#users/$delta")


def test_the_first_round_pages_and_replays(graph: GraphClient, directory: Directory) -> None:
    ids = [add_user(directory, f"User{number}") for number in range(450)]

    pages = graph.pages("/users/delta?$select=id")

    assert [len(page["value"]) for page in pages] == [200, 200, 50, 1]
    seen = [entry["id"] for page in pages for entry in page["value"]]
    assert set(seen) == set(ids)
    assert seen[-1] == seen[0]


@pytest.mark.parametrize(("preferred", "given"), [(20, 20), (200, 200), (999, 200)])
def test_a_smaller_page_can_be_preferred(
    graph: GraphClient, directory: Directory, preferred: int, given: int
) -> None:
    for number in range(201):
        add_user(directory, f"User{number}")

    page = graph.get("/users/delta", {"Prefer": f"odata.maxpagesize={preferred}"})

    assert len(page["value"]) == given


def test_a_later_round_shows_what_changed_and_nothing_else(
    graph: GraphClient, directory: Directory
) -> None:
    alice, bob = add_user(directory, "Alice"), add_user(directory, "Bob", city="Bonn")
    _entries, link = whole_round(graph, "/users/delta?$select=displayName,city")

    directory.change(alice, {"department": "Sales"})
    directory.change(bob, {"city": None, "displayName": "Robert"})
    carol = add_user(directory, "Carol")
    entries, _link = whole_round(graph, link)

    assert entries == [
        {"id": bob, "displayName": "Robert", "city": None},
        {"id": carol, "displayName": "Carol"},
    ]


def test_minimal_returns_only_changed_properties(graph: GraphClient, directory: Directory) -> None:
    bob = add_user(directory, "Bob", city="Bonn")
    _entries, link = whole_round(graph, "/users/delta?$select=displayName,city")

    directory.change(bob, {"city": "Berlin"})
    entries, _link = whole_round(graph, link, {"Prefer": "return=minimal"})

    assert entries == [{"city": "Berlin", "id": bob}]
    assert graph.last.headers["Preference-Applied"] == "return=minimal"


def test_removals_tell_soft_from_hard(graph: GraphClient, directory: Directory) -> None:
    alice, bob = add_user(directory, "Alice"), add_user(directory, "Bob")
    _entries, link = whole_round(graph, "/users/delta")

    directory.soft_delete(alice)
    directory.purge(bob)
    entries, link = whole_round(graph, link)
    assert entries == [
        {"id": alice, "@removed": {"reason": "changed"}},
        {"id": bob, "@removed": {"reason": "deleted"}},
    ]

    directory.restore(alice)
    entries, link = whole_round(graph, link)
    assert [entry["id"] for entry in entries] == [alice]
    assert entries[0]["displayName"] == "Alice"

    directory.soft_delete(alice)
    directory.purge(alice)
    entries, _link = whole_round(graph, link)
    assert entries == [{"id": alice, "@removed": {"reason": "deleted"}}]


def test_the_first_round_may_mention_the_bin(graph: GraphClient, directory: Directory) -> None:
    alice = add_user(directory, "Alice")
    directory.soft_delete(alice)

    entries, _link = whole_round(graph, "/users/delta")

    assert entries == [{"id": alice, "@removed": {"reason": "changed"}}]


def test_groups_bring_members_and_their_changes(graph: GraphClient, directory: Directory) -> None:
    alice, bob = add_user(directory, "Alice"), add_user(directory, "Bob")
    staff = add_group(directory, "Staff", (alice,))
    entries, link = whole_round(graph, "/groups/delta")
    user = "#microsoft.graph.user"
    assert entries[0]["members@delta"] == [{"@odata.type": user, "id": alice}]

    directory.unlink("group.members", staff, alice)
    directory.link("group.members", staff, bob)
    entries, link = whole_round(graph, link)
    assert entries[0]["members@delta"] == [
        {"id": alice, "@removed": {"reason": "deleted"}},
        {"@odata.type": user, "id": bob},
    ]

    directory.soft_delete(bob)
    entries, _link = whole_round(graph, link)
    assert entries[0]["members@delta"] == [{"id": bob, "@removed": {"reason": "deleted"}}]


def test_links_are_tracked_as_selected(graph: GraphClient, directory: Directory) -> None:
    alice = add_user(directory, "Alice")
    staff = add_group(directory, "Staff", (alice,))
    directory.link("group.owners", staff, alice)

    def first(query: str) -> dict[str, Any]:
        return dict(graph.get(f"/groups/delta?{query}")["value"][0])

    assert set(first("$select=displayName")) == {"id", "displayName"}
    assert set(first("$select=members")) == {"id", "members@delta"}
    assert set(first("$select=owners")) == {"id", "owners@delta"}
    assert "members@delta" in first("$expand=members")


def test_a_large_group_is_sliced_over_pages(graph: GraphClient, directory: Directory) -> None:
    members = tuple(f"00000000-0000-0000-0000-{number:012d}" for number in range(1_200))
    for member in members:
        directory.add("user", {"displayName": "x"}, object_id=member)
    staff = add_group(directory, "Staff", members)

    pages = graph.pages("/groups/delta?$select=displayName,members")

    slices = [page["value"][0].get("members@delta", []) for page in pages]
    assert [len(part) for part in slices] == [500, 500, 200, 0]
    assert {page["value"][0]["id"] for page in pages} == {staff}
    assert [link["id"] for part in slices for link in part] == list(members)


def test_a_manager_is_tracked_when_selected(graph: GraphClient, directory: Directory) -> None:
    alice, bob = add_user(directory, "Alice"), add_user(directory, "Bob")
    _entries, link = whole_round(graph, "/users/delta?$select=displayName,manager")

    directory.link("user.manager", bob, alice)
    entries, link = whole_round(graph, link)
    assert entries[0]["manager@delta"] == [{"@odata.type": "#microsoft.graph.user", "id": alice}]

    directory.unlink("user.manager", bob, alice)
    entries, _link = whole_round(graph, link)
    assert entries[0]["manager@delta"] == [{"id": alice, "@removed": {"reason": "deleted"}}]


def test_latest_gives_a_link_from_now_on(graph: GraphClient, directory: Directory) -> None:
    add_user(directory, "Alice")

    page = graph.get("/users/delta?$deltatoken=latest")

    assert page["value"] == []
    bob = add_user(directory, "Bob")
    entries, _link = whole_round(graph, page["@odata.deltaLink"])
    assert [entry["id"] for entry in entries] == [bob]


def test_tokens_live_seven_days(graph: GraphClient, directory: Directory, world: World) -> None:
    _entries, link = whole_round(graph, "/users/delta")
    world.clock.advance(6 * 86_400)
    graph.get(link)

    world.clock.advance(2 * 86_400)
    assert graph.error(link) == (
        400,
        "syncStateNotFound",
        (
            "The sync state generation is not found. The delta token is expired and data must be "
            "synchronized again."
        ),
    )


def test_weather_can_expire_tokens(graph: GraphClient, world: World) -> None:
    _entries, link = whole_round(graph, "/users/delta")
    world.weather.expire_delta_tokens = 1

    assert graph.error(link)[1] == "syncStateNotFound"
    graph.get(link)


def test_a_directory_that_forgot_answers_410_with_a_location(
    graph: GraphClient, directory: Directory
) -> None:
    _entries, link = whole_round(graph, "/users/delta?$select=id")
    add_user(directory, "Alice")
    directory.changes.forget()

    assert graph.error(link)[:2] == (410, "resyncRequired")
    location = graph.last.headers["Location"]
    assert location.endswith("/v1.0/users/delta?$select=id&$deltatoken=")
    assert len(graph.get(location)["value"]) == 1


def test_delta_ignores_top(graph: GraphClient, directory: Directory) -> None:
    for name in ("Alice", "Bob", "Carol"):
        add_user(directory, name)

    assert len(graph.get("/users/delta?$top=2")["value"]) == 3


@pytest.mark.parametrize("option", ["$orderby=displayName", "$expand=manager"])
def test_delta_refuses_other_options(graph: GraphClient, option: str) -> None:
    assert graph.error(f"/users/delta?{option}")[:2] == (400, "Request_UnsupportedQuery")


def test_the_filter_takes_fifty_ids(graph: GraphClient, directory: Directory) -> None:
    alice, _bob = add_user(directory, "Alice"), add_user(directory, "Bob")

    entries, _link = whole_round(graph, f"/users/delta?$filter=id eq '{alice}'")

    assert {entry["id"] for entry in entries} == {alice}
    many = " or ".join(f"id eq '{number}'" for number in range(51))
    assert graph.error(f"/users/delta?$filter={many}")[0] == 400
    assert graph.error("/users/delta?$filter=city eq 'Bonn'")[0] == 400


def test_directory_objects_are_narrowed_by_isof(graph: GraphClient, directory: Directory) -> None:
    alice, staff = add_user(directory, "Alice"), add_group(directory, "Staff")
    _application, resource = add_application(directory, "App")
    body = {"principalId": alice, "resourceId": resource}
    assignment = directory.add("appRoleAssignment", body, object_id="assignment")

    def found(expression: str) -> dict[str, str]:
        path = f"/directoryObjects/delta?$filter={expression}"
        return {e["id"]: e.get("@odata.type", "") for e in whole_round(graph, path)[0]}

    user, role = "isof('microsoft.graph.user')", "isof('microsoft.graph.appRoleAssignment')"
    assert set(found(f"{user} or isof('microsoft.graph.group')")) == {alice, staff}
    assert found(f"{user} or {role}")[assignment] == "#microsoft.graph.appRoleAssignment"
    assert graph.error(f"/directoryObjects/delta?$filter={role}")[0] == 400


@pytest.mark.parametrize(
    "path",
    [
        "/applications/delta",
        "/servicePrincipals/delta",
        "/directoryRoles/delta",
        "/directory/administrativeUnits/delta",
        "/oauth2PermissionGrants/delta",
        "/devices/delta",
        "/contacts/delta",
    ],
)
def test_every_tracked_family_has_delta(graph: GraphClient, path: str) -> None:
    assert "@odata.deltaLink" in graph.pages(path)[-1]


def test_policies_have_no_delta(graph: GraphClient) -> None:
    assert graph.error("/identity/conditionalAccess/policies/delta")[0] == 404


def test_a_lagging_replica_reports_changes_later(
    graph: GraphClient, directory: Directory, world: World
) -> None:
    alice = add_user(directory, "Alice")
    _entries, link = whole_round(graph, "/users/delta")
    world.weather.lag = 30
    graph.get("/users")

    directory.change(alice, {"displayName": "Alicia"})
    entries, link = whole_round(graph, link)
    assert entries == []

    world.clock.advance(31)
    entries, _link = whole_round(graph, link)
    assert [entry["displayName"] for entry in entries] == ["Alicia"]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["add", "change", "delete", "restore", "purge", "link", "read"]),
            st.integers(0, 5),
        ),
        max_size=40,
    )
)
def test_a_copy_kept_by_delta_equals_the_directory(steps: list[tuple[str, int]]) -> None:
    world = World()
    directory = world.add_directory(Directory("tenant"))
    graph = GraphClient(world, directory)
    group = add_group(directory, "Staff")
    users, copy = _Copy(graph, "/users/delta?$select=displayName"), _Copy(graph, "/groups/delta")

    for step, number in steps:
        _apply(directory, group, step, f"user-{number}")
        if step == "read":
            users.sync()
            copy.sync()
    users.sync()
    copy.sync()

    live = {r.id: r.body.get("displayName") for r in directory.of_type("user")}
    assert users.names == live
    assert copy.members == set(directory.targets("group.members", group))


class _Copy:
    def __init__(self, graph: GraphClient, link: str) -> None:
        self.graph, self.link = graph, link
        self.names: dict[str, str] = {}
        self.members: set[str] = set()

    def sync(self) -> None:
        entries, self.link = whole_round(self.graph, self.link)
        for entry in entries:
            if "@removed" in entry:
                self.names.pop(entry["id"], None)
                continue
            self.names[entry["id"]] = entry.get("displayName", self.names.get(entry["id"], ""))
            for link in entry.get("members@delta", []):
                act = self.members.discard if "@removed" in link else self.members.add
                act(link["id"])


def _apply(directory: Directory, group: str, step: str, user: str) -> None:
    live, binned = directory.get(user), directory.get_deleted(user)
    if step == "add" and live is None and binned is None:
        directory.add("user", {"displayName": user}, object_id=user)
    elif step == "change" and live is not None:
        directory.change(user, {"displayName": f"{live.body['displayName']}+"})
    elif step == "delete" and live is not None:
        directory.soft_delete(user)
    elif step == "restore" and binned is not None:
        directory.restore(user)
    elif step == "purge" and (live is not None or binned is not None):
        directory.purge(user)
    elif step == "link" and live is not None and not directory.link("group.members", group, user):
        directory.unlink("group.members", group, user)
