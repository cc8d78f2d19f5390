"""While work is paused no worker begins a job; what waits begins when a person says so."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from apps.core.actor import SYSTEM
from apps.core.scope import no_scope
from apps.jobs import dispatching, registry, runner
from apps.jobs import services as jobs
from apps.jobs.choices import JobState
from apps.jobs.context import JobContext
from apps.jobs.models import Job
from apps.jobs.pausing import pause, pause_work, paused, resume_work


@pytest.fixture
def counted() -> Iterator[list[str]]:
    """A kind of job that says when it was done."""
    done: list[str] = []

    @registry.handler("pausing-test")
    def do(job: JobContext) -> None:
        done.append(str(job.job_id))

    yield done
    registry.forget("pausing-test")


@pytest.mark.django_db
def test_nothing_begins_before_a_person_says_so(counted: list[str]) -> None:
    pause_work(actor=SYSTEM, reason="a person looks first")
    job = jobs.enqueue(actor=SYSTEM, kind="pausing-test")

    assert runner.run(str(job.pk)) == ""
    assert dispatching.dispatch() == 0
    assert (paused(), counted) == (True, [])
    seen = pause()
    assert seen is not None
    assert seen.reason == "a person looks first"

    assert resume_work(actor=SYSTEM)
    assert not resume_work(actor=SYSTEM)
    with no_scope("the job waits to be handed over again"):
        assert Job.objects.get(pk=job.pk).dispatched_at is None
    assert runner.run(str(job.pk)) == JobState.DONE
    assert counted == [str(job.pk)]


@pytest.mark.django_db
def test_what_a_person_runs_at_the_console_is_not_held_back(counted: list[str]) -> None:
    pause_work(actor=SYSTEM, reason="a person looks first")
    job = jobs.enqueue(actor=SYSTEM, kind="pausing-test", wait_for_turn=True)
    assert jobs.run_here(job).state == JobState.DONE
    assert counted == [str(job.pk)]
