"""Trying again what a finished run could not do, under the approval it had (ADR 0086)."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection, transaction

from apps.core import clock
from apps.core.actor import Actor
from apps.core.errors import Conflict, Stale
from apps.recovery import reasons
from apps.recovery.choices import JournalEvent, RequestState, ResultState, RunState
from apps.recovery.freshness import require_fresh
from apps.recovery.models import NativeRun, Run, StepResult
from apps.recovery.planning.fingerprint import stored_digest
from apps.recovery.services.runs import enqueue, state_to_go_on
from apps.recovery.steering import record, require_may_steer

# As long as a request waits for its approval: whoever agreed knew the tenant of these hours.
RETRIED_WITHIN = timedelta(hours=24)
_ENDINGS = (RunState.WARNINGS, RunState.FAILED)
_NOT_DONE = (ResultState.FAILED, ResultState.SKIPPED, ResultState.UNVERIFIED)
_BY_A_PERSON = (reasons.SKIPPED_BY_PERSON, reasons.DEPENDENCY_SKIPPED)

# What may have been written is asked about; everything else waits for its turn again.
_AGAIN = """
    with moved as (
        update recovery_stepresult
        set state = case when state = %(unverified)s then %(intended)s else %(pending)s end,
            reason = '', detail = '', settled_at = null
        where run_id = %(run)s and state = any(%(states)s) and not reason = any(%(kept)s)
        returning id, tenant_id, attempts
    )
    insert into recovery_journalentry (tenant_id, result_id, event, attempt, status, code)
    select tenant_id, id, %(event)s, greatest(attempts, 1), 0, 'asked-for' from moved
"""


@transaction.atomic
def retry_run(*, actor: Actor, run: Run, reason: str = "") -> Run:
    """Queue a finished run once more, for the steps that failed, were not tried, or could not be
    confirmed. What is done is not done again; what a person skipped stays skipped.

    Needs the right to request or to approve recoveries. Raises NotFound, NotAllowed; Conflict for a
    run that is not over, was complete, cancelled or taken back, or ended longer ago than
    RETRIED_WITHIN; Stale when the plan is not the approved one or the tenant has changed since.
    """
    require_may_steer(actor, run)
    run = (
        Run.objects.select_for_update(of=("self",))
        .select_related("tenant", "request__plan__tenant")
        .get(pk=run.pk)
    )
    _require_may_go_on(run)
    tried_again = _again(run)
    if not tried_again:
        raise Conflict("Nothing of the run is left to be tried again.", code="nothing-to-retry")
    Run.objects.filter(pk=run.pk).update(
        state=state_to_go_on(run), attempt=run.attempt + 1, finished_at=None, failure=""
    )
    # Another job of Microsoft's, with another sign-in.
    if native := NativeRun.objects.filter(run=run).first():
        native.start_over()
    enqueue(actor, run)
    record(actor, "recovery.retried", run, reason, results=tried_again, attempt=run.attempt + 1)
    run.refresh_from_db()
    return run


def may_be_retried(run: Run) -> bool:
    """Whether a run is one that retry_run() would look at, without asking history."""
    return (
        run.state in _ENDINGS
        and run.finished_at is not None
        and clock.now() - run.finished_at <= RETRIED_WITHIN
        and StepResult.objects.filter(run=run, state__in=_NOT_DONE)
        .exclude(reason__in=_BY_A_PERSON)
        .exists()
    )


def _require_may_go_on(run: Run) -> None:
    if run.state not in _ENDINGS or run.finished_at is None:
        raise Conflict(
            f"A run that is {run.get_state_display().lower()} cannot be tried again.",
            code="run-not-retryable",
            todo="Only what ended with failures or warnings can.",
        )
    if clock.now() - run.finished_at > RETRIED_WITHIN:
        raise Conflict(
            "The run ended too long ago for its approval to hold.",
            code="retry-too-late",
            safe="Nothing was written.",
            todo="Make a new difference report and plan what is left.",
        )
    if run.undo_plans.filter(request__state=RequestState.APPROVED).exists():
        raise Conflict("The run has been taken back.", code="run-undone")
    if stored_digest(run.request.plan) != bytes(run.request.digest):
        raise Stale(
            "The plan is not the one that was approved.",
            code="digest-mismatch",
            safe="Nothing was written.",
            todo="Make a new plan. If nobody changed the database by hand, report this.",
        )
    require_fresh(run.request.plan)


def _again(run: Run) -> int:
    """How many results wait for another try now."""
    with connection.cursor() as cursor:
        cursor.execute(
            _AGAIN,
            {
                "run": run.pk,
                "states": [str(state) for state in _NOT_DONE],
                "kept": list(_BY_A_PERSON),
                "unverified": str(ResultState.UNVERIFIED),
                "intended": str(ResultState.INTENDED),
                "pending": str(ResultState.PENDING),
                "event": str(JournalEvent.RETRY),
            },
        )
        return int(cursor.rowcount)
