"""One attempt at a drill, from its turn to its evidence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from uuid import UUID

from django.conf import settings
from django.db import transaction

from apps.audit import services as audit
from apps.core import clock, locks
from apps.core.actor import SYSTEM
from apps.core.errors import Conflict, HoldfastError
from apps.history.selectors import require_kept
from apps.jobs.context import JobCancelled, JobContext
from apps.jobs.models import Job
from apps.notify.choices import EventKind
from apps.notify.events import raise_event
from apps.recovery.drills import evidence
from apps.recovery.drills.choices import DrillState, Phase
from apps.recovery.drills.models import Drill
from apps.recovery.drills.places import PLACES
from apps.recovery.drills.rehearsing import Rehearsal, Rehearsed
from apps.recovery.drills.standing_in import erase
from apps.recovery.drills.stopwatch import Stopwatch
from apps.tenants.sealed_text import sealed


def perform(drill: Drill, job: JobContext, *, last_attempt: bool) -> None:
    """Rehearse, keep the evidence and tell of it; or raise so that the job is tried again.

    In the scope of the real tenant. Another attempt begins anew: nothing of the one before is left.
    Raises Conflict ("locked") when as many drills as may go on at once do.
    """
    with _turn():
        _begin(drill)
        came = Rehearsed()
        try:
            _rehearse(drill, job, came)
        except JobCancelled:
            _cancelled(drill, job)
            raise
        except HoldfastError as error:
            if error.retryable and not last_attempt:
                raise
            end(drill, DrillState.FAILED, came, failure=error.explanation())
            return
        end(drill, evidence.state_of(came), came)


def _rehearse(drill: Drill, job: JobContext, came: Rehearsed) -> None:
    require_kept(drill.snapshot)

    def told(phase: Phase) -> None:
        job.check_cancelled()
        job.progress(0, text=phase.label)
        Drill.objects.filter(pk=drill.pk).update(phase=phase)

    with PLACES[drill.place](drill) as place:
        watch = Stopwatch(told, came.seconds)
        Rehearsal(drill, place, job, _on_behalf_of(drill), watch, came).carry_out()


def end(
    drill: Drill, state: DrillState, came: Rehearsed | None = None, *, failure: str = ""
) -> None:
    """End a drill with its evidence, in the trail and to those who want to know. Once.

    came: how far it came, None for not at all. In the scope of the real tenant.
    """
    came = came or Rehearsed()
    with transaction.atomic():
        row = Drill.objects.select_for_update().get(pk=drill.pk)
        if row.is_finished:
            return
        drill.state, drill.failure, drill.finished_at = state, failure, clock.now()
        drill.numbers = evidence.numbers_of(drill, came)
        text, digest, signature = evidence.signed(evidence.document_of(drill, came))
        Drill.objects.filter(pk=drill.pk).update(
            state=state,
            failure=failure,
            finished_at=drill.finished_at,
            phase="",
            numbers=drill.numbers,
            evidence=sealed(drill, "evidence", text),
            digest=digest,
            signature=signature,
        )
        _record_end(drill, digest)
        _tell(drill)
    drill.refresh_from_db()


@contextmanager
def _turn() -> Iterator[None]:
    """One of the turns that drills take on the whole installation. Raises Conflict ("locked")."""
    with ExitStack() as stack:
        for number in range(settings.HOLDFAST_DRILLS_AT_ONCE):
            try:
                stack.enter_context(locks.held_in_session(locks.drill_turn(number)))
                break
            except Conflict:
                continue
        else:
            raise Conflict("Other drills are under way.", code="locked")
        yield


def _begin(drill: Drill) -> None:
    """Guarded: an ended drill is not begun again. What an attempt before left is erased first."""
    drill.refresh_from_db()
    if drill.is_finished:
        raise Conflict("The drill has ended before.", code="drill-ended")
    if drill.rehearsal_id is not None:
        erase(drill.rehearsal_id)
    drill.started_at = clock.now()
    Drill.objects.filter(pk=drill.pk, state__in=DrillState.unfinished()).update(
        state=DrillState.RUNNING, started_at=drill.started_at, rehearsal_id=None, phase=""
    )
    drill.refresh_from_db()


def _on_behalf_of(drill: Drill) -> UUID:
    """The person in whose name the plan is put forward: who asked, or who set the schedule."""
    if drill.requested_by_id is None:
        raise Conflict(
            "Nobody stands behind this drill.",
            code="needs-a-person",
            safe="No tenant was touched.",
            todo="Set the schedule of the drills again.",
        )
    return drill.requested_by_id


def _cancelled(drill: Drill, job: JobContext) -> None:
    """Cancelled on purpose; one that was merely given to another worker goes on there."""
    if Job.objects.filter(pk=job.job_id, cancel_requested_at__isnull=False).exists():
        end(drill, DrillState.CANCELLED)


def _record_end(drill: Drill, digest: bytes) -> None:
    tenant = drill.tenant
    audit.record(
        actor=SYSTEM,
        event="drill.ended",
        tenant_id=tenant.pk,
        msp_id=tenant.msp_id,
        subject=tenant.name,
        data={
            "drill_id": str(drill.pk),
            "state": drill.state,
            "recovery_seconds": drill.numbers.get("recovery_seconds", 0),
            "unexpected": drill.numbers.get("unexpected", 0),
            "issues": drill.numbers.get("issues", 0),
            "digest": digest.hex(),
        },
    )


def _tell(drill: Drill) -> None:
    if drill.state == DrillState.CANCELLED:
        return
    numbers = drill.numbers
    raise_event(
        EventKind.DRILL,
        drill.tenant,
        {
            "state": drill.state,
            "recovery_seconds": numbers.get("recovery_seconds", 0),
            "unexpected": numbers.get("unexpected", 0),
            "issues": numbers.get("issues", 0),
        },
        {"drill": drill.pk},
    )
