"""When a capture by delta asks for what is in the bin of Conditional Access."""

from collections.abc import Iterator
from datetime import timedelta

from apps.core import clock
from apps.entra.catalogue import Kind
from apps.entra.errors import Throttled
from apps.entra.reading import AuditEvent, ReadBatch
from apps.history import selectors
from apps.tenants.models import Tenant
from tests.history.conftest import Capture
from tests.history.sources import MemorySource

POLICY = "conditionalAccessPolicy"


def bins_of(source: MemorySource) -> list[str]:
    """The kinds whose bins are asked for from now on."""
    asked: list[str] = []
    usual = source.read_bin

    def noted(kind: Kind) -> Iterator[ReadBatch]:
        asked.append(kind.name)
        return usual(kind)

    source.read_bin = noted  # type: ignore[method-assign]
    return asked


def state_of(tenant: Tenant, object_id: str) -> str | None:
    latest = selectors.latest_snapshot(tenant)
    assert latest is not None
    found = selectors.state_at(tenant, latest.seq, object_ids=[object_id])
    return next((item.state for item in found), None)


def policy_deleted(minutes_ago: int) -> AuditEvent:
    return AuditEvent(
        event_id=f"deleted-{minutes_ago}",
        at=clock.now() - timedelta(minutes=minutes_ago),
        activity="Delete conditional access policy",
        category="Policy",
        operation="Delete",
        succeeded=True,
        actor_kind="",
        actor_id="",
        actor_name="",
        target_ids=("p2",),
    )


def test_it_is_left_alone_when_nothing_speaks_for_a_change(
    source: MemorySource, capture: Capture
) -> None:
    source.put(POLICY, "p1", displayName="Block legacy")
    capture()
    asked = bins_of(source)

    capture("delta")
    assert asked == []

    capture("full")
    assert POLICY in asked


def test_it_is_asked_when_a_policy_went_missing_and_as_long_as_one_is_in_it(
    tenant: Tenant, source: MemorySource, capture: Capture
) -> None:
    source.put(POLICY, "p1", displayName="Block legacy")
    capture()

    source.soft_delete(POLICY, "p1")
    capture("delta")
    assert state_of(tenant, "p1") == "soft-deleted"

    del source.binned[POLICY]["p1"]
    capture("delta")
    assert state_of(tenant, "p1") is None


def test_it_is_asked_when_the_log_tells_of_a_policy_that_nobody_saw(
    tenant: Tenant, source: MemorySource, capture: Capture
) -> None:
    capture()
    source.binned[POLICY]["p2"] = {"id": "p2", "displayName": "Made and gone"}
    source.audit.append(policy_deleted(5))

    capture("delta")

    assert state_of(tenant, "p2") == "soft-deleted"


def test_it_is_asked_when_the_log_cannot_be_read(source: MemorySource, capture: Capture) -> None:
    capture()
    source.failures["audit"] = Throttled("busy")
    asked = bins_of(source)

    capture("delta")

    assert POLICY in asked
