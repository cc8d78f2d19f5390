"""The jobs that run approved recoveries and close requests that nobody decided in time."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from apps.access.rights import APPROVE_RECOVERY, REQUEST_RECOVERY
from apps.core.actor import SYSTEM
from apps.core.scope import no_scope
from apps.diffs.models import DifferenceReport
from apps.history.signals import RESTORED, restored
from apps.jobs import services as jobs
from apps.jobs.choices import JobState
from apps.jobs.context import JobContext
from apps.jobs.models import Job
from apps.jobs.registry import given_up, handler
from apps.recovery import enabling as _enabling  # noqa: F401 - its jobs
from apps.recovery import replanning as _replanning  # noqa: F401 - its jobs
from apps.recovery import to_snapshot as _to_snapshot  # noqa: F401 - its job
from apps.recovery.choices import RunState
from apps.recovery.documents import making as _making  # noqa: F401 - its job
from apps.recovery.drills import jobs as _drills  # noqa: F401 - its jobs
from apps.recovery.glass import remind_of_reviews
from apps.recovery.models import Run
from apps.recovery.native.looking import look_by_the_way, wait_for_others
from apps.recovery.native.stopping import note_stop
from apps.recovery.rules import take_effect_where_due
from apps.recovery.running import lifecycle
from apps.recovery.running.run import perform
from apps.recovery.selection import Selection
from apps.recovery.services import expire_requests, forget_old, make_plan
from apps.recovery.services.runs import enqueue
from apps.recovery.sweeps import jobs as _sweeps  # noqa: F401 - its jobs
from apps.recovery.transfer import jobs as _transfer  # noqa: F401 - its jobs
from apps.recovery.undoing import jobs as _undoing  # noqa: F401 - its jobs
from apps.tenants.models import Tenant

ATTEMPTS = 5


@handler(
    "recovery",
    timeout=6 * 60 * 60,
    attempts=ATTEMPTS,
    exclusive=True,
    cancelled_by=(REQUEST_RECOVERY, APPROVE_RECOVERY),
)
def run_recovery(job: JobContext) -> dict[str, Any]:
    """Args: run_id. Result: the run's state and counts. Another attempt resumes the run; while
    Microsoft's engine is at work in the tenant, the job waits in the database."""
    run = Run.objects.select_related("tenant__msp", "request__plan__tenant", "safety_snapshot").get(
        pk=job.args["run_id"]
    )
    if not run.is_finished and run.state != RunState.PAUSED:
        wait_for_others(run, job)
        look_by_the_way(run, job)
        perform(run, job, last_attempt=job.attempt >= ATTEMPTS)
        run.refresh_from_db()
    return {"state": run.state, "counts": run.counts}


@handler("make-plan", timeout=3600, attempts=2, cancelled_by=(REQUEST_RECOVERY,))
def plan_recovery(job: JobContext) -> dict[str, Any]:
    """Args: report_id, selection. Result: plan_id. A broken attempt leaves no plan behind."""
    rows = DifferenceReport.objects.select_related("tenant__msp", "base", "target")
    plan = make_plan(
        actor=job.actor,
        report=rows.get(pk=job.args["report_id"]),
        selection=Selection.from_json(job.args["selection"]),
        progress=job.counting("Planning"),
    )
    return {"plan_id": str(plan.pk)}


@given_up("recovery")
def end_run(job: Job) -> None:
    """The run's job is over and the run did not end itself: it must not look as if it went on."""
    run = Run.objects.get(pk=job.args["run_id"])
    if run.is_finished or run.job_id != job.pk:
        return
    if job.state == JobState.CANCELLED and note_stop(run):
        enqueue(SYSTEM, run)
    elif job.state == JobState.CANCELLED:
        lifecycle.finish(run, RunState.CANCELLED)
    else:
        lifecycle.finish(run, RunState.FAILED, failure=job.error_text)


@receiver(restored, dispatch_uid="holdfast.recovery.end_interrupted_runs")
def end_interrupted_runs(*, tenant: Tenant, **_: Any) -> None:
    """No run goes on by itself in an installation that was brought back."""
    interrupted = Run.objects.filter(tenant=tenant, state__in=RunState.unfinished())
    for run in interrupted.select_related("tenant", "request__plan"):
        lifecycle.finish(run, RunState.FAILED, failure=RESTORED)


@handler("expire-recovery-requests", timeout=300, attempts=1)
def close_overdue_requests(job: JobContext) -> dict[str, Any]:
    """No tenant, no args: every tenant's overdue requests are closed, first passwords that nobody
    asked for are forgotten, looser approval rules come into force when their time has come, and
    people are reminded of reviews. Result: how many of each."""
    with no_scope("overdue requests and unread passwords of every tenant are looked through"):
        done = {"closed": expire_requests(), "forgotten": forget_old()}
    return {**done, "loosened": take_effect_where_due(), "reminded": remind_of_reviews()}


def enqueue_expiry() -> None:
    """Called by the schedule that migration 0003 makes, every ten minutes."""
    jobs.enqueue(actor=SYSTEM, kind="expire-recovery-requests", once=True)
