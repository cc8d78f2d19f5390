"""Leaving a step out of a run before its turn comes."""

from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError, transaction

from apps.core import clock
from apps.core.actor import Actor
from apps.core.errors import Conflict, Invalid, NotAllowed, NotFound
from apps.recovery import reasons
from apps.recovery.choices import ResultState
from apps.recovery.models import Run, SkippedStep, Step, StepResult
from apps.recovery.steering import ended, native_whole, record, require_may_steer


def skip_step(*, actor: Actor, run: Run, order: int, reason: str) -> SkippedStep:
    """Leave one step out; whatever depends on it is left out in its turn, with that as the reason.

    Needs a person with the right to request or to approve recoveries. Raises NotFound, NotAllowed;
    Invalid without a reason; Conflict when the run has ended, or the step writes nothing, has
    begun, was skipped before, or keeps people safe from another step (reasons.HELD_BACK).
    """
    require_may_steer(actor, run)
    person = actor.user_id
    if person is None:
        raise NotAllowed("Only a person can skip a step.", code="needs-a-person")
    if not reason.strip():
        raise Invalid("Skipping a step needs a reason.", todo="Say why it is left out.")
    step = Step.objects.filter(plan_id=run.request.plan_id, order=order).defer("sealed").first()
    if step is None:
        raise NotFound("There is no such step.", code="no-such-step")
    if run.request.plan.native:
        raise native_whole()
    _require_skippable(step)
    try:
        with transaction.atomic():
            return _skip(actor, person, run, step, reason.strip())
    except IntegrityError as error:
        raise Conflict("The step is skipped already.", code="step-skipped") from error


def _require_skippable(step: Step) -> None:
    if not step.writes:
        raise Conflict("The step writes nothing that could be skipped.", code="step-silent")
    if step.reason == reasons.HELD_BACK:
        raise Conflict(
            "This step switches off what an earlier one brings back in force.",
            code="step-held-back",
            safe="Nothing was changed.",
            todo="Skip the step that brings it back; this one is then left out with it.",
        )


def _skip(actor: Actor, person: UUID, run: Run, step: Step, reason: str) -> SkippedStep:
    run.refresh_from_db(fields=["state"])
    if run.is_finished:
        raise ended()
    now = clock.now()
    results = StepResult.objects.filter(run=run, step=step)
    waiting = results.filter(state=ResultState.PENDING, attempts=0)
    left_out = waiting.update(
        state=ResultState.SKIPPED, reason=reasons.SKIPPED_BY_PERSON, settled_at=now
    )
    if left_out != results.count():
        raise Conflict(
            "The step has begun, or is over.",
            code="step-begun",
            safe="It was not changed.",
            todo="Pause or cancel the run to stop what comes after it.",
        )
    skipped = SkippedStep.objects.create(
        tenant_id=run.tenant_id,
        run=run,
        step=step,
        skipped_by_id=person,
        skipped_at=now,
        reason=reason,
    )
    record(actor, "recovery.step_skipped", run, reason, step=step.order, object_id=step.object_id)
    return skipped
