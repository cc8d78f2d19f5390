"""What takes several connections: streams of events while jobs move, and one request sent often."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from apps.access.models import ApiToken
from apps.api.streaming import hub as hubs
from apps.api.streaming.hub import HUB
from apps.core import clock
from apps.core.scope import tenant_scope
from apps.history.models import LegalHold
from apps.jobs.choices import JobState
from tests.api.calls import Program, program, token_of
from tests.api.test_events import a_job, move, read, running
from tests.factories import Cast, make_cast


@pytest.fixture
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """The thread looks at jobs and rights twenty times a second."""
    monkeypatch.setattr(hubs, "EVERY", 0.05)
    monkeypatch.setattr(hubs, "RIGHTS_EVERY", 1)


@pytest.fixture
def cast(live_database: object, quickly: None) -> Iterator[Cast]:
    yield make_cast()
    for thread in threading.enumerate():
        if thread.name == "events":
            thread.join()


def test_a_stream_tells_what_moves_until_the_token_is_revoked(cast: Cast) -> None:
    alice = program(cast.alice)
    answer = alice.get("/api/v1/events")
    stream = iter(answer.streaming_content)

    opening = next(stream)
    job = a_job(cast.contoso)
    name, said = read(next(stream))
    move(job, state=JobState.DONE, finished_at=clock.now())
    ended, _ = read(next(stream))
    ApiToken.objects.update(revoked_at=clock.now())
    closed = read(next(stream))

    assert answer["Content-Type"] == "text/event-stream"
    assert opening == b"retry: 2000\n\n"
    assert (name, said["job"]["id"], said["job"]["state"]) == ("moved", str(job.pk), "queued")
    assert said["tenant_id"] == str(cast.contoso.pk)
    assert ended == "ended"
    assert closed == ("closed", {"code": "token-invalid"})
    assert list(stream) == []
    assert len(HUB) == 0


def test_a_job_is_followed_from_where_it_stands_to_its_end(cast: Cast) -> None:
    job = a_job(cast.contoso)
    running(job, 3)
    stream = iter(program(cast.alice).get(f"/api/v1/jobs/{job.pk}/events").streaming_content)

    next(stream)
    _, stands = read(next(stream))
    running(job, 7)
    _, moved = read(next(stream))
    move(job, state=JobState.FAILED, finished_at=clock.now(), error_code="unreachable")
    last = read(next(stream))

    assert [one["job"]["progress_done"] for one in (stands, moved)] == [3, 7]
    assert (last[0], last[1]["job"]["error_code"]) == ("ended", "unreachable")
    assert list(stream) == []


def test_listeners_of_an_event_loop_have_no_threads(cast: Cast) -> None:
    from config.asgi import application

    secrets = [token_of(cast.alice) for _ in range(4)]
    job = a_job(cast.contoso)

    async def listen(secret: str, heard: asyncio.Event) -> list[bytes]:
        parts: list[bytes] = []

        async def send(message: dict[str, Any]) -> None:
            parts.append(message.get("body", b""))
            heard.set()

        headers = [(b"authorization", f"Bearer {secret}".encode()), (b"host", b"testserver")]
        scope = {"type": "http", "method": "GET", "path": "/api/v1/events", "headers": headers}
        scope |= {"query_string": b"seconds=60", "client": ["192.0.2.10", 1], "scheme": "http"}

        async def receive() -> dict[str, Any]:
            await left.wait()
            return {"type": "http.disconnect"}

        left = asyncio.Event()
        leaving.append(left)
        await application(scope, receive, send)
        return parts

    leaving: list[asyncio.Event] = []

    async def all_of_them() -> tuple[list[list[bytes]], int]:
        opened = [asyncio.Event() for _ in range(20)]
        tasks = [
            asyncio.create_task(listen(secrets[place % 4], heard))
            for place, heard in enumerate(opened)
        ]
        await asyncio.gather(*(heard.wait() for heard in opened))
        while len(HUB) < 20:
            await asyncio.sleep(0)
        threads = threading.active_count()
        for heard in opened:
            heard.clear()
        await asyncio.to_thread(running, job, 5)
        await asyncio.gather(*(heard.wait() for heard in opened))
        for left in leaving:
            left.set()
        return await asyncio.gather(*tasks), threads

    before = threading.active_count()
    streams, threads = asyncio.run(all_of_them())

    assert {read(parts[-1])[1]["job"]["progress_done"] for parts in streams} == {5}
    # Those that open streams, and the one that looks.
    assert threads - before <= 5
    assert len(HUB) == 0


def test_many_processes_at_once_do_it_once(cast: Cast) -> None:
    alice, path = program(cast.alice), f"/api/v1/tenants/{cast.contoso.pk}/holds"

    def one(_: int) -> tuple[int, str, str]:
        try:
            answer = Program(alice.secret).post(
                path, {"reason": "a claim"}, HTTP_IDEMPOTENCY_KEY="a-key"
            )
            said = answer.json()
            return answer.status_code, said.get("id") or said["code"], answer.get("Retry-After", "")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as threads:
        answers = set(threads.map(one, range(8)))

    with tenant_scope(cast.contoso.pk):
        made = str(LegalHold.objects.get().pk)
    assert {(201, made, "")} <= answers <= {(201, made, ""), (409, "idempotency-key-in-use", "2")}
