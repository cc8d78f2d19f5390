"""A comparison with the tenant as it is now, made by the job that goes on from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apps.core import clock
from apps.core.actor import Actor
from apps.diffs.models import DifferenceReport
from apps.history.models import Snapshot
from apps.jobs import services as jobs
from apps.jobs.models import Job


def compare_in_job(
    *,
    actor: Actor,
    base: Snapshot,
    scope: Mapping[str, Any],
    kind: str,
    args: Mapping[str, str],
    here: bool,
) -> Job:
    """A report of `base` against now, and the job of this kind that makes it and goes on.

    The job's args are `args` and report_id. `here` keeps it from the workers, for a caller that
    does it in its own process. To be called in a transaction, after the rights were asked.
    """
    report = DifferenceReport.objects.create(
        tenant=base.tenant,
        base=base,
        against_now=True,
        scope=scope,
        created_at=clock.now(),
        created_by_id=actor.user_id,
    )
    job = jobs.enqueue(
        actor=actor,
        kind=kind,
        tenant=base.tenant,
        args={**args, "report_id": str(report.pk)},
        wait_for_turn=here,
    )
    DifferenceReport.objects.filter(pk=report.pk).update(job_id=job.pk)
    return job
