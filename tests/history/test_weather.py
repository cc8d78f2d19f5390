"""Captures while Graph is unwell: a whole snapshot or none, and the next one simply works."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from apps.core.actor import SYSTEM
from apps.core.errors import Unavailable
from apps.core.scope import tenant_scope
from apps.entra.catalogue import KINDS, Kind
from apps.entra.client import GraphClient
from apps.entra.clouds import cloud
from apps.entra.credentials import Credential
from apps.entra.reading import ReadBatch
from apps.history import selectors, services
from apps.history.capture.source import GraphSource
from apps.history.models import Snapshot
from apps.history.services import CaptureResult
from apps.history.verification import verify
from apps.tenants.models import Tenant
from tests.factories import make_msp, make_tenant
from tests.support.sandboxes import Sandbox


class Interrupted(GraphSource):
    """Graph; something happens after the first page of users."""

    def __init__(self, client: GraphClient, happens: Callable[[], object]) -> None:
        super().__init__(client)
        self._happens = happens

    def read(self, kind: Kind, *, cursor: str | None, first_read: bool) -> Iterator[ReadBatch]:
        for number, batch in enumerate(super().read(kind, cursor=cursor, first_read=first_read)):
            yield batch
            if kind.name == "user" and number == 0:
                self._happens()


@pytest.fixture
def entra(db: None, sandbox: Sandbox, settings: pytest.FixtureRequest) -> Iterator[Tenant]:
    settings.HOLDFAST_GRAPH_TIME_SCALE = 1000.0  # type: ignore[attr-defined]
    tenant = make_tenant(make_msp(), entra_id=sandbox.tenants[0]["id"])
    with tenant_scope(tenant.pk):
        yield tenant


@pytest.fixture
def capture(entra: Tenant, sandbox: Sandbox) -> Callable[..., CaptureResult]:
    lab = sandbox.lab

    def take(mode: str = "full", happens: Callable[[], object] = bool) -> CaptureResult:
        credential = Credential(lab["client_id"], secret=lab["client_secret"])
        client = GraphClient(cloud("sandbox"), str(entra.entra_id), credential)
        source = Interrupted(client, happens)
        return services.capture(actor=SYSTEM, tenant=entra, mode=mode, reason="", source=source)

    return take


def incomplete(result: CaptureResult) -> dict[str, str]:
    return {row.collection: row.status for row in result.collections if row.status != "complete"}


def test_weather_that_passes_costs_nothing_but_time(
    entra: Tenant, sandbox: Sandbox, capture: Callable[..., CaptureResult]
) -> None:
    """Each time the capture finds exactly what was there: an interrupted one would differ."""
    capture()
    weathers: dict[str, dict[str, Any]] = {
        "page tokens expire": {"expire_skip_tokens": 2},
        "answers stop in mid-body": {"half_body_rate": 0.05},
        "connections break": {"drop_rate": 0.05},
        "Graph is busy": {"fault_rate": 0.1, "fault_retry_after": 0},
    }
    for name, weather in weathers.items():
        sandbox.control("POST", "/weather", weather)
        result = capture()
        sandbox.control("POST", "/weather", dict.fromkeys(weather, 0))
        assert (name, result.counts, incomplete(result)) == (name, {}, {})

    # tokens of the sign-in expire while pages are being read
    def two_hours_pass() -> None:
        sandbox.control("POST", "/clock", {"advance_seconds": 7200})

    late = capture(happens=two_hours_pass)
    assert (late.counts, incomplete(late)) == ({}, {})

    # what delta goes on from has expired, and something changed since
    user = sandbox.graph("GET", "/users?$top=1&$select=id").json()["value"][0]["id"]
    sandbox.tokens.clear()
    sandbox.graph("PATCH", f"/users/{user}", {"department": "Night"}).raise_for_status()
    by_delta = sum(1 for kind in KINDS if kind.delta_path)
    sandbox.control("POST", "/weather", {"expire_delta_tokens": by_delta})
    resynced = capture("delta")
    sandbox.control("POST", "/weather", {"expire_delta_tokens": 0})
    assert (resynced.counts, incomplete(resynced)) == ({"updated": 1}, {})
    assert capture("delta").snapshot is None
    assert verify(entra).is_intact


def test_weather_that_stays_makes_no_snapshot_and_says_why(
    entra: Tenant, sandbox: Sandbox, capture: Callable[..., CaptureResult]
) -> None:
    before = capture().snapshot
    sandbox.control("POST", "/weather", {"half_body_rate": 1})

    with pytest.raises(Unavailable) as refused:
        capture()

    sandbox.control("POST", "/weather", {"half_body_rate": 0})
    assert "No part of the tenant could be read." in refused.value.message
    assert "not affected" in refused.value.safe
    assert selectors.latest_snapshot(entra) == before
    assert capture().counts == {}


def test_a_collection_that_comes_back_empty_is_held_and_loses_nothing(
    entra: Tenant, sandbox: Sandbox, capture: Callable[..., CaptureResult]
) -> None:
    first = capture().snapshot
    assert first is not None
    users = first.collections.get(collection="user").count
    sandbox.control("POST", "/weather", {"empty_collections": ["users"]})

    held = capture()

    sandbox.control("POST", "/weather", {"empty_collections": []})
    assert held.snapshot is not None
    row = held.snapshot.collections.get(collection="user")
    assert (row.status, row.count, row.missing["objects"]) == ("held", users, users)
    assert "Nothing was recorded as deleted" in row.detail
    again = capture()
    assert incomplete(again) == {}
    assert "hard_deleted" not in again.counts
    assert Snapshot.objects.count() == 3
    assert verify(entra).is_intact
