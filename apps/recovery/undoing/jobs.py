"""The job that reads the tenant and plans how a run is taken back."""

from __future__ import annotations

from functools import partial

from apps.diffs.jobs import Changes
from apps.diffs.models import DifferenceReport
from apps.jobs.context import JobContext
from apps.recovery.against_now import planning_job
from apps.recovery.models import Plan, Run
from apps.recovery.undoing.making import changes_by, plan_undo


def _what_it_wrote(job: JobContext) -> Changes:
    return partial(changes_by, _run(job))


@planning_job("undo-recovery", changes=_what_it_wrote)
def undo_recovery(job: JobContext, report: DifferenceReport) -> Plan:
    """Args: run_id, report_id, overwrite (positions, optional)."""
    return plan_undo(
        actor=job.actor,
        run=_run(job),
        report=report,
        overwrite=job.args.get("overwrite", ()),
        progress=job.counting("Planning"),
    )


def _run(job: JobContext) -> Run:
    rows = Run.objects.select_related("request__plan", "safety_snapshot")
    return rows.get(pk=job.args["run_id"])
