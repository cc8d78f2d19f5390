"""A comparison with the tenant as it is now, made by the job that goes on from it with a plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from apps.access.rights import REQUEST_RECOVERY
from apps.core import clock
from apps.core.actor import Actor
from apps.diffs.jobs import Changes, carry_out, end_report
from apps.diffs.models import DifferenceReport
from apps.history.models import Snapshot
from apps.jobs import services as jobs
from apps.jobs.context import JobContext
from apps.jobs.models import Job
from apps.jobs.registry import given_up, handler
from apps.recovery.models import Plan

ATTEMPTS = 2
# Plans from the report that its job has just made.
Planning = Callable[[JobContext, DifferenceReport], Plan]


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


def planning_job(
    kind: str, *, changes: Callable[[JobContext], Changes] | None = None
) -> Callable[[Planning], Planning]:
    """Register what plans once a job of compare_in_job() has made its report.

    The job's args are those given there; its result is {"report_id", "plan_id"}. Another attempt
    goes on with the report that the one before has finished, and a report that the job did not make
    does not wait for ever. changes: what is to be written of the report; all that it covers
    otherwise.
    """

    def register(plan: Planning) -> Planning:
        @handler(
            kind,
            timeout=3600,
            attempts=ATTEMPTS,
            exclusive=True,
            cancelled_by=(REQUEST_RECOVERY,),
        )
        def compare_and_plan(job: JobContext) -> dict[str, Any]:
            rows = DifferenceReport.objects.select_related("tenant__msp", "base", "target")
            report = rows.get(pk=job.args["report_id"])
            wanted = changes(job) if changes else None
            carry_out(report, job, attempts=ATTEMPTS, changes=wanted)
            made = plan(job, report)
            return {"report_id": str(report.pk), "plan_id": str(made.pk)}

        given_up(kind)(end_report)
        return plan

    return register
