"""The job that runs an approved recovery."""

from __future__ import annotations

from typing import Any

from apps.jobs.context import JobContext
from apps.jobs.registry import handler
from apps.recovery.models import Run
from apps.recovery.running.run import perform

ATTEMPTS = 5


@handler("recovery", timeout=6 * 60 * 60, attempts=ATTEMPTS, exclusive=True)
def run_recovery(job: JobContext) -> dict[str, Any]:
    """Args: run_id. Result: the run's state and counts. Another attempt resumes the run."""
    run = Run.objects.select_related("tenant__msp", "request__plan__tenant", "safety_snapshot").get(
        pk=job.args["run_id"]
    )
    if not run.is_finished:
        perform(run, job, last_attempt=job.attempt >= ATTEMPTS)
        run.refresh_from_db()
    return {"state": run.state, "counts": run.counts}
