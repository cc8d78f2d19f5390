"""The client in bad weather: what is sent again, what never is, and how long is waited."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from apps.entra.catalogue.model import Lane
from apps.entra.client import BatchItem, GraphClient, Limits
from apps.entra.client.limits import (
    conditional_access_budget,
    own_budgets,
    resource_units_for,
    shared_budgets,
)
from apps.entra.client.timing import GraphTime
from apps.entra.clouds import cloud
from apps.entra.credentials import Credential
from apps.entra.errors import (
    EntraError,
    NotLicensed,
    NotOffered,
    OutcomeUnknown,
    PageTokenExpired,
    Permanent,
    ResyncRequired,
    Throttled,
)
from tests.entra.scripted import Scripted, Server, serving
from tests.entra.support import FakeTime

_DONE = Scripted(204)
_CUT = Scripted(body={"id": "1", "displayName": "Half of it"}, cut=12)
_TENANT = "11111111-1111-4111-8111-111111111111"


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    with serving() as server:
        settings.HOLDFAST_SANDBOX_URL = server.url
        yield server


@pytest.fixture
def time() -> FakeTime:
    return FakeTime()


@pytest.fixture
def client(server: Server, time: FakeTime) -> GraphClient:
    credential = Credential("client", secret="secret")
    return GraphClient(cloud("sandbox"), _TENANT, credential, limits=Limits(), time_source=time)


def _refusal(status: int, code: str, message: str = "", **headers: str) -> Scripted:
    return Scripted(status, {"error": {"code": code, "message": message}}, headers)


def test_every_call_can_be_found_again(server: Server, client: GraphClient) -> None:
    server.script = [_DONE, _DONE]
    client.request("GET", "/organization")
    client.request("GET", "/organization")
    first, second = (asked.headers for asked in server.asked)
    assert first["client-request-id"] != second["client-request-id"]
    assert first["x-ms-throttle-priority"] == "Low"
    assert first["authorization"] == "Bearer token-1"


def test_clients_of_one_application_and_tenant_sign_in_once(server: Server) -> None:
    # given two clients of one application, and one of another tenant
    first, second, elsewhere = (
        GraphClient(cloud("sandbox"), tenant, Credential("client", secret="secret"))
        for tenant in (_TENANT, _TENANT, _TENANT.replace("1", "2"))
    )
    server.script = [_DONE] * 4

    # when they are used, then each tenant was signed in to once
    first.request("GET", "/organization")
    second.request("GET", "/organization")
    assert server.tokens == 1
    elsewhere.request("GET", "/organization")
    assert server.tokens == 2

    # and another secret is no way to a token that was got with the right one
    wrong = GraphClient(cloud("sandbox"), _TENANT, Credential("client", secret="other"))
    wrong.request("GET", "/organization")
    assert server.tokens == 3


@pytest.mark.parametrize("fault", [_CUT, Scripted(drop=True), Scripted(503), Scripted(504)])
def test_a_read_is_sent_again(server: Server, client: GraphClient, fault: Scripted) -> None:
    server.script = [fault, Scripted(body={"id": "1"})]
    assert client.get("/users/1") == {"id": "1"}
    assert len(server.asked) == 2


@pytest.mark.parametrize("fault", [_CUT, Scripted(drop=True), Scripted(504)])
def test_a_creation_is_never_sent_twice(
    server: Server, client: GraphClient, fault: Scripted
) -> None:
    server.script = [fault, _DONE]
    with pytest.raises(OutcomeUnknown) as caught:
        client.request("POST", "/groups", {"displayName": "New"})
    assert len(server.asked) == 1
    assert "not sent again" in caught.value.safe


def test_a_creation_that_graph_put_off_is_sent_again(server: Server, client: GraphClient) -> None:
    server.script = [_refusal(429, "TooManyRequests"), Scripted(201, {"id": "g"})]
    assert client.request("POST", "/groups", {"displayName": "New"}).body == {"id": "g"}


def test_a_deletion_that_may_have_worked_says_so(server: Server, client: GraphClient) -> None:
    server.script = [Scripted(drop=True), _refusal(404, "Request_ResourceNotFound")]
    answer = client.request("DELETE", "/groups/1")
    assert (answer.status, answer.uncertain) == (404, True)


def test_retry_after_is_waited_out(server: Server, client: GraphClient, time: FakeTime) -> None:
    server.script = [_refusal(429, "TooManyRequests", **{"Retry-After": "17"}), _DONE]
    client.request("PATCH", "/users/1", {"city": "Ghent"})
    assert sum(time.waits) == pytest.approx(17)
    assert client.stats.throttled == 1


def test_patience_ends(server: Server, client: GraphClient) -> None:
    server.script = [_refusal(503, "serviceNotAvailable")] * 8
    with pytest.raises(Throttled) as caught:
        client.get("/users")
    assert caught.value.retryable
    assert len(server.asked) == 8


def test_waits_grow_where_graph_names_none(
    server: Server, client: GraphClient, time: FakeTime
) -> None:
    # given Conditional Access, which throttles without a Retry-After
    server.script = [_refusal(429, "TooManyRequests")] * 4 + [Scripted(body={"value": []})]
    client.get("/identity/conditionalAccess/policies")
    assert len(time.waits) == 4
    assert time.waits[3] > time.waits[0]


def test_another_writer_is_waited_for(server: Server, client: GraphClient, time: FakeTime) -> None:
    server.script = [_refusal(409, "Directory_ConcurrencyViolation"), _DONE]
    assert client.request("PATCH", "/applications/1", {"notes": "x"}).ok
    assert 5 <= sum(time.waits) <= 6


def test_a_refused_token_is_renewed_once(server: Server, client: GraphClient) -> None:
    refused = _refusal(401, "InvalidAuthenticationToken")
    server.script = [refused, _DONE]
    assert client.request("GET", "/organization").ok
    assert server.asked[1].headers["authorization"] == "Bearer token-2"

    server.script = [refused, refused]
    answer = client.request("GET", "/organization")
    error = answer.error()
    assert error is not None
    assert error.category == "needs-consent"


def test_pages_survive_an_empty_one(server: Server, client: GraphClient) -> None:
    server.script = [
        Scripted(body={"value": [], "@odata.nextLink": f"{server.url}/v1.0/users?$skiptoken=a"}),
        Scripted(body={"value": [{"id": "1"}]}),
    ]
    pages = list(
        client.pages("/users", {"$select": "id"}, headers={"ConsistencyLevel": "eventual"})
    )
    assert [page["value"] for page in pages] == [[], [{"id": "1"}]]
    assert all(asked.headers["consistencylevel"] == "eventual" for asked in server.asked)


def test_pages_that_lead_in_a_circle_are_left(server: Server, client: GraphClient) -> None:
    back = Scripted(body={"value": [], "@odata.nextLink": f"{server.url}/v1.0/users?$skiptoken=a"})
    server.script = [back, back, back]
    with pytest.raises(PageTokenExpired):
        list(client.pages("/users"))
    assert len(server.asked) == 2


def test_a_lost_place_in_a_list_is_named(server: Server, client: GraphClient) -> None:
    server.script = [
        Scripted(body={"value": [], "@odata.nextLink": f"{server.url}/v1.0/users?$skiptoken=a"}),
        _refusal(400, "Directory_ExpiredPageToken", "The specified page token value has expired."),
    ]
    with pytest.raises(PageTokenExpired):
        list(client.pages("/users"))


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "syncStateNotFound"),
        (410, "Gone"),
        (400, "resyncRequired"),
        (410, "syncStateNotFound"),
    ],
)
def test_a_lost_cursor_asks_for_a_full_read(
    server: Server, client: GraphClient, status: int, code: str
) -> None:
    server.script = [_refusal(status, code, "Resync.")]
    with pytest.raises(ResyncRequired):
        list(client.pages(f"{server.url}/v1.0/users/delta?$deltatoken=old"))


def test_our_token_follows_no_link_to_another_host(server: Server, client: GraphClient) -> None:
    elsewhere = "https://graph.microsoft.com.evil.example/v1.0/users"
    server.script = [Scripted(body={"value": [], "@odata.nextLink": elsewhere})]
    with pytest.raises(Permanent) as caught:
        list(client.pages("/users"))
    assert caught.value.code == "foreign-link"


def test_a_batch_keeps_its_order_and_sends_throttled_items_again(
    server: Server, client: GraphClient, time: FakeTime
) -> None:
    # given 25 requests, of which Graph puts two off, for different times, and shuffles the answers
    items = [BatchItem(str(n), "GET", f"/users/{n}?$select=id") for n in range(25)]
    put_off = {3: "4", 7: "9"}

    def answered(numbers: list[int], throttled: dict[int, str]) -> Scripted:
        return Scripted(
            body={
                "responses": [
                    {"id": str(n), "status": 429, "headers": {"Retry-After": throttled[n]}}
                    if n in throttled
                    else {"id": str(n), "status": 200, "body": {"place": n}}
                    for n in reversed(numbers)
                ]
            }
        )

    second = Scripted(
        body={
            "responses": [
                {"id": str(n), "status": 200, "body": {"place": 20 + n}} for n in range(5)
            ]
        }
    )
    server.script = [answered([*range(20)], put_off), answered([3, 7], {}), second]

    # when they are sent
    answers = client.batch(items)

    # then every answer is at its place, and the longest wait was kept
    assert [answer.body["place"] for answer in answers] == list(range(25))
    assert [len(asked.body["requests"]) for asked in server.asked] == [20, 2, 5]
    assert sum(time.waits) == pytest.approx(9)


def test_a_broken_batch_repeats_only_what_may_be_repeated(
    server: Server, client: GraphClient
) -> None:
    items = [
        BatchItem("a", "PATCH", "/users/1", {"city": "Ghent"}),
        BatchItem("b", "POST", "/groups", {"displayName": "New"}),
    ]
    answer = Scripted(body={"responses": [{"id": "0", "status": 204}]})
    server.script = [Scripted(drop=True), answer]

    patched, created = client.batch(items)

    assert (patched.status, patched.uncertain) == (204, True)
    assert created.status == 0
    assert isinstance(created.error(), OutcomeUnknown)
    assert [len(asked.body["requests"]) for asked in server.asked] == [2, 1]


def test_conditional_access_is_asked_once_a_second(
    server: Server, client: GraphClient, time: FakeTime
) -> None:
    server.script = [_DONE] * 5
    path = "/identity/conditionalAccess/policies"
    client.batch([BatchItem(str(n), "GET", f"{path}/{n}") for n in range(5)])
    assert [asked.method for asked in server.asked] == ["GET"] * 5
    assert time.waits == pytest.approx([1.05] * 4)


def test_the_second_is_counted_from_the_answer(time: FakeTime) -> None:
    # given a request that Graph took most of a second to answer
    lane = conditional_access_budget(Limits())
    lane.reserve(time, units=1, writes=0)
    time.at += 0.8
    lane.answered(time, 200)

    # then the next one waits as long as if it had been counted only at the end
    assert lane.reserve(time, units=1, writes=0).waited == pytest.approx(1.05)


def test_writes_are_counted_from_their_answer(time: FakeTime) -> None:
    # given as many writes as are allowed in 150 seconds, answered only after four
    lane = own_budgets(Limits(writes=100)).lane(Lane.DIRECTORY)
    reserved = lane.reserve(time, units=1, writes=98)
    time.at += 4
    lane.landed(time, reserved, writes=98)

    # then the next one waits as long as if they had come at the end
    assert lane.reserve(time, units=1, writes=1).waited == pytest.approx(150)


def test_a_refusal_of_conditional_access_doubles_the_wait(
    server: Server, client: GraphClient, time: FakeTime
) -> None:
    server.script = [_refusal(429, "TooManyRequests"), _DONE]
    client.request("GET", "/identity/conditionalAccess/policies")
    assert sum(time.waits) == pytest.approx(2.1)


def test_the_next_page_of_a_policy_list_keeps_the_pace_too(
    server: Server, client: GraphClient, time: FakeTime
) -> None:
    path = "/identity/conditionalAccess/policies"
    more = {"value": [], "@odata.nextLink": f"{client.cloud.graph}/v1.0{path}?$skip=1"}
    server.script = [Scripted(body=more), Scripted(body={"value": []})]

    assert len(list(client.pages(path))) == 2

    assert time.waits == pytest.approx([1.05])


@dataclass
class Turnstile:
    """Lets everybody through and notes for how long the next one would have to wait."""

    taken: int = 0
    ended: list[float] = field(default_factory=list)

    def take(self) -> "Turnstile":
        self.taken += 1
        return self

    def end(self, seconds: float) -> None:
        self.ended.append(seconds)


def test_turns_are_taken_for_conditional_access_and_nothing_else(
    server: Server, time: FakeTime
) -> None:
    turns, time.scale = Turnstile(), 10.0
    client = GraphClient(
        cloud("sandbox"),
        _TENANT,
        Credential("client", secret="secret"),
        limits=Limits(),
        turns=turns,
        time_source=time,
    )
    server.script = [_DONE, _refusal(429, "TooManyRequests"), Scripted(drop=True), _DONE]

    client.request("GET", "/organization")
    client.request("GET", "/identity/conditionalAccess/policies")

    # a refused request counts twice; in real seconds, ten of Graph's each
    assert turns.taken == 3
    assert turns.ended == pytest.approx([0.21, 0.105, 0.105])


@pytest.mark.parametrize(
    ("users", "units"), [(0, 3_500), (49, 3_500), (50, 5_000), (500, 5_000), (501, 8_000)]
)
def test_the_allowance_follows_the_number_of_users(users: int, units: float) -> None:
    assert resource_units_for(users) == units


@pytest.mark.parametrize(("users", "waits"), [(None, 10), (20, 10), (600, 0)])
def test_a_large_tenant_is_read_faster(
    server: Server, time: FakeTime, users: int | None, waits: float
) -> None:
    credential = Credential("client", secret="secret")
    client = GraphClient(
        cloud("sandbox"),
        _TENANT,
        credential,
        limits=Limits(),
        users=users,
        time_source=time,
    )
    dear = Scripted(204, headers={"x-ms-resource-unit": "2000"})
    server.script = [dear, dear, dear]

    for _ in range(3):
        client.request("GET", "/organization")

    assert sum(time.waits) == pytest.approx(waits)


def test_a_client_leaves_a_second_to_whoever_was_there_before(time: FakeTime) -> None:
    lane = conditional_access_budget(Limits())
    lane.joined(time)
    assert lane.reserve(time, units=1, writes=0).waited == pytest.approx(1.05)


def test_the_audit_log_is_asked_five_times_in_ten_seconds(
    server: Server, client: GraphClient, time: FakeTime
) -> None:
    server.script = [_DONE] * 6
    for _ in range(6):
        client.request("GET", "/auditLogs/directoryAudits")
    assert sum(time.waits) == pytest.approx(10)


def test_writes_stay_within_their_budget(server: Server, time: FakeTime) -> None:
    credential = Credential("client", secret="secret")
    limits = Limits(writes=100)
    client = GraphClient(cloud("sandbox"), _TENANT, credential, limits=limits, time_source=time)
    done = [{"id": str(n), "status": 204} for n in range(20)]
    server.script = [Scripted(body={"responses": done})] * 6

    items = [BatchItem(str(n), "PATCH", f"/users/{n}", {"city": "Ghent"}) for n in range(120)]
    client.batch(items)

    # 98 of 100 fit into the first 150 seconds
    assert sum(time.waits) == pytest.approx(150)
    assert client.stats.writes == 120


def test_graphs_own_warning_slows_us_down(
    server: Server, client: GraphClient, time: FakeTime
) -> None:
    server.script = [Scripted(204, headers={"x-ms-throttle-limit-percentage": "1.0"}), _DONE]
    client.request("GET", "/organization")
    client.request("GET", "/organization")
    assert sum(time.waits) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("status", "code", "message", "kind", "ours"),
    [
        (
            403,
            "Forbidden",
            "Your tenant is not licensed for this feature.",
            NotLicensed,
            "not-licensed",
        ),
        (
            400,
            "BadRequest",
            "Resource not found for the segment 'agentIdentities'.",
            NotOffered,
            "not-offered",
        ),
        (
            400,
            "BadRequest",
            "1007: Incoming ConditionalAccessPolicy object is",
            Permanent,
            "policy-shape",
        ),
        (
            400,
            "Request_BadRequest",
            "Another object with the same value for property identifierUris already exists.",
            EntraError,
            "value-taken",
        ),
        (404, "Request_ResourceNotFound", "Resource 'x' does not exist", Permanent, "not-there"),
    ],
)
def test_refusals_are_told_apart(
    server: Server,
    client: GraphClient,
    status: int,
    code: str,
    message: str,
    kind: type[EntraError],
    ours: str,
) -> None:
    server.script = [_refusal(status, code, message)]
    with pytest.raises(kind) as caught:
        client.get("/anything")
    assert caught.value.code == ours
    assert caught.value.todo


def test_clients_of_another_time_do_not_wait_for_moments_that_mean_nothing_to_them() -> None:
    fast = shared_budgets("https://graph.example", "tenant", "client", scale=2000.0)
    slow = shared_budgets("https://graph.example", "tenant", "client", scale=1.0)
    fast.lane(Lane.CONDITIONAL_ACCESS).joined(GraphTime(2000.0))

    assert slow.lane(Lane.CONDITIONAL_ACCESS).pause.until <= GraphTime(1.0).now()
    again = shared_budgets("https://graph.example", "tenant", "client", scale=1.0)
    assert again is slow
