"""A run by Microsoft's engine: intent, start, looking how far it is, job after job.

No worker and no turn of the tenant is held while Microsoft works, for hours perhaps: the run's job
goes back to the database between two looks (apps.jobs.context.LookAgain).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction

from apps.audit import services as audit
from apps.core import clock
from apps.core.actor import SYSTEM
from apps.core.errors import HoldfastError
from apps.entra.client.given_token import acting_with
from apps.entra.errors import EntraError, OutcomeUnknown
from apps.jobs.context import JobCancelled, JobContext
from apps.recovery.choices import NATIVE_SUCCESSFUL
from apps.recovery.models import NativeRun
from apps.recovery.native import asking
from apps.recovery.native.covering import named_in
from apps.recovery.native.explaining import BUSY, explained
from apps.recovery.native.letting import forget_token
from apps.recovery.native.looking import look
from apps.recovery.native.points import point_of
from apps.recovery.native.settling import capture_soon, open_items, settle
from apps.recovery.native.stopping import stop, stop_is_asked
from apps.recovery.running import journal, lifecycle
from apps.recovery.running.items import Item
from apps.recovery.running.workplace import Workplace

# Microsoft says when a job was started by its own clock.
_CLOCKS_DIFFER = timedelta(minutes=5)


def carry_out(place: Workplace, job: JobContext) -> None:
    """Have Microsoft's engine do what the plan says, from wherever an earlier attempt was.

    Raises RunPaused where somebody has to sign in first; LookAgain while Microsoft is at work;
    Conflict where another job of Microsoft's is going on in the tenant; an EntraError;
    JobCancelled, after having stopped the job.
    """
    run = place.run
    native, _ = NativeRun.objects.get_or_create(run=run, defaults={"tenant": run.tenant})
    try:
        if stop_is_asked(native, job):
            raise JobCancelled
        _work(place, native, job)
    except JobCancelled:
        stop(place, native, job)
        raise
    except HoldfastError as error:
        if native.job_id:
            capture_soon(run)
        if not error.retryable:
            forget_token(native)
        raise
    if native.jobs:
        settle(place, native, job)


def _work(place: Workplace, native: NativeRun, job: JobContext) -> None:
    """Job after job, until all are over or one has not been successful."""
    filters = place.run.request.plan.native_filters
    while native.part < len(filters):
        if native.job_id or native.asked_at or _items(place, native):
            if not native.job_id:
                _begin(place, native)
            if not native.is_over:
                look(place.client, place.run, native, job)
            if native.status != NATIVE_SUCCESSFUL or native.part + 1 == len(filters):
                return
        native.move_on()


def _items(place: Workplace, native: NativeRun) -> list[Item]:
    """What is left to be done and is in the job's scope."""
    ids = named_in(_criteria(place, native))
    return [one for one in open_items(place.run) if ids is None or one.object_id in ids]


def _criteria(place: Workplace, native: NativeRun) -> dict[str, Any]:
    return place.run.request.plan.native_filters[native.part]


def _begin(place: Workplace, native: NativeRun) -> None:
    """Start the job, unless it was started by an attempt that did not live to hear of it."""
    if native.asked_at is not None and _found_job(place, native):
        return
    if not native.has_token:
        journal.again(place.run, _items(place, native))
        raise lifecycle.RunPaused
    # The first time counts: what was started then may be seen only now.
    native.asked_at = native.asked_at or clock.now()
    native.save(update_fields=["asked_at"])
    journal.intend(place.run, _items(place, native))
    point = place.run.request.plan.native["snapshot_id"]
    client = acting_with(place.client, native.token)
    try:
        started = asking.start(client, point, _criteria(place, native))
    except OutcomeUnknown:
        if not _found_job(place, native):
            _not_started(place, native)
            raise
        return
    except EntraError as error:
        if error.status == BUSY and _found_job(place, native):
            return
        _not_started(place, native)
        raise explained(error) from error
    finally:
        client.close()
    _note_started(place, native, started)


def _found_job(place: Workplace, native: NativeRun) -> bool:
    """Did it happen? What was asked for stands among the tenant's jobs, or it was not."""
    asked_at = native.asked_at
    if asked_at is None:
        return False
    target = point_of(place.run.request.plan.native["snapshot_id"]).taken_at
    wanted = _criteria(place, native)
    for one in asking.read_jobs(place.client):
        since = one.started_at is None or one.started_at >= asked_at - _CLOCKS_DIFFER
        same = one.criteria == wanted and one.target == target
        if same and since and not one.is_preview:
            _note_started(place, native, one.id)
            return True
    return False


def _not_started(place: Workplace, native: NativeRun) -> None:
    native.asked_at = None
    native.save(update_fields=["asked_at"])
    journal.again(place.run, _items(place, native))


@transaction.atomic
def _note_started(place: Workplace, native: NativeRun, job_id: str) -> None:
    native.job_id = job_id
    native.looked_at = clock.now()
    native.save(update_fields=["job_id", "looked_at"])
    audit.record(
        actor=SYSTEM,
        event="recovery.handed_to_microsoft",
        tenant_id=place.run.tenant_id,
        subject=place.run.tenant.name,
        data={"run_id": str(place.run.pk), "native_job_id": job_id},
    )
