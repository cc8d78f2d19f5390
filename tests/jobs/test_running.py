"""Jobs: claimed once, told how they ended, tried again, taken back from the dead."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import OperationalError
from django_q.exceptions import TimeoutException
from django_q.models import OrmQ

from apps.audit.models import AuditRecord
from apps.core import clock, locks, scope
from apps.core.actor import SYSTEM
from apps.core.errors import Conflict, Invalid, NotAllowed, NotFound, Unavailable
from apps.core.scope import no_scope, tenant_scope
from apps.jobs import reaping, registry, runner, services
from apps.jobs.choices import JobState
from apps.jobs.context import JobContext
from apps.jobs.models import Job
from apps.jobs.registry import UnknownJobError
from tests.factories import Cast, actor_of, make_cast

Handle = Callable[[JobContext], "dict[str, Any] | None"]


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def handler() -> Iterator[Callable[..., str]]:
    """Register a function as a kind of job for the length of a test; gives the kind."""
    kinds: list[str] = []

    def register(handle: Handle, **options: Any) -> str:
        kind = f"test-{uuid4().hex[:8]}"
        registry.handler(kind, **options)(handle)
        kinds.append(kind)
        return kind

    yield register
    for kind in kinds:
        registry.forget(kind)


def reload(job: Job) -> Job:
    with no_scope("a test looks at a job"):
        return Job.objects.get(pk=job.pk)


def change(job: Job, **values: Any) -> None:
    with no_scope("a test sets a job up"):
        Job.objects.filter(pk=job.pk).update(**values)


def test_a_job_runs_in_the_scope_of_its_tenant_and_keeps_its_result(
    cast: Cast, handler: Callable[..., str]
) -> None:
    seen = []

    def handle(job: JobContext) -> dict[str, Any]:
        seen.append((scope.required().tenant_ids, job.actor, job.tenant(), job.args))
        job.progress(3, 4, "reading users")
        return {"objects": 3}

    alice = actor_of(cast.alice)
    job = services.enqueue(
        actor=alice, kind=handler(handle), tenant=cast.contoso, args={"full": True}
    )
    assert runner.run(str(job.id)) == JobState.DONE
    ((tenant_ids, actor, tenant, args),) = seen
    assert tenant_ids == {cast.contoso.id}
    assert (actor.user_id, actor.name, actor.kind) == (cast.alice.id, "Alice", "user")
    assert (tenant, args) == (cast.contoso, {"full": True})
    job = reload(job)
    assert (job.state, job.result, job.attempts) == ("done", {"objects": 3}, 1)
    assert (job.progress_done, job.progress_total, job.progress_text) == (3, 4, "reading users")
    assert job.finished_at is not None


def test_a_job_is_claimed_once(cast: Cast, handler: Callable[..., str]) -> None:
    runs = []
    job = services.enqueue(actor=SYSTEM, kind=handler(lambda job: runs.append(job) and None))
    assert runner.run(str(job.id)) == JobState.DONE
    assert runner.run(str(job.id)) == ""
    assert len(runs) == 1


def test_the_queue_gets_the_id_alone_and_only_after_the_commit(
    cast: Cast, handler: Callable[..., str], django_capture_on_commit_callbacks: Any
) -> None:
    kind = handler(lambda job: None)
    with django_capture_on_commit_callbacks(execute=True):
        job = services.enqueue(actor=SYSTEM, kind=kind, tenant=cast.contoso, args={"secret": 1})
        assert not OrmQ.objects.exists()
    queued = OrmQ.objects.get().task
    assert queued["args"] == (str(job.id),)
    assert queued["kwargs"] == {}


@pytest.mark.parametrize(
    ("error", "state", "code"),
    [
        (Unavailable("Graph is away.", code="graph-away"), "queued", "graph-away"),
        (OperationalError("server closed the connection"), "queued", "database-gone"),
        (TimeoutException("too long"), "queued", "timed-out"),
        (Invalid("That cannot be.", code="no-way"), "failed", "no-way"),
        (ZeroDivisionError("alice@contoso.example"), "failed", "unexpected"),
    ],
)
def test_the_class_of_an_error_decides_whether_the_job_is_tried_again(
    cast: Cast, handler: Callable[..., str], error: BaseException, state: str, code: str
) -> None:
    def handle(job: JobContext) -> None:
        raise error

    job = services.enqueue(actor=SYSTEM, kind=handler(handle, attempts=3), tenant=cast.contoso)
    assert runner.run(str(job.id)) == state
    job = reload(job)
    assert job.error_code == code
    assert "alice@contoso.example" not in job.error_text
    assert (job.run_after > clock.now()) == (state == "queued")


def test_attempts_are_bounded(cast: Cast, handler: Callable[..., str]) -> None:
    def handle(job: JobContext) -> None:
        raise Unavailable("Graph is away.")

    job = services.enqueue(actor=SYSTEM, kind=handler(handle, attempts=2))
    states = []
    with clock.frozen(clock.now()) as frozen:
        for _ in range(2):
            frozen.advance(timedelta(hours=1))
            states.append(runner.run(str(job.id)))
    assert states == ["queued", "failed"]


def test_a_retry_waits_as_long_as_the_error_asks(cast: Cast, handler: Callable[..., str]) -> None:
    def handle(job: JobContext) -> None:
        error = Unavailable("Graph asks for patience.")
        error.retry_after = 400
        raise error

    job = services.enqueue(actor=SYSTEM, kind=handler(handle))
    runner.run(str(job.id))
    assert reload(job).run_after >= clock.now() + timedelta(seconds=390)


def test_exclusive_jobs_of_a_tenant_wait_for_each_other_without_losing_an_attempt(
    cast: Cast, handler: Callable[..., str]
) -> None:
    kind = handler(lambda job: None, exclusive=True)
    first = services.enqueue(actor=SYSTEM, kind=kind, tenant=cast.contoso)
    other = services.enqueue(actor=SYSTEM, kind=kind, tenant=cast.fabrikam)
    with locks.held_in_session(locks.tenant_writer(cast.contoso.id)):
        assert runner.run(str(first.id)) == JobState.QUEUED
        assert runner.run(str(other.id)) == JobState.DONE
    assert reload(first).attempts == 0
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        assert runner.run(str(first.id)) == JobState.DONE


def test_a_waiting_job_is_cancelled_at_once(cast: Cast, handler: Callable[..., str]) -> None:
    job = services.enqueue(actor=SYSTEM, kind=handler(lambda job: None), tenant=cast.contoso)
    with tenant_scope(cast.contoso.id):
        services.cancel(actor=actor_of(cast.carol), job=job)
    assert reload(job).state == JobState.CANCELLED
    assert runner.run(str(job.id)) == ""
    with no_scope("a test reads the trail"):
        assert AuditRecord.objects.latest("number").event == "job.cancelled"
    with tenant_scope(cast.contoso.id), pytest.raises(Conflict):
        services.cancel(actor=actor_of(cast.carol), job=job)


def test_a_running_job_stops_at_its_next_safe_point(
    cast: Cast, handler: Callable[..., str]
) -> None:
    reached = []

    def handle(job: JobContext) -> None:
        services.cancel(actor=actor_of(cast.alice), job=reload(row))
        reached.append("before")
        job.check_cancelled()
        reached.append("after")

    row = services.enqueue(actor=SYSTEM, kind=handler(handle), tenant=cast.contoso)
    assert runner.run(str(row.id)) == JobState.CANCELLED
    assert reached == ["before"]


@pytest.mark.parametrize(("who", "refusal"), [("bob", NotAllowed), ("mallory", NotFound)])
def test_others_cannot_cancel_a_job_and_nothing_comes_of_trying(
    cast: Cast, handler: Callable[..., str], who: str, refusal: type[Exception]
) -> None:
    job = services.enqueue(actor=SYSTEM, kind=handler(lambda job: None), tenant=cast.contoso)
    with pytest.raises(refusal), no_scope("the wall is open"):
        services.cancel(actor=actor_of(getattr(cast, who)), job=job)
    assert reload(job).state == JobState.QUEUED
    with no_scope("a test reads the trail"):
        assert not AuditRecord.objects.filter(event="job.cancelled").exists()


def test_a_job_wanted_once_is_made_once(cast: Cast, handler: Callable[..., str]) -> None:
    kind = handler(lambda job: None)

    def ask(**args: Any) -> Job:
        return services.enqueue(actor=SYSTEM, kind=kind, tenant=cast.contoso, args=args, once=True)

    first = ask(mode="full")
    assert ask(mode="full") == first
    assert ask(mode="delta") != first
    runner.run(str(first.id))
    assert ask(mode="full") != first


def test_the_jobs_of_a_dead_worker_are_taken_back(cast: Cast, handler: Callable[..., str]) -> None:
    kind = handler(lambda job: None, attempts=2)
    alive, dead, exhausted = (services.enqueue(actor=SYSTEM, kind=kind) for _ in range(3))
    for job in (alive, dead, exhausted):
        runner.claim(job.id)
    long_ago = clock.now() - timedelta(minutes=5)
    change(dead, heartbeat_at=long_ago)
    change(exhausted, heartbeat_at=long_ago, attempts=2)
    assert reaping.reap() == reaping.Reaped(requeued=1, failed=1)
    assert reload(alive).state == JobState.RUNNING
    assert reload(dead).state == JobState.QUEUED
    assert reload(exhausted).error_code == "worker-died"


def test_a_worker_given_up_for_dead_changes_nothing_any_more(
    cast: Cast, handler: Callable[..., str]
) -> None:
    job = services.enqueue(actor=SYSTEM, kind=handler(lambda job: {"late": True}))
    stalled = runner.claim(job.id)
    assert stalled is not None
    change(job, heartbeat_at=clock.now() - timedelta(minutes=5))
    reaping.reap()
    second = runner.claim(job.id)
    assert second is not None
    assert runner.finish(stalled, runner.attempt(stalled)) == ""
    assert reload(job).state == JobState.RUNNING
    assert reload(job).result is None


def test_a_job_run_at_the_console_raises_its_error_and_is_not_tried_again(
    cast: Cast, handler: Callable[..., str]
) -> None:
    seen = []

    def handle(job: JobContext) -> None:
        job.progress(1, 2)
        raise Unavailable("Graph is away.")

    job = services.enqueue(actor=SYSTEM, kind=handler(handle), wait_for_turn=True)
    with pytest.raises(Unavailable):
        services.run_here(job, on_progress=lambda state: seen.append((state.done, state.total)))
    assert seen == [(1, 2)]
    assert reload(job).state == JobState.FAILED
    with pytest.raises(Conflict):
        services.run_here(job)


def test_an_unknown_kind_is_refused(cast: Cast) -> None:
    with pytest.raises(UnknownJobError):
        services.enqueue(actor=SYSTEM, kind="no-such-kind")


def test_rate_and_time_left_follow_from_progress(cast: Cast) -> None:
    now = clock.now()
    job = Job(
        state=JobState.RUNNING,
        started_at=now - timedelta(seconds=10),
        heartbeat_at=now,
        progress_done=200,
        progress_total=1000,
    )
    assert job.rate == 20
    assert job.time_left == timedelta(seconds=40)
    job.progress_done = 0
    assert job.time_left is None


class GivenUp:
    """What a test was told about jobs that are over and were not done."""

    def __init__(self) -> None:
        self.told: list[tuple[str, scope.Scope | None]] = []

    def listen(self, kind: str) -> None:
        registry.given_up(kind)(self)

    def __call__(self, job: Job) -> None:
        self.told.append((job.state, scope.current()))


def test_the_app_is_told_when_its_job_fails_for_good(
    cast: Cast, handler: Callable[..., str]
) -> None:
    def break_down(context: JobContext) -> None:
        raise ZeroDivisionError

    kind, ear = handler(break_down), GivenUp()
    ear.listen(kind)
    job = services.enqueue(actor=SYSTEM, kind=kind, tenant=cast.contoso)

    runner.run(str(job.id))

    assert [(state, heard and heard.tenant_ids) for state, heard in ear.told] == [
        (JobState.FAILED, frozenset({cast.contoso.id}))
    ]


def test_the_app_is_told_when_a_worker_died_once_too_often(
    cast: Cast, handler: Callable[..., str]
) -> None:
    kind, ear = handler(lambda context: None, attempts=1), GivenUp()
    ear.listen(kind)
    job = services.enqueue(actor=SYSTEM, kind=kind, tenant=cast.contoso)
    long_ago = clock.now() - timedelta(hours=1)
    change(job, state=JobState.RUNNING, claim=uuid4(), heartbeat_at=long_ago, attempts=1)

    reaping.reap()

    assert [state for state, _ in ear.told] == [JobState.FAILED]


def test_the_app_is_told_of_a_job_cancelled_before_it_began_and_not_of_one_that_is_done(
    cast: Cast, handler: Callable[..., str]
) -> None:
    kind, ear = handler(lambda context: None), GivenUp()
    ear.listen(kind)
    waiting = services.enqueue(actor=SYSTEM, kind=kind, tenant=cast.contoso)
    done = services.enqueue(actor=SYSTEM, kind=kind, tenant=cast.contoso)

    runner.run(str(done.id))
    services.cancel(actor=SYSTEM, job=waiting)

    assert reload(done).state == JobState.DONE
    assert [state for state, _ in ear.told] == [JobState.CANCELLED]


def test_the_console_waits_for_its_turn_on_a_tenant_that_another_job_is_at_work_on(
    cast: Cast, handler: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    other = ExitStack()
    other.enter_context(locks.held_in_session(locks.tenant_writer(cast.contoso.id)))
    # The other job ends while the console waits.
    monkeypatch.setattr(services.time, "sleep", lambda seconds: other.close())
    kind = handler(lambda context: {"done": True}, exclusive=True)
    job = services.enqueue(actor=SYSTEM, kind=kind, tenant=cast.contoso, wait_for_turn=True)

    services.run_here(job)

    assert job.result == {"done": True}
