"""Captures over HTTP from the stand-in for Entra: every kind, full and by delta."""

from collections.abc import Iterator

import pytest

from apps.core.actor import SYSTEM
from apps.core.scope import tenant_scope
from apps.entra.catalogue import KINDS
from apps.entra.client import GraphClient
from apps.entra.clouds import cloud
from apps.entra.credentials import Credential
from apps.history import selectors, services
from apps.history.capture.source import GraphSource
from apps.history.services import CaptureResult
from apps.history.verification import verify
from apps.tenants.models import Tenant
from tests.factories import make_msp, make_tenant
from tests.history.conftest import Capture
from tests.support.sandboxes import Sandbox


@pytest.fixture
def entra(db: None, sandbox: Sandbox, settings: pytest.FixtureRequest) -> Iterator[Tenant]:
    """The first tenant of the sandbox; Graph's clock runs 1,000 times fast."""
    settings.HOLDFAST_GRAPH_TIME_SCALE = 1000.0  # type: ignore[attr-defined]
    tenant = make_tenant(make_msp(), entra_id=sandbox.tenants[0]["id"])
    with tenant_scope(tenant.pk):
        yield tenant


def client_of(entra: Tenant, sandbox: Sandbox) -> GraphClient:
    credential = Credential(sandbox.lab["client_id"], secret=sandbox.lab["client_secret"])
    return GraphClient(cloud("sandbox"), str(entra.entra_id), credential)


@pytest.fixture
def capture(entra: Tenant, sandbox: Sandbox) -> Capture:
    def take(mode: str = "full") -> CaptureResult:
        source = GraphSource(client_of(entra, sandbox))
        return services.capture(actor=SYSTEM, tenant=entra, mode=mode, reason="test", source=source)

    return take


def test_every_kind_is_read_and_a_second_look_finds_nothing(
    entra: Tenant, capture: Capture
) -> None:
    first = capture()

    assert first.snapshot is not None
    statuses = {row.collection: row for row in first.snapshot.collections.all()}
    assert {name for name, row in statuses.items() if row.status != "complete"} == set()
    assert {kind.name for kind in KINDS} <= statuses.keys()
    assert {name for name, row in statuses.items() if not row.count} <= {"directoryAudit"}
    assert statuses["user.perUserMfaState"].count == statuses["user"].count
    assert capture("delta").snapshot is None
    assert capture("full").counts == {}
    assert verify(entra).is_intact


def test_what_is_known_to_be_small_is_asked_for_together_and_what_went_is_found_in_its_bin(
    entra: Tenant, sandbox: Sandbox, capture: Capture
) -> None:
    capture()
    group = sandbox.graph("GET", "/groups?$top=1&$select=id").json()["value"][0]["id"]
    sandbox.graph("DELETE", f"/groups/{group}")
    client = client_of(entra, sandbox)

    found = services.capture(
        actor=SYSTEM, tenant=entra, mode="full", reason="test", source=GraphSource(client)
    )

    # Kind by kind it takes 58.
    assert client.stats.requests <= 25
    assert found.counts["soft_deleted"] == 1
    assert {item.status for item in found.collections} == {"complete"}


def test_changes_made_in_the_tenant_arrive_by_delta_and_full_finds_no_more(
    entra: Tenant, sandbox: Sandbox, capture: Capture
) -> None:
    capture()
    users = sandbox.graph("GET", "/users?$top=5&$select=id").json()["value"]
    group = sandbox.graph(
        "POST",
        "/groups",
        {
            "displayName": "Night shift",
            "mailNickname": "nightshift",
            "mailEnabled": False,
            "securityEnabled": True,
            "members@odata.bind": [f"{sandbox.url}/v1.0/directoryObjects/{users[0]['id']}"],
        },
    ).json()
    sandbox.graph("PATCH", f"/users/{users[1]['id']}", {"department": "Night"})
    gone = sandbox.graph(
        "POST",
        "/users",
        {
            "accountEnabled": True,
            "displayName": "Short Stay",
            "mailNickname": "shortstay",
            "userPrincipalName": f"shortstay@{sandbox.tenants[0]['domain']}",
            "passwordProfile": {"password": "Correct-Horse-7"},
        },
    ).json()
    capture("delta")
    sandbox.graph("DELETE", f"/users/{gone['id']}")

    deleted = capture("delta")
    full = capture("full")

    assert selectors.body_at(entra, "group", group["id"], 2) is not None
    members = selectors.links_at(entra, 2, link="group.members", source_ids=[group["id"]])
    assert {item.target_id for item in members} == {users[0]["id"]}
    changed = selectors.body_at(entra, "user", users[1]["id"], 2)
    assert changed is not None
    assert changed["department"] == "Night"
    assert deleted.counts["soft_deleted"] == 1
    assert full.counts == {}
    assert verify(entra).is_intact


def test_a_second_factor_that_was_switched_off_is_seen_by_delta(
    entra: Tenant, sandbox: Sandbox, capture: Capture
) -> None:
    user = sandbox.graph("GET", "/users?$top=1&$select=id").json()["value"][0]["id"]
    path = f"/users/{user}/authentication/requirements"
    for state in ("enforced", "disabled"):
        sandbox.graph("PATCH", path, {"perUserMfaState": state}, version="beta").raise_for_status()
        result = capture("delta")
        assert result.snapshot is not None
        body = selectors.body_at(entra, "user", user, result.snapshot.seq)
        assert body is not None
        assert body["perUserMfaState"] == state

    assert capture("full").counts == {}
