"""Stopping Microsoft's job when somebody cancels the run; what was done stays.

Microsoft stops it for a signed-in person alone. Where the sign-in has run out, the run goes on
being watched, and its page asks for another.
"""

from __future__ import annotations

from apps.core import clock
from apps.entra.client.given_token import acting_with
from apps.jobs.context import JobContext, LookAgain
from apps.jobs.models import Job
from apps.recovery import reasons
from apps.recovery.choices import NATIVE_ABANDONED, ResultState
from apps.recovery.models import NativeRun, Run
from apps.recovery.models.native import STOP_REFUSED
from apps.recovery.native import asking
from apps.recovery.native.letting import forget_token
from apps.recovery.native.pacing import LOOK_EVERY
from apps.recovery.native.settling import capture_soon, open_items, sights
from apps.recovery.running import journal
from apps.recovery.running.observing import Sight
from apps.recovery.running.workplace import Workplace


def stop_is_asked(native: NativeRun, job: JobContext) -> bool:
    """Whether the run was cancelled, and not merely given to another worker."""
    if native.stop_asked_at is not None:
        return True
    return Job.objects.filter(pk=job.job_id, cancel_requested_at__isnull=False).exists()


def note_stop(run: Run) -> bool:
    """Whether a run that was cancelled between two looks has a job of Microsoft's to be stopped
    first; that it was asked for is kept."""
    native = NativeRun.objects.filter(run=run).first()
    if native is None or not native.job_id or native.is_over or native.stop_asked_at is not None:
        return False
    native.stop_asked_at = clock.now()
    native.save(update_fields=["stop_asked_at"])
    return True


def stop(place: Workplace, native: NativeRun, job: JobContext) -> None:
    """Cancelled on purpose: so is Microsoft's job. Raises LookAgain while it goes on all the same.

    A job that was merely given to another worker leaves Microsoft's alone.
    """
    if not stop_is_asked(native, job):
        return
    native.stop_asked_at = native.stop_asked_at or clock.now()
    native.save(update_fields=["stop_asked_at"])
    if native.jobs:
        if native.job_id and not native.is_over:
            _stop_the_job(place, native)
        capture_soon(place.run)
        _settle_stopped(place, native)
    forget_token(native)


def _stop_the_job(place: Workplace, native: NativeRun) -> None:
    if native.has_token or native.status != STOP_REFUSED:
        client = acting_with(place.client, native.token) if native.has_token else place.client
        if asking.cancel(client, native.job_id):
            _note(native, NATIVE_ABANDONED)
            return
    # It may have ended by itself meanwhile.
    point = place.run.request.plan.native["snapshot_id"]
    found = asking.read_job(place.client, point, native.job_id)
    if not found.is_over:
        forget_token(native)
        _note(native, STOP_REFUSED)
        raise LookAgain(LOOK_EVERY / place.client.scale)
    native.objects_modified, native.links_modified = found.objects, found.links
    native.failed_changes = found.failed
    native.save(update_fields=["objects_modified", "links_modified", "failed_changes"])
    _note(native, found.status)


def _note(native: NativeRun, status: str) -> None:
    native.status, native.looked_at = status, clock.now()
    native.save(update_fields=["status", "looked_at"])


def _settle_stopped(place: Workplace, native: NativeRun) -> None:
    """What was done before it stopped is, and the rest was not."""
    items = open_items(place.run)
    journal.found(place.run, [one for one in items if one.attempts])
    done = [item for item, sight in sights(place, items) if sight == Sight.WANTED]
    journal.settle(place.run, done, ResultState.DONE)
    if native.is_over:
        settled = {one.result_id for one in done}
        left = [one for one in items if one.result_id not in settled]
        journal.settle(place.run, left, ResultState.SKIPPED, reason=reasons.RUN_CANCELLED)
