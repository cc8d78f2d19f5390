"""The states of a run: guarded updates, each of which must change exactly one row."""

from __future__ import annotations

from django.db import transaction

from apps.audit import services as audit
from apps.core import clock
from apps.core.actor import SYSTEM
from apps.core.errors import Conflict
from apps.notify.choices import EventKind
from apps.notify.events import raise_event
from apps.recovery.choices import Action, ResultState, RunState
from apps.recovery.models import Run, StepResult
from apps.recovery.reasons import NOT_CONFIRMED
from apps.recovery.running import journal
from apps.recovery.running.items import slices_of

GOING_ON = (RunState.CHECKING, RunState.RUNNING, RunState.VERIFYING)
AT_ONCE = 2000


class RunPaused(Exception):
    """Somebody asked the run to rest: its work should unwind."""


def move(run: Run, to: RunState, *, before: tuple[RunState, ...]) -> None:
    """Bring the run from one of the states before into another. Raises Conflict otherwise."""
    changed = Run.objects.filter(pk=run.pk, state__in=before).update(state=to)
    if changed != 1:
        raise Conflict("The run is not in a state for this.", code="run-state")
    run.state = to


@transaction.atomic
def start(run: Run) -> bool:
    """Begin a run, or take it up again; True when an earlier attempt had begun to write."""
    if run.state == RunState.QUEUED:
        move(run, RunState.CHECKING, before=(RunState.QUEUED,))
        run.started_at = clock.now()
        Run.objects.filter(pk=run.pk).update(started_at=run.started_at)
        audit.record(
            actor=SYSTEM,
            event="recovery.started",
            tenant_id=run.tenant_id,
            subject=run.tenant.name,
            data={
                "run_id": str(run.pk),
                "plan_id": str(run.request.plan_id),
                "digest": run.request.plan.digest_hex,
            },
        )
        raise_event(EventKind.RUN_STARTED, run.tenant, subjects={"run": run.pk})
    return run.state in {RunState.RUNNING, RunState.VERIFYING}


def check_paused(run: Run) -> None:
    """Raise RunPaused when somebody asked the run to rest."""
    if Run.objects.filter(pk=run.pk, pause_asked_at__isnull=False).exists():
        raise RunPaused


@transaction.atomic
def pause(run: Run) -> None:
    """The run rests, until somebody lets it go on."""
    move(run, RunState.PAUSED, before=GOING_ON)
    Run.objects.filter(pk=run.pk).update(pause_asked_at=None, paused_at=clock.now())
    audit.record(
        actor=SYSTEM,
        event="recovery.paused",
        tenant_id=run.tenant_id,
        subject=run.tenant.name,
        data={"run_id": str(run.pk)},
    )


def give_up(run: Run, reason: str) -> None:
    """Settle what was not tried, and what was written, or may have been, and will not be read
    back any more."""
    for states, state, why in (
        ([ResultState.PENDING], ResultState.SKIPPED, reason),
        ([ResultState.INTENDED, ResultState.WRITTEN], ResultState.UNVERIFIED, NOT_CONFIRMED),
    ):
        for items in slices_of(run, states=states, size=AT_ONCE):
            journal.settle(run, items, state, reason=why)


@transaction.atomic
def finish(run: Run, state: RunState, *, failure: str = "") -> None:
    """End the run with its counts. Does nothing when it has ended before."""
    counts = count(run)
    changed = Run.objects.filter(pk=run.pk, state__in=RunState.unfinished()).update(
        state=state, finished_at=clock.now(), counts=counts, failure=failure
    )
    if changed != 1:
        return
    audit.record(
        actor=SYSTEM,
        event="recovery.finished",
        tenant_id=run.tenant_id,
        subject=run.tenant.name,
        data={
            "run_id": str(run.pk),
            "plan_id": str(run.request.plan_id),
            "state": str(state),
            "objects": counts["objects"],
            "links": counts["links"],
            "failures": counts["failures"],
        },
    )
    went_well = state in {RunState.COMPLETE, RunState.CANCELLED}
    told = {name: counts[name] for name in ("objects", "links", "failures")}
    raise_event(
        EventKind.RUN_ENDED if went_well else EventKind.RUN_FAILED,
        run.tenant,
        {"state": str(state), **told},
        {"run": run.pk},
    )


def count(run: Run) -> dict[str, int]:
    """What the run did: objects and links brought back, and what was not."""
    results = StepResult.objects.filter(run=run)
    done = results.filter(state=ResultState.DONE)
    objects = done.exclude(step__action__in=Action.of_links())
    failed = results.filter(state__in=(ResultState.FAILED, ResultState.SKIPPED))
    return {
        "objects": objects.values("step__kind", "step__object_id").distinct().count(),
        "links": done.filter(step__action__in=Action.of_links()).count(),
        "failures": failed.count(),
        "unverified": results.filter(state=ResultState.UNVERIFIED).count(),
        "nothing": results.filter(state=ResultState.NOTHING).count(),
        "not_recoverable": results.filter(state=ResultState.NOT_RECOVERABLE).count(),
        "came_back": run.came_back.get("count", 0),
    }


def ending(run: Run) -> RunState:
    """How a run that went through to its end has gone."""
    counts = count(run)
    if not counts["failures"] and not counts["unverified"] and not counts["came_back"]:
        return RunState.COMPLETE
    done = counts["objects"] + counts["links"] + counts["nothing"] + counts["unverified"]
    return RunState.WARNINGS if done else RunState.FAILED
