"""One attempt at a run, from the approved request to its end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
from apps.recovery.guards.again import require_no_new_risks
from apps.recovery.models import NativeRun, Run, Step
from apps.recovery.native.carrying_out import carry_out
from apps.recovery.planning.fingerprint import stored_digest
from apps.recovery.running import executing, lifecycle
from apps.recovery.running.crew import Task, all_of
from apps.recovery.running.items import create_results
from apps.recovery.running.pace import pace_of, time_of
from apps.recovery.running.progress import Progress
from apps.recovery.running.returning import note_what_came_back
from apps.recovery.running.workplace import Workplace
from apps.recovery.running.writers import Readers, Writers, crew_for


def perform(run: Run, job: JobContext, *, last_attempt: bool) -> None:
    """Bring the run to its end, or to the rest that somebody asked for, or raise so that the job
    is tried again and resumes it.

    Whatever is refused for good ends the run as failed with the reason. Errors that may pass end
    it too once `last_attempt` is reached.
    """
    progress = Progress(run, job)
    try:
        resumed = lifecycle.start(run)
        _check_approval(run)
        create_results(run)
        with _workplace(run, job, progress) as place:
            if not resumed:
                _prepare(place, job)
            lifecycle.move(run, RunState.RUNNING, before=lifecycle.GOING_ON)
            if run.request.plan.native:
                carry_out(place, job)
            else:
                place.crew.run(_write(place, resumed=resumed))
            note_what_came_back(place)
        lifecycle.finish(run, lifecycle.ending(run))
    except lifecycle.RunPaused:
        lifecycle.pause(run)
    except JobCancelled:
        _cancelled(run, job)
        raise
    except HoldfastError as error:
        if error.retryable and not last_attempt:
            raise
        _failed(run, error)
        raise
    finally:
        progress.tell_the_end()


# Graph says when an object was made by its own clock.
CLOCKS_DIFFER = timedelta(minutes=5)
# Seconds between two looks whether somebody asked the run to rest.
_ASK_EVERY = 0.25


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


@contextmanager
def _workplace(run: Run, job: JobContext, progress: Progress) -> Iterator[Workplace]:
    users = user_count(run.tenant)
    writers = clients.graph_clients(run.tenant, "recovery", "normal", users=users)
    check = _check(run, job)
    crew = crew_for(time_of(run.tenant), check, len(writers))
    place = Workplace(
        run=run,
        client=writers[0],
        crew=crew,
        writers=Writers(crew, writers),
        readers=Readers(crew, writers[0]),
        pace=pace_of(run.tenant),
        check=check,
        told=progress.tell,
        since=(run.started_at or run.queued_at) - CLOCKS_DIFFER,
        made=identities_made_by(run.tenant, run.pk),
    )
    progress.watch(place.writers)
    try:
        yield place
    finally:
        crew.close()
        place.writers.close()
        place.readers.close()
        for client in writers:
            client.close()


def _check(run: Run, job: JobContext) -> Callable[[], None]:
    """What raises when the run is to stop or to rest; it asks the database now and then."""
    asked_at = float("-inf")

    def check() -> None:
        nonlocal asked_at
        job.check_cancelled()
        if time.monotonic() - asked_at >= _ASK_EVERY:
            asked_at = time.monotonic()
            lifecycle.check_paused(run)

    return check


def _prepare(place: Workplace, job: JobContext) -> None:
    """The last look before the first write: a safety capture, then the live state itself."""
    run = place.run
    if run.safety_snapshot_id is None:
        run.safety_snapshot = _safety_capture(run, job)
        Run.objects.filter(pk=run.pk).update(safety_snapshot=run.safety_snapshot)
    require_fresh(run.request.plan)
    require_no_new_risks(run.request, run_id=run.pk)
    job.progress(0, text="Checking that the tenant is as the plan assumes")
    place.crew.run(executing.check_ground(place))


def _safety_capture(run: Run, job: JobContext) -> Snapshot | None:
    job.progress(0, text="Safety capture")
    result = history.capture(
        actor=job.actor,
        tenant=run.tenant,
        mode="delta",
        reason="before a recovery",
        progress=job,
        whole=_not_told_by_delta(run),
        hurried=True,
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


def _write(place: Workplace, *, resumed: bool) -> Task[None]:
    reading_back = yield from executing.execute(place, resumed=resumed)
    lifecycle.move(place.run, RunState.VERIFYING, before=lifecycle.GOING_ON)
    yield from all_of(reading_back)
    yield from executing.read_back(place)


def _cancelled(run: Run, job: JobContext) -> None:
    """Cancelled on purpose; a job that was merely given to another worker leaves the run alone."""
    asked = Job.objects.filter(pk=job.job_id, cancel_requested_at__isnull=False).exists()
    if asked or NativeRun.objects.filter(run=run, stop_asked_at__isnull=False).exists():
        lifecycle.give_up(run, reasons.RUN_CANCELLED)
        lifecycle.finish(run, RunState.CANCELLED)


def _failed(run: Run, error: HoldfastError) -> None:
    if isinstance(error, NeedsConsent):
        connect.check_soon(run.tenant)
    if isinstance(error, Stale):
        note_what_differs(run)
    lifecycle.give_up(run, error.code)
    lifecycle.finish(run, RunState.FAILED, failure=error.explanation())
