"""Real worker processes of django-q2 on a database of their own, one of them killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django_q.models import OrmQ

from apps.core import clock
from apps.core.actor import SYSTEM
from apps.core.scope import no_scope
from apps.jobs import dispatching, reaping, services
from apps.jobs.choices import JobState
from apps.jobs.models import Job
from apps.tenants.models import Tenant
from tests.factories import make_msp, make_tenant

ROOT = Path(__file__).resolve().parent.parent.parent
PROGRAM = """
import sys, time
import django
django.setup()
from apps.jobs import registry, runner
def slow(job):
    for done in range(600):
        job.progress(done, 600, "waiting")
        job.check_cancelled()
        time.sleep(0.05)
registry.handler("test-slow", attempts=2, exclusive=True)(slow)
print(runner.run(sys.argv[1]), flush=True)
"""


@contextmanager
def worker(job: Job) -> Iterator[subprocess.Popen[bytes]]:
    """A process that runs one job, as a worker of the queue does."""
    command = [sys.executable, "-c", PROGRAM, str(job.id)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.kill()


def until(condition: Callable[[], bool], seconds: float = 120) -> None:
    """Wait for another process."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the other process did not get there"
        time.sleep(0.05)


def state(job: Job) -> Job:
    with no_scope("a test watches a job"):
        return Job.objects.get(pk=job.pk)


@pytest.fixture
def tenant(live_database: object) -> Tenant:
    return make_tenant(make_msp())


def enqueue(tenant: Tenant) -> Job:
    from apps.jobs import registry

    registry.handler("test-slow", attempts=2, exclusive=True)(lambda job: {"taken over": True})
    try:
        return services.enqueue(actor=SYSTEM, kind="test-slow", tenant=tenant, wait_for_turn=True)
    finally:
        registry.forget("test-slow")


def test_a_killed_workers_job_is_done_by_another(tenant: Tenant) -> None:
    from apps.jobs import registry, runner

    job = enqueue(tenant)
    with worker(job) as process:
        until(lambda: state(job).progress_done > 0)
        assert state(job).worker.endswith(f":{process.pid}")
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    registry.handler("test-slow", attempts=2, exclusive=True)(lambda job: {"taken over": True})
    try:
        with clock.frozen(clock.now() + timedelta(minutes=5)):
            assert reaping.reap().requeued == 1
            assert runner.run(str(job.id)) == JobState.DONE
    finally:
        registry.forget("test-slow")
    assert state(job).result == {"taken over": True}


def test_a_running_job_in_another_process_hears_that_it_is_cancelled(tenant: Tenant) -> None:
    job = enqueue(tenant)
    with worker(job) as process:
        until(lambda: state(job).state == JobState.RUNNING)
        services.cancel(actor=SYSTEM, job=job)
        assert process.stdout is not None
        assert process.stdout.read().strip() == b"cancelled"
    assert state(job).state == JobState.CANCELLED


def test_a_cluster_of_the_queue_does_what_is_handed_to_it(tenant: Tenant) -> None:
    with no_scope("a test makes a job of a kind that every process knows"):
        job = services.enqueue(
            actor=SYSTEM,
            kind="connect-prove",
            tenant=tenant,
            args={"connection_id": str(tenant.id)},
        )
    assert OrmQ.objects.count() == 1
    command = [sys.executable, "manage.py", "qcluster"]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as cluster:
        try:
            until(lambda: state(job).finished, 60)
        finally:
            cluster.send_signal(signal.SIGTERM)
    assert (state(job).state, state(job).error_code) == (JobState.FAILED, "no-connection")
    assert dispatching.dispatch() == 0
