"""$batch."""

from collections.abc import Iterator
from typing import Any

import pytest

from apps.sandbox.graph import dispatch
from apps.sandbox.graph.context import Answer, Call
from apps.sandbox.state.directory import Directory

from .client import GraphClient
from .conftest import add_user


def item(number: int, url: str = "/users?$select=id", **more: Any) -> dict[str, Any]:
    return {"id": str(number), "method": "GET", "url": url, **more}


def batch(graph: GraphClient, *items: dict[str, Any], **options: Any) -> dict[str, Any]:
    given = graph.send("POST", "/$batch", {"requests": list(items)}, **options)
    assert given.status == 200, given.body
    assert isinstance(given.body, dict)
    return {response["id"]: response for response in given.body["responses"]}


@pytest.fixture
def gate() -> Iterator[list[Call]]:
    """Every call that reaches the gate, which refuses those for /groups with 429."""
    seen: list[Call] = []

    def refuse_groups(call: Call) -> Answer | None:
        seen.append(call)
        if call.segments[0] == "groups":
            return Answer(429, {"error": {"code": "TooManyRequests"}}, {"Retry-After": "7"})
        return None

    before = dispatch.gate
    dispatch.gate = refuse_groups
    yield seen
    dispatch.gate = before


def test_items_succeed_and_fail_on_their_own(graph: GraphClient, directory: Directory) -> None:
    alice = add_user(directory, "Alice")

    responses = batch(graph, item(1), item(2, f"/users/{alice}"), item(3, "/users/nobody"))

    assert [responses[key]["status"] for key in "123"] == [200, 200, 404]
    assert responses["2"]["body"]["id"] == alice
    assert responses["2"]["headers"]["Content-Type"] == "application/json"
    assert responses["3"]["body"]["error"]["code"] == "Request_ResourceNotFound"


def test_answers_come_in_another_order_but_always_the_same(graph: GraphClient) -> None:
    requests = [item(number) for number in range(20)]

    orders = [list(batch(graph, *requests)) for _ in range(2)]

    assert orders[0] == orders[1]
    assert orders[0] != [str(number) for number in range(20)]


def test_twenty_is_the_most(graph: GraphClient) -> None:
    requests = {"requests": [item(number) for number in range(21)]}

    assert graph.send("POST", "/$batch", requests).status == 400


@pytest.mark.parametrize(
    "requests",
    [
        None,
        [],
        [{"id": "1", "method": "GET"}],
        [item(1), item(1)],
        [{**item(1), "id": "a"}, {**item(2), "id": "A"}],
        [item(1, method="BREW")],
        [item(1, dependsOn=["2"]), item(2)],
        [{"id": "1", "method": "POST", "url": "/users", "body": {}}],
        [item(1, "https://graph.microsoft.com/v1.0/users")],
    ],
)
def test_malformed_batches_are_refused_whole(graph: GraphClient, requests: Any) -> None:
    assert graph.send("POST", "/$batch", {"requests": requests}).status == 400


def test_what_depends_on_a_failure_is_not_tried(graph: GraphClient) -> None:
    responses = batch(
        graph,
        item(1, "/users/nobody"),
        item(2, dependsOn=["1"]),
        item(3, dependsOn=["2"]),
    )

    assert [responses[key]["status"] for key in "123"] == [404, 424, 424]
    assert responses["2"]["body"]["error"]["code"] == "FailedDependency"


def test_items_carry_their_own_headers(graph: GraphClient, directory: Directory) -> None:
    add_user(directory, "Alice")
    eventual = {"ConsistencyLevel": "eventual"}

    responses = batch(
        graph,
        item(1, "/users?$count=true", headers=eventual),
        item(2, "/users/$count", headers=eventual),
        item(3, "/users/$count"),
    )

    assert responses["1"]["body"]["@odata.count"] == 1
    assert responses["2"]["status"] == 200
    assert responses["3"]["status"] == 400


def test_items_speak_the_version_of_the_batch(graph: GraphClient) -> None:
    one = item(1, "/groups?$select=writebackConfiguration")

    assert batch(graph, one)["1"]["status"] == 400
    assert batch(graph, one, version="beta")["1"]["status"] == 200


def test_items_are_throttled_one_by_one(graph: GraphClient, gate: list[Call]) -> None:
    responses = batch(graph, item(1), item(2, "/groups"))

    assert responses["1"]["status"] == 200
    assert responses["2"]["status"] == 429
    assert responses["2"]["headers"]["Retry-After"] == "7"
    assert [call.in_batch for call in gate] == [True, True]
    assert [call.resource_units for call in gate] == [1, 1]


def test_next_links_of_items_are_absolute(graph: GraphClient, directory: Directory) -> None:
    for number in range(3):
        add_user(directory, f"User{number}")

    link = batch(graph, item(1, "/users?$top=2"))["1"]["body"]["@odata.nextLink"]

    assert link.startswith("https://graph.microsoft.com/v1.0/users?$top=2&")
    assert len(graph.get(link)["value"]) == 1
