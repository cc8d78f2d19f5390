"""Conditional Access takes one request a second for a tenant, whichever process sends it."""

import threading
import time

import pytest

from apps.connect.turns import TenantTurns
from apps.entra.client import GraphClient, Limits
from apps.entra.client.timing import GraphTime
from apps.entra.clouds import cloud
from apps.entra.credentials import Credential
from tests.support.sandboxes import Sandbox

GRAPH = "https://graph.example"
PAUSE = 0.2


@pytest.mark.django_db
def test_a_turn_comes_when_the_one_before_has_ended_and_the_pause_is_over() -> None:
    first = TenantTurns(GRAPH, "one").take()
    seen: list[float] = []

    def next_one() -> None:
        TenantTurns(GRAPH, "one").take().end(0)
        seen.append(time.monotonic())

    waiting = threading.Thread(target=next_one)
    waiting.start()
    waiting.join(PAUSE)
    assert not seen

    ended = time.monotonic()
    first.end(PAUSE)
    waiting.join(10)
    assert seen[0] - ended >= PAUSE


@pytest.mark.django_db
def test_tenants_do_not_wait_for_each_other() -> None:
    first = TenantTurns(GRAPH, "one").take()
    TenantTurns(GRAPH, "another").take().end(0)
    first.end(0)


@pytest.mark.django_db
def test_processes_together_stay_within_what_the_tenant_allows(sandbox: Sandbox) -> None:
    # given clients that know nothing of each other's budgets, as those of two processes
    scale = 20.0
    sandbox.control("POST", "/weather", {"throttle": "documented", "time_scale": scale})
    tenant = sandbox.tenants[0]["id"]
    credential = Credential(sandbox.lab["client_id"], secret=sandbox.lab["client_secret"])
    clients = [
        GraphClient(
            cloud("sandbox"),
            tenant,
            credential,
            limits=Limits(),
            turns=TenantTurns(sandbox.url, tenant),
            time_source=GraphTime(scale),
        )
        for _ in range(3)
    ]

    # when they read policies at one time
    threads = [threading.Thread(target=_read_policies, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    # then nobody is refused
    sandbox.control("POST", "/weather", {"throttle": "off", "time_scale": 1.0})
    assert [client.stats.throttled for client in clients] == [0, 0, 0]
    assert [client.stats.requests for client in clients] == [6, 6, 6]


def _read_policies(client: GraphClient) -> None:
    for _ in range(6):
        client.get("/identity/conditionalAccess/namedLocations")
    client.close()
