"""Streams of events: what moves is told, to those who may see it, for as long as they may."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from apps.api.streaming import hub as hubs
from apps.api.streaming.hub import Hub
from apps.api.streaming.listeners import Listener
from apps.core import clock
from apps.core.scope import no_scope
from apps.jobs.choices import JobState
from apps.jobs.models import Job
from apps.tenants.models import Tenant
from tests.api.calls import Program, program
from tests.portal.world import World


def a_job(tenant: Tenant, kind: str = "capture") -> Job:
    with no_scope("a test makes a job"):
        return Job.objects.create(kind=kind, tenant=tenant, actor_kind="system")


def move(job: Job, **to: Any) -> None:
    with no_scope("a test moves a job"):
        Job.objects.filter(pk=job.pk).update(heartbeat_at=clock.now(), **to)


def running(job: Job, done: int) -> None:
    state = {"state": JobState.RUNNING, "claim": job.pk, "progress_total": 9}
    move(job, progress_done=done, **state)


def read(part: bytes) -> tuple[str, Any]:
    """The name and the data of an event."""
    lines = dict(line.split(": ", 1) for line in part.decode().strip().split("\n"))
    return lines["event"], json.loads(lines["data"])


def listener(*tenants: Tenant, **wanted: Any) -> Listener:
    ids = frozenset(tenant.pk for tenant in tenants)
    return Listener(token_id=UUID(int=0), address="", tenant_ids=ids, **wanted)


def heard_by(one: Listener) -> list[Any]:
    return [read(part)[1]["job"]["id"] for part in one.take()[0]]


def test_everybody_hears_of_his_tenants_and_of_what_he_chose(world: World) -> None:
    hub, since = Hub(), clock.now()
    hub._running = True  # no thread: this test looks itself
    cast = world.cast
    both = listener(cast.contoso, cast.fabrikam)
    chosen = listener(cast.contoso, cast.fabrikam, chosen=frozenset({cast.fabrikam.pk}))
    of_kind = listener(cast.contoso, cast.fabrikam, kinds=frozenset({"verify"}))
    stranger = listener(cast.tailspin)
    for one in (both, chosen, of_kind, stranger):
        hub.add(one, since)
    capture, verify = a_job(cast.contoso), a_job(cast.fabrikam, "verify")

    hub.look(since)

    assert heard_by(both)[-2:] == [str(capture.pk), str(verify.pk)]
    assert heard_by(chosen) == [str(verify.pk)]
    assert heard_by(of_kind) == [str(verify.pk)]
    assert heard_by(stranger) == []


def test_a_heartbeat_alone_is_no_news_and_many_moves_are_one(world: World) -> None:
    hub, since = Hub(), clock.now()
    hub._running = True
    job = a_job(world.tenant)
    one = listener(world.tenant, job_id=job.pk)
    hub.add(one, since)
    hub.look(since)
    first = one.take()[0]

    move(job)
    hub.look(since)
    silent = one.take()[0]
    for done in (1, 2, 3):
        running(job, done)
        hub.look(since)
    newest = one.take()[0]

    assert len(first) == 1
    assert silent == []
    assert [read(part)[1]["job"]["progress_done"] for part in newest] == [3]


def test_looking_is_one_query_for_all_who_listen_by_the_index(world: World) -> None:
    with connection.cursor() as cursor, no_scope("a test asks for a plan"):
        cursor.execute("set local enable_seqscan = off")
        rows = hubs.moved_since(clock.now() - timedelta(seconds=15))
        plan = rows[:1000].explain()

    assert "job_moved" in plan


def test_what_was_missed_is_told_when_one_comes_back(world: World) -> None:
    alice = program(world.cast.alice)
    with clock.frozen(clock.now()) as time:
        before = a_job(world.tenant)
        time.advance(timedelta(seconds=1))
        number = int(clock.now().timestamp() * 1_000_000)
        time.advance(timedelta(seconds=1))
        after = a_job(world.tenant)
    answer = alice.client.get("/api/v1/events", **alice.headers(), HTTP_LAST_EVENT_ID=str(number))
    ids = heard_by(answer.listener)  # type: ignore[attr-defined]

    assert str(after.pk) in ids
    assert str(before.pk) not in ids


def test_streams_are_few_and_bad_questions_refused(
    world: World, settings: pytest.FixtureRequest
) -> None:
    alice = program(world.cast.alice)
    headers = {**alice.headers(), "HTTP_LAST_EVENT_ID": "yesterday"}
    bad = alice.client.get("/api/v1/events", **headers)
    long = alice.get("/api/v1/events", seconds=901)
    nobody = Program().get("/api/v1/events")
    job = a_job(world.cast.contoso)
    stranger = program(world.cast.mallory).get(f"/api/v1/jobs/{job.pk}/events")
    settings.HOLDFAST_API_STREAMS_IN_THREADS = 0  # type: ignore[attr-defined]
    full = alice.get("/api/v1/events")

    assert (bad.status_code, bad.json()["code"]) == (400, "bad-event-id")
    assert (long.status_code, nobody.status_code, stranger.status_code) == (400, 401, 404)
    assert (full.status_code, full.json()["code"]) == (503, "too-many-streams")
    assert full["Retry-After"] == "30"
