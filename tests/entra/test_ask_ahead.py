"""What is going to be asked, asked together."""

from collections.abc import Iterator
from typing import Any

import pytest

from apps.entra.client import GraphClient, Limits
from apps.entra.client.responses import Question
from apps.entra.clouds import cloud
from apps.entra.credentials import Credential
from apps.entra.errors import Denied, EntraError, NotLicensed
from tests.entra.scripted import Scripted, Server, serving
from tests.entra.support import FakeTime

_TENANT = "11111111-1111-4111-8111-111111111111"


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    with serving() as server:
        settings.HOLDFAST_SANDBOX_URL = server.url
        yield server


@pytest.fixture
def client(server: Server) -> GraphClient:
    credential = Credential("client", secret="secret")
    return GraphClient(
        cloud("sandbox"), _TENANT, credential, limits=Limits(), time_source=FakeTime()
    )


def answered(*answers: tuple[int, dict[str, Any]]) -> Scripted:
    """A $batch answered item by item."""
    responses = [
        {"id": str(at), "status": status, "body": body} for at, (status, body) in enumerate(answers)
    ]
    return Scripted(200, {"responses": responses})


def asked(server: Server) -> list[tuple[str, str]]:
    return [(each.method, each.path) for each in server.asked]


def test_an_answer_waits_for_its_question_and_serves_it_once(
    server: Server, client: GraphClient
) -> None:
    server.script = [
        answered((200, {"value": [1]}), (200, {"value": [2]})),
        Scripted(200, {"value": [3]}),
    ]

    client.ask_ahead([Question("v1.0", "/groups"), Question("v1.0", "/users?$top=1")])

    assert client.get("/users?$top=1") == {"value": [2]}
    assert asked(server) == [("POST", "/v1.0/$batch")]
    assert client.get("/users?$top=1") == {"value": [3]}
    assert client.get("/groups") == {"value": [1]}
    assert asked(server) == [("POST", "/v1.0/$batch"), ("GET", "/v1.0/users?$top=1")]


def test_pages_begin_with_what_was_asked_ahead(server: Server, client: GraphClient) -> None:
    link = f"{server.url}/v1.0/groups/delta?$deltatoken=here"
    server.script = [answered((200, {"value": [1], "@odata.deltaLink": link}))]

    client.ask_ahead([Question("v1.0", link)])

    assert [page["value"] for page in client.pages(link)] == [[1]]
    assert server.asked[0].body["requests"][0]["url"] == "/groups/delta?$deltatoken=here"
    assert len(server.asked) == 1


def test_what_failed_is_asked_for_again_by_itself(server: Server, client: GraphClient) -> None:
    server.script = [
        answered((409, {"error": {"code": "Conflict"}}), (200, {"value": [2]})),
        Scripted(200, {"value": [1]}),
    ]

    client.ask_ahead([Question("v1.0", "/groups"), Question("v1.0", "/users")])

    assert client.get("/groups") == {"value": [1]}


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [(400, "AadPremiumLicenseRequired", NotLicensed), (403, "Forbidden", Denied)],
)
def test_a_refusal_is_not_asked_for_again(
    server: Server, client: GraphClient, status: int, code: str, error: type[EntraError]
) -> None:
    server.script = [answered((status, {"error": {"code": code, "message": "no"}}))]

    client.ask_ahead([Question("v1.0", "/groups")])

    for _ in range(2):
        with pytest.raises(error):
            client.get("/groups")
    assert asked(server) == [("POST", "/v1.0/$batch")]


def test_each_version_has_a_batch_and_what_has_its_own_pace_is_left_out(
    server: Server, client: GraphClient
) -> None:
    server.script = [answered((200, {"value": [1]})), answered((200, {"value": [2]}))]

    client.ask_ahead(
        [
            Question("v1.0", "/groups"),
            Question("beta", "/groups"),
            Question("v1.0", "/identity/conditionalAccess/policies"),
            Question("v1.0", "/auditLogs/directoryAudits"),
        ]
    )

    assert asked(server) == [("POST", "/v1.0/$batch"), ("POST", "/beta/$batch")]
    assert [len(each.body["requests"]) for each in server.asked] == [1, 1]
    assert client.get("/groups", version="beta") == {"value": [2]}


def test_without_questions_nothing_is_sent(server: Server, client: GraphClient) -> None:
    client.ask_ahead([])

    assert server.asked == []
