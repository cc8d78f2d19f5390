"""What happens in the product reaches the routes that want to know."""

from __future__ import annotations

import pytest

from apps.core.scope import tenant_scope
from apps.history.jobs import capture_given_up
from apps.history.signals import sealed
from apps.jobs.choices import JobState
from apps.jobs.models import Job
from apps.notify.choices import Channel, EventKind
from apps.notify.models import Delivery, NotificationRoute
from apps.notify.routes import services
from apps.notify.routes.services import Wanted
from apps.recovery import services as recovery
from apps.recovery.choices import RunState
from apps.recovery.running import lifecycle
from tests.factories import actor_of
from tests.portal.world import World, make_report


@pytest.fixture
def route(world: World) -> NotificationRoute:
    wanted = Wanted("Everything", tuple(EventKind.values))
    alice, north = actor_of(world.cast.alice), world.cast.north
    added, _ = services.add_route(
        actor=alice, msp=north, channel=Channel.MAIL, address="noc@north.test", wanted=wanted
    )
    return added


def test_what_happens_to_a_tenant_is_told_with_ids_and_numbers_alone(
    world: World, route: NotificationRoute
) -> None:
    tenant = world.tenant
    with tenant_scope(tenant.pk):
        sealed.send(None, tenant_id=tenant.pk, snapshot_id=world.target.pk, seq=world.target.seq)
        report = make_report(world.cast, world.base, world.target)
        recovery.refuse(actor=actor_of(world.cast.dave), request=world.waiting, reason="Not now.")
        lifecycle.start(world.run)
        lifecycle.finish(world.run, RunState.FAILED, failure="Adele broke it")
        for _ in range(2):
            capture_given_up(Job(tenant=tenant, state=JobState.FAILED, error_code="throttled"))
        rows = list(Delivery.objects.filter(route=route).order_by("created_at", "id"))

    told = {row.kind: row for row in rows}
    assert [row.kind for row in rows] == [
        "snapshot.taken",
        "changes.found",
        "approval.refused",
        "run.started",
        "run.failed",
        "snapshot.failed",
    ]
    assert told["snapshot.taken"].subjects == {"snapshot": str(world.target.seq)}
    assert told["changes.found"].subjects == {"report": str(report.pk)}
    assert told["changes.found"].data["changes"] == sum(report.counts["risk"].values())
    assert told["approval.refused"].data == {"state": "refused"}
    assert told["run.failed"].data["state"] == "failed"
    assert told["snapshot.failed"].data == {"code": "throttled", "cause": "capture"}
    said = " ".join(f"{row.data} {row.subjects}" for row in rows)
    assert "Adele" not in said
    assert "Not now" not in said
