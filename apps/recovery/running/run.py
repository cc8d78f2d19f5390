"""One attempt at a run, from the approved request to its end."""

from __future__ import annotations

from datetime import timedelta

from apps.connect import clients
from apps.connect import services as connect
from apps.core.errors import HoldfastError, Stale
from apps.entra.catalogue import link
from apps.entra.errors import NeedsConsent
from apps.history import services as history
from apps.history.collections import FULL_CAPTURES_ONLY
from apps.history.identities import identities_made_by
from apps.history.models import Snapshot
from apps.history.selectors import latest_snapshot, user_count
from apps.jobs.context import JobCancelled, JobContext
from apps.jobs.models import Job
from apps.recovery import reasons
from apps.recovery.choices import Action, RequestState, RunState
from apps.recovery.differing import note_what_differs
from apps.recovery.freshness import require_fresh
from apps.recovery.models import Run, Step
from apps.recovery.planning.fingerprint import stored_digest
from apps.recovery.running import executing, lifecycle
from apps.recovery.running.items import create_results
from apps.recovery.running.pace import pace_of, time_of
from apps.recovery.running.progress import Progress
from apps.recovery.running.returning import note_what_came_back
from apps.recovery.running.workplace import Workplace


def perform(run: Run, job: JobContext, *, last_attempt: bool) -> None:
    """Bring the run to its end, or raise so that the job is tried again and resumes it.

    Whatever is refused for good ends the run as failed with the reason. Errors that may pass end
    it too once `last_attempt` is reached.
    """
    progress = Progress(run, job)
    try:
        resumed = lifecycle.start(run)
        _check_approval(run)
        create_results(run)
        place = _workplace(run, job, progress)
        if not resumed:
            _prepare(place, job)
        lifecycle.move(run, RunState.RUNNING, before=_UNFINISHED)
        executing.execute(place, resumed=resumed)
        _read_back(place)
        lifecycle.finish(run, lifecycle.ending(run))
    except JobCancelled:
        _cancelled(run, job)
        raise
    except HoldfastError as error:
        if error.retryable and not last_attempt:
            raise
        _failed(run, error)
        raise
    finally:
        progress.tell_now()


# Graph says when an object was made by its own clock.
CLOCKS_DIFFER = timedelta(minutes=5)
_UNFINISHED = (RunState.CHECKING, RunState.RUNNING, RunState.VERIFYING)


def _check_approval(run: Run) -> None:
    """What runs is what was approved, byte for byte, and approved it must be."""
    request = run.request
    approved = bytes(request.digest)
    if request.state != RequestState.APPROVED or stored_digest(request.plan) != approved:
        raise Stale(
            "The plan is not the one that was approved.",
            code="digest-mismatch",
            safe="Nothing was written.",
            todo="Make a new plan. If nobody changed the database by hand, report this.",
        )


def _workplace(run: Run, job: JobContext, progress: Progress) -> Workplace:
    users = user_count(run.tenant)
    return Workplace(
        run=run,
        client=clients.graph_client(run.tenant, purpose="recovery", priority="normal", users=users),
        pace=pace_of(run.tenant),
        time=time_of(run.tenant),
        check=job.check_cancelled,
        told=progress.tell,
        since=(run.started_at or run.queued_at) - CLOCKS_DIFFER,
        made=identities_made_by(run.tenant, run.pk),
    )


def _prepare(place: Workplace, job: JobContext) -> None:
    """The last look before the first write: a safety capture, then the live state itself."""
    run = place.run
    if run.safety_snapshot_id is None:
        run.safety_snapshot = _safety_capture(run, job)
        Run.objects.filter(pk=run.pk).update(safety_snapshot=run.safety_snapshot)
    require_fresh(run.request.plan)
    job.progress(0, text="Checking that the tenant is as the plan assumes")
    executing.check_ground(place)


def _safety_capture(run: Run, job: JobContext) -> Snapshot | None:
    job.progress(0, text="Safety capture")
    result = history.capture(
        actor=job.actor,
        tenant=run.tenant,
        mode="delta",
        reason="before a recovery",
        progress=job,
        whole=_not_told_by_delta(run),
    )
    return result.snapshot or latest_snapshot(run.tenant)


def _not_told_by_delta(run: Run) -> set[str]:
    """The kinds that the plan writes and that a capture by delta would not tell everything of."""
    plan = run.request.plan
    # What comes back with its owner is in the bin, where no capture sees it.
    unread = (*Action.silent(), Action.RETURN)
    writing = Step.objects.filter(plan=plan).exclude(action__in=unread)
    return {
        name
        for name, of_link in writing.order_by().values_list("kind", "link").distinct()
        if name in FULL_CAPTURES_ONLY or (of_link and link(of_link).on_delta == "changed")
    }


def _read_back(place: Workplace) -> None:
    lifecycle.move(place.run, RunState.VERIFYING, before=_UNFINISHED)
    executing.read_back(place)
    note_what_came_back(place)


def _cancelled(run: Run, job: JobContext) -> None:
    """Cancelled on purpose; a job that was merely given to another worker leaves the run alone."""
    if Job.objects.filter(pk=job.job_id, cancel_requested_at__isnull=False).exists():
        executing.skip_the_rest(run, reasons.RUN_CANCELLED)
        executing.give_up_unread(run)
        lifecycle.finish(run, RunState.CANCELLED)


def _failed(run: Run, error: HoldfastError) -> None:
    if isinstance(error, NeedsConsent):
        connect.check_soon(run.tenant)
    if isinstance(error, Stale):
        note_what_differs(run)
    executing.skip_the_rest(run, error.code)
    executing.give_up_unread(run)
    lifecycle.finish(run, RunState.FAILED, failure=error.explanation())
