"""A transfer that came to its end, kept as a drill of the tenant that its snapshot is of.

What differed from the snapshot before the run is compared with what still does, as after every
drill; the evidence has the recovery point, the recovery time and every issue, and is signed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import IntegrityError, transaction

from apps.core import clock
from apps.core.actor import Actor
from apps.core.errors import Conflict
from apps.core.scope import no_scope, tenant_scope
from apps.diffs.changes import Change
from apps.diffs.choices import ChangeType, Recoverable
from apps.diffs.comparison import compare
from apps.diffs.jobs import carry_out
from apps.diffs.models import DifferenceReport
from apps.history.models import Snapshot
from apps.history.selectors import require_kept, snapshot_at
from apps.jobs import services as jobs
from apps.jobs.context import JobContext
from apps.jobs.models import Job
from apps.recovery.choices import RunState
from apps.recovery.drills import evidence
from apps.recovery.drills.choices import DrillOrigin, DrillPlace, DrillState, Phase
from apps.recovery.drills.damaging import Done
from apps.recovery.drills.fidelity import Held
from apps.recovery.drills.issues import Issues
from apps.recovery.drills.models import Drill
from apps.recovery.drills.performing import end
from apps.recovery.drills.rehearsing import Rehearsed
from apps.recovery.drills.scenarios import TENANT_LOST
from apps.recovery.drills.settling import outcome_of
from apps.recovery.models import Run
from apps.recovery.transfer import bringing
from apps.recovery.transfer.models import Transfer
from apps.recovery.transfer.services import require_both, source_of

DRILL = "transfer-drill"
_ENDED = (RunState.COMPLETE, RunState.WARNINGS)


def run_of(transfer: Transfer) -> Run | None:
    """The last run from the transfer's report that came to its end. One query."""
    runs = Run.objects.filter(
        tenant_id=transfer.tenant_id,
        request__plan__report_id=transfer.report_id,
        state__in=_ENDED,
    )
    return runs.select_related("request__plan").order_by("-finished_at").first()


@transaction.atomic
def ask_drill(*, actor: Actor, transfer: Transfer, here: bool = False) -> Job:
    """Have the target read, and what came of the transfer kept as a drill of the source.

    The job's result is {"drill_id"}. Rights as for a transfer. Raises NotFound, NotAllowed, and
    Conflict where nothing was recovered from it yet or it was kept before.
    """
    require_both(actor, transfer.tenant, source_of(transfer), transfer.source_seq)
    if run_of(transfer) is None:
        raise Conflict(
            "No recovery from this transfer has come to its end.",
            code="transfer-not-recovered",
            safe="Nothing was kept.",
            todo="Plan it, have it approved, and wait for the recovery.",
        )
    if transfer.drill_id is not None:
        raise Conflict("It was kept as a drill before.", code="drill-kept")
    return jobs.enqueue(
        actor=actor,
        kind=DRILL,
        tenant=transfer.tenant,
        args={"transfer_id": str(transfer.pk)},
        wait_for_turn=here,
        once=not here,
    )


def keep_drill(transfer: Transfer, job: JobContext) -> Drill:
    """Compare, and keep the evidence with the source. In the scope of the target."""
    run, began_at = run_of(transfer), clock.now()
    if run is None or transfer.report is None or transfer.base is None:
        raise Conflict("Nothing was recovered from this transfer.", code="transfer-not-recovered")
    after = _report_now(transfer, transfer.base, job)
    issues = Issues()
    outcome = outcome_of(transfer.report, after, run, issues)
    seconds = _seconds(transfer, run, (clock.now() - began_at).total_seconds())
    plan = run.request.plan
    done = Rehearsed(
        held=_held(transfer),
        damage=Done(0, 0, ()),
        outcome=outcome,
        plan={
            "digest": plan.digest_hex,
            "requests": plan.counts["requests"],
            "risk": plan.risk,
            "blocked": plan.is_blocked,
        },
        run={"state": run.state, "counts": run.counts},
        issues=issues,
        seconds=seconds,
        recovery_seconds=round(sum(seconds.values()), 3),
    )
    drill = _kept(transfer, done, job)
    Transfer.objects.filter(pk=transfer.pk).update(drill_id=drill.pk)
    return drill


def _report_now(transfer: Transfer, base: Snapshot, job: JobContext) -> DifferenceReport:
    """What still differs from what was brought over."""
    newest = bringing.read_now(transfer, job)
    report = DifferenceReport.objects.create(
        tenant=transfer.tenant,
        base=base,
        target=newest,
        scope=transfer.report.scope if transfer.report else {},
        created_at=clock.now(),
        created_by_id=job.actor.user_id,
        job_id=job.job_id,
    )
    carry_out(report, job, attempts=1, changes=_all_but_followers)
    return report


def _all_but_followers(report: DifferenceReport) -> Iterator[Change]:
    """Links that came by a rule or from another directory were left to that beforehand."""
    if report.target is None:
        raise ValueError("the target of the report is known")
    for change in compare(report.tenant, report.base, report.target, scope=report.compared):
        came = change.change == ChangeType.LINK_ADDED
        if not (came and change.verdict.recoverable == Recoverable.NO):
            yield change


def _seconds(transfer: Transfer, run: Run, verifying: float) -> dict[str, float]:
    """Where the time went, without that of people."""
    if run.started_at is None or run.finished_at is None:
        raise ValueError("the run has come to its end")
    return {
        str(Phase.CAPTURE): float(transfer.findings.get("seconds", 0)),
        str(Phase.RUN): round((run.finished_at - run.started_at).total_seconds(), 3),
        str(Phase.VERIFY): round(verifying, 3),
    }


def _held(transfer: Transfer) -> Held:
    """How much of the snapshot it was about, and how much of that could go across."""
    totals: dict[str, Any] = transfer.findings.get("totals", {})
    across = int(totals.get("new", 0)) + int(totals.get("known", 0))
    links = int(transfer.findings.get("links", 0))
    return Held(across + int(totals.get("stays", 0)), links, across, links)


def _kept(transfer: Transfer, done: Rehearsed, job: JobContext) -> Drill:
    """The drill of the source, ended at once. Raises Conflict while another one goes on there."""
    source = source_of(transfer)
    with no_scope("the evidence is kept with the source"), tenant_scope(source.pk):
        snapshot = snapshot_at(source, transfer.source_seq)
        require_kept(snapshot)
        drill = Drill(
            tenant=source,
            snapshot=snapshot,
            place=DrillPlace.TENANT,
            scenario=TENANT_LOST.name,
            origin=DrillOrigin.PERSON,
            requested_by_id=job.actor.user_id,
            requested_at=transfer.requested_at,
            started_at=transfer.requested_at,
            state=DrillState.RUNNING,
            job_id=job.job_id,
        )
        try:
            with transaction.atomic():
                drill.save(force_insert=True)
                end(drill, evidence.state_of(done), done)
        except IntegrityError as error:
            raise Conflict("A drill of the source is under way.", code="drill-under-way") from error
    return drill
