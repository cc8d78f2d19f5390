"""What a report or a run looks like when its job is over without it having ended."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import DataError, connection, transaction

from apps.core import clock
from apps.diffs import services as diffs
from apps.diffs.choices import ReportState
from apps.jobs import ending
from apps.jobs.choices import JobState
from apps.jobs.context import JobContext
from apps.jobs.models import Job
from apps.recovery.choices import RunState
from apps.recovery.models import Run
from apps.recovery.running.progress import Progress
from tests.factories import actor_of
from tests.recovery.workshop import Workshop


def fail(job_id: object) -> None:
    """The job's worker died once too often."""
    Job.objects.filter(pk=str(job_id)).update(
        state=JobState.FAILED, finished_at=clock.now(), error_text="The worker died."
    )
    ending.tell_if_given_up(Job.objects.get(pk=str(job_id)).pk)


def test_a_report_whose_worker_died_for_good_has_failed_and_says_why(workshop: Workshop) -> None:
    base = workshop.capture()
    report = diffs.request_report(actor=actor_of(workshop.alice), tenant=workshop.tenant, base=base)

    fail(report.job_id)

    report.refresh_from_db()
    assert (report.state, report.failure) == (ReportState.FAILED, "The worker died.")


def test_a_run_whose_worker_died_for_good_has_failed_and_says_why(workshop: Workshop) -> None:
    user = workshop.first("/users?$select=id")["id"]
    base = workshop.capture()
    workshop.graph("PATCH", f"/users/{user}", {"department": "Nowhere"})
    plan = workshop.plan(workshop.report(base))
    run = workshop.approve(plan)

    fail(run.job_id)

    ended = Run.objects.get(pk=run.pk)
    assert (ended.state, ended.failure) == (RunState.FAILED, "The worker died.")


def test_the_error_that_ended_a_run_is_told_though_its_progress_cannot_be(
    workshop: Workshop,
) -> None:
    user = workshop.first("/users?$select=id")["id"]
    base = workshop.capture()
    workshop.graph("PATCH", f"/users/{user}", {"department": "Nowhere"})
    run = workshop.approve(workshop.plan(workshop.report(base)))
    actor = actor_of(workshop.alice)
    progress = Progress(run, JobContext(uuid4(), uuid4(), "recover", run.tenant_id, {}, actor))

    def goes_wrong() -> None:
        # PostgreSQL takes nothing more in a transaction in which something went wrong.
        with transaction.atomic():
            try:
                connection.cursor().execute("select 1 / 0")
            finally:
                progress.tell_the_end()

    with pytest.raises(DataError, match="division by zero"):
        goes_wrong()
