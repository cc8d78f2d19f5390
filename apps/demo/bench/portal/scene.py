"""The installation whose pages are measured: many tenants, and a directory of a million people."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import connections

from apps.access import tokens_services
from apps.access.models import User
from apps.access.tokens import TOKEN_RIGHTS
from apps.core.actor import SYSTEM
from apps.core.scope import no_scope, tenant_scope
from apps.demo.bench.history.people import person
from apps.demo.bench.history.sources import Days
from apps.demo.bench.measuring import run_job_here
from apps.demo.bench.telling import tell
from apps.demo.bench.walls_scene import make_scene
from apps.diffs import services as diffs
from apps.history import services as history
from apps.history.search.indexing import update_index
from apps.history.selectors import latest_snapshot, snapshot_at
from apps.recovery import services as recovery
from apps.recovery.selection import Selection
from apps.tenants.models import Tenant

# Days after the first one; so many people changed on each.
DAYS, CHANGES = 2, 5_000
DAY = timedelta(days=1)
_NOTE = "scene.json"


@dataclass(frozen=True)
class Scene:
    """Who asks, with what, and what stands in the addresses of the pages, by the parts' names."""

    alice: User
    token: str
    ids: Mapping[str, Any]


def make(*, tenants: int, snapshots: int, people: int) -> Scene:
    """MSP North with `tenants` customers of so many snapshots; the first has so many people."""
    tell(f"Making {tenants:,} tenants with {snapshots:,} snapshots each")
    with no_scope("the benchmark fills an empty installation"):
        scene = make_scene(tenants=tenants, people=300, snapshots=snapshots, apart=DAY)
    # Read again: what the owner has made belongs to its connection.
    alice = User.objects.get(pk=scene.alice.pk)
    with tenant_scope(scene.tenant.pk):
        tenant = Tenant.objects.get(pk=scene.tenant.pk)
        _directory(tenant, people)
        ids = _recovery(tenant, alice)
    with connections["owner"].cursor() as cursor:
        # The scope is told with the first statement, and a vacuum goes with no other.
        cursor.execute("select 1")
        cursor.execute("vacuum analyze")
    _, secret = tokens_services.create_token(
        actor=alice.as_actor(), name="benchmark", token_rights=TOKEN_RIGHTS
    )
    return Scene(alice, secret, {**ids, "run_id": scene.run.pk})


def keep(scene: Scene, directory: Path) -> Scene:
    """Note it beside its database, for the next time that pages are measured there."""
    ids = {
        name: value if isinstance(value, int) else str(value) for name, value in scene.ids.items()
    }
    note = {"alice": str(scene.alice.pk), "token": scene.token, "ids": ids}
    (directory / _NOTE).write_text(json.dumps(note))
    return scene


def kept(directory: Path) -> Scene | None:
    """What was noted there."""
    if not (directory / _NOTE).exists():
        return None
    note = json.loads((directory / _NOTE).read_text())
    return Scene(User.objects.get(pk=note["alice"]), note["token"], note["ids"])


def _directory(tenant: Tenant, people: int) -> None:
    """The people's first snapshot and some days, with the index for searching."""
    source = Days(people, CHANGES)
    for source.day in range(DAYS + 1):
        tell(f"Making the snapshot of day {source.day} of {people:,} people")
        mode = "delta" if source.day else "full"
        history.capture(actor=SYSTEM, tenant=tenant, mode=mode, reason="benchmark", source=source)
    tell("Making the index for searching")
    update_index(tenant)


def _recovery(tenant: Tenant, alice: User) -> dict[str, Any]:
    """A report of two days of the large directory, a plan for all of it, and a request."""
    tell("Making a difference report, a plan and a request")
    newest = latest_snapshot(tenant)
    assert newest is not None  # noqa: S101 - it was just made
    actor = alice.as_actor()
    base = snapshot_at(tenant, newest.seq - DAYS)
    report = diffs.request_report(actor=actor, tenant=tenant, base=base, target=newest, here=True)
    run_job_here(report.job_id)
    report.refresh_from_db()
    plan = recovery.make_plan(actor=actor, report=report, selection=Selection(everything=True))
    request = recovery.request_recovery(actor=actor, plan=plan, reason="benchmark")
    return {
        "msp_id": tenant.msp_id,
        "tenant_id": tenant.pk,
        "user_id": alice.pk,
        "kind": "user",
        "object_id": person(1)["id"],
        "seq": newest.seq,
        "report_id": report.pk,
        "position": 1,
        "plan_id": plan.pk,
        "request_id": request.pk,
        "job_id": report.job_id,
        "order": 1,
    }
