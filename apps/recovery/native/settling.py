"""What became of a run by Microsoft's engine: whatever its jobs say, what reading the tenant shows.

A job writes past delta queries, so a full capture follows it in any case
(https://learn.microsoft.com/graph/api/resources/entrarecoveryservices-backup-recovery-overview).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby

from apps.core.actor import SYSTEM
from apps.history import services as history
from apps.jobs import services as jobs
from apps.jobs.context import JobContext
from apps.recovery import reasons
from apps.recovery.choices import NATIVE_SUCCESSFUL, ResultState, RunState
from apps.recovery.models import NativeRun, Run
from apps.recovery.native import asking
from apps.recovery.native.beside import note_what_else
from apps.recovery.native.letting import forget_token
from apps.recovery.running import executing, journal, lifecycle
from apps.recovery.running.items import Item, load_items
from apps.recovery.running.observing import Sight, observe
from apps.recovery.running.workplace import Workplace

_UNDONE = (ResultState.PENDING, ResultState.INTENDED)
AT_ONCE = 500
_AFTERWARDS = "after Microsoft's own recovery"


def settle(place: Workplace, native: NativeRun, job: JobContext) -> None:
    """What became of each item, as the tenant shows it now."""
    run = place.run
    forget_token(native)
    lifecycle.move(run, RunState.VERIFYING, before=lifecycle.GOING_ON)
    said = _failures(place, native)
    _full_capture(run, job)
    left = open_items(run)
    journal.intend(run, [one for one in left if not one.attempts])
    failing = [one for one in left if one.object_id in said]
    if native.status != NATIVE_SUCCESSFUL:
        failing = left
    _settle_failing(place, failing, said)
    journal.found(run, open_items(run))
    patient = replace(place, pace=replace(place.pace, patience=place.pace.short_patience))
    place.crew.run(executing.read_back(patient))
    note_what_else(run, native)


def open_items(run: Run) -> list[Item]:
    """What is not written, or may not have been."""
    return list(load_items(run, states=_UNDONE))


def sights(place: Workplace, items: list[Item]) -> Iterable[tuple[Item, Sight]]:
    """How each of the items looks in the tenant now."""
    by_lane = sorted(items, key=lambda one: one.lane)
    for _, of_lane in groupby(by_lane, key=lambda one: one.lane):
        together = list(of_lane)
        for start in range(0, len(together), AT_ONCE):
            some = together[start : start + AT_ONCE]
            seen = observe(place.client, some, place.made, written=True)
            yield from ((one, seen[one.result_id]) for one in some)


def capture_soon(run: Run) -> None:
    """Nobody but a full capture notices what Microsoft's job wrote."""
    jobs.enqueue(
        actor=SYSTEM,
        kind="capture",
        tenant=run.tenant,
        args={"mode": "full", "reason": _AFTERWARDS},
        once=True,
    )


def _failures(place: Workplace, native: NativeRun) -> dict[str, str]:
    snapshot_id = place.run.request.plan.native["snapshot_id"]
    found = [
        one
        for job in native.jobs
        if job["failed"]
        for one in asking.failed_changes(place.client, snapshot_id, job["job_id"])
    ]
    return {one.object_id: one.said for one in found}


def _settle_failing(place: Workplace, items: list[Item], said: dict[str, str]) -> None:
    """What Microsoft says has failed has, unless it is as wanted all the same."""
    for item, sight in sights(place, items):
        if sight != Sight.WANTED:
            reason = reasons.NATIVE_FAILED if item.object_id in said else reasons.NATIVE_NOT_DONE
            journal.settle(
                place.run,
                [item],
                ResultState.FAILED,
                reason=reason,
                detail=said.get(item.object_id, ""),
            )


def _full_capture(run: Run, job: JobContext) -> None:
    job.progress(0, text="Full capture after Microsoft's recovery")
    history.capture(
        actor=job.actor,
        tenant=run.tenant,
        mode="full",
        reason=_AFTERWARDS,
        progress=job,
        hurried=True,
    )
