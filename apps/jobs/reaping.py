"""Taking back what dead workers held, and what the queue lost."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from apps.core import clock
from apps.core.scope import no_scope
from apps.jobs.choices import JobState
from apps.jobs.dispatching import RESEND_AFTER
from apps.jobs.ending import tell_if_given_up
from apps.jobs.models import Job
from apps.jobs.registry import UnknownJobError, handler_for

# A worker beats every two seconds; one that has been silent this long is dead.
SILENT_AFTER = timedelta(seconds=90)


@dataclass(frozen=True, slots=True)
class Reaped:
    """How many jobs of dead workers went back to the queue, and how many were given up."""

    requeued: int
    failed: int


def reap() -> Reaped:
    """Take back the jobs of workers that fell silent, and those that the queue lost."""
    with no_scope("jobs of dead workers are taken back"):
        silent = Job.objects.filter(
            state=JobState.RUNNING, heartbeat_at__lt=clock.now() - SILENT_AFTER
        )
        outcomes = [_take_back(job) for job in silent]
        Job.objects.filter(
            state=JobState.QUEUED, dispatched_at__lt=clock.now() - RESEND_AFTER
        ).update(dispatched_at=None)
    return Reaped(outcomes.count(JobState.QUEUED), outcomes.count(JobState.FAILED))


def _take_back(job: Job) -> JobState | None:
    again = job.attempts < _attempts(job.kind) and job.cancel_requested_at is None
    ending: dict[str, Any]
    if again:
        ending = {"state": JobState.QUEUED, "claim": None, "dispatched_at": None}
        ending["run_after"] = clock.now()
    else:
        ending = {
            "state": JobState.CANCELLED if job.cancel_requested_at else JobState.FAILED,
            "finished_at": clock.now(),
            "error_code": "worker-died",
            "error_text": "The process that worked on this ended in the middle of it.",
        }
    taken = Job.objects.filter(pk=job.pk, claim=job.claim, heartbeat_at=job.heartbeat_at).update(
        **ending
    )
    if taken and not again:
        tell_if_given_up(job.pk)
    return ending["state"] if taken else None


def _attempts(kind: str) -> int:
    try:
        return handler_for(kind).attempts
    except UnknownJobError:
        return 0
