"""Jobs of the recovery service: how far one is follows from how long ago it was started.

Microsoft's published figures (https://learn.microsoft.com/entra/backup/backup-difference-report-
recovery-model): data of a point is loaded once, in one to two and a half hours; 100,000 changes are
found in 45 minutes and 500,000 are recovered in 30 hours. They pass by the sandbox's clock, as many
times as fast as its weather's `time_scale` says.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from apps.sandbox.graph.context import Call
from apps.sandbox.recovery import applying
from apps.sandbox.recovery.differences import Change, Scope, differences, totals
from apps.sandbox.state.directory import Directory
from apps.sandbox.state.past import KEPT, Day
from apps.sandbox.state.world import World

_LOADING = ((50_000, 3600.0), (300_000, 5400.0), (1_000_000, 7200.0))
_LOADING_MOST = 9000.0
FOUND_PER_SECOND = 100_000 / (45 * 60)
RECOVERED_PER_SECOND = 500_000 / (30 * 3600)
_COUNTED = ("user", "group", "application", "servicePrincipal", "conditionalAccessPolicy")
LOADING, CALCULATING, RUNNING = "loadingData", "calculating", "running"
SUCCESSFUL, ABANDONED = "successful", "abandoned"
UNFINISHED = frozenset({"initialized", LOADING, CALCULATING, RUNNING})


@dataclass(slots=True)
class Job:
    """One preview or recovery. ``call``: the one that started it. ``loads``: seconds until the
    point's data is there. ``changes``: None until they are found."""

    call: Call
    point: Day
    criteria: dict[str, Any] | None
    scope: Scope
    is_preview: bool
    loads: float
    started: datetime
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    status: str = LOADING
    ended: datetime | None = None
    changes: list[Change] | None = None
    applied: int = 0
    objects: int = 0
    links: int = 0

    @property
    def is_going_on(self) -> bool:
        return self.status in UNFINISHED

    @property
    def failed(self) -> list[Change]:
        """What could not be done, in the order of the attempts."""
        return [one for one in (self.changes or [])[: self.applied] if one.failure]


def start(
    call: Call, point: Day, criteria: dict[str, Any] | None, scope: Scope, *, is_preview: bool
) -> Job:
    """Begin a job; the caller has seen that no other is going on."""
    past = call.directory.past
    loads = 0.0 if point.at in past.loaded else _loading(call.directory)
    now = call.world.clock.now()
    job = Job(call, point, criteria, scope, is_preview, loads, now)
    job.status = LOADING if loads else CALCULATING
    past.jobs.append(job)
    return job


def known(world: World, directory: Directory) -> list[Job]:
    """The jobs of the last seven days, oldest first, as they are by now."""
    now = world.clock.now()
    advance(world, directory)
    past = directory.past
    past.jobs = [one for one in past.jobs if one.ended is None or one.ended > now - KEPT]
    return list(past.jobs)


def going_on(world: World, directory: Directory) -> Job | None:
    """The one job of the tenant, if there is one."""
    return next((one for one in known(world, directory) if one.is_going_on), None)


def advance(world: World, directory: Directory) -> None:
    """Do what has become due."""
    for job in directory.past.jobs:
        if job.is_going_on:
            _go_on(world, directory, job)


def cancel(job: Job, now: datetime) -> None:
    """Stop it; what was applied stays."""
    job.status, job.ended = ABANDONED, now


def _go_on(world: World, directory: Directory, job: Job) -> None:
    scale = max(getattr(world.weather, "time_scale", 1.0), 0.001)
    left = (world.clock.now() - job.started).total_seconds() * scale - job.loads
    if left < 0:
        return
    directory.past.loaded.add(job.point.at)
    job.status = CALCULATING
    if job.changes is None:
        job.changes = differences(directory, job.point, job.scope, for_report=job.is_preview)
    left -= sum(totals(job.changes)) / FOUND_PER_SECOND
    if left < 0:
        return
    job.status = RUNNING
    seconds = 0.0 if job.is_preview else _apply_due(job, left)
    if job.is_preview or job.applied == len(job.changes):
        job.status = SUCCESSFUL
        job.ended = min(world.clock.now(), _ended(job, seconds, scale))


def _apply_due(job: Job, left: float) -> float:
    """Apply what the pace allows by now; seconds that all of it takes."""
    seconds = 0.0
    for number, change in _numbered(job):
        seconds += change.size / RECOVERED_PER_SECOND
        if seconds > left:
            break
        if number >= job.applied:
            objects, links = applying.apply(job.call, change)
            job.objects, job.links, job.applied = (
                job.objects + objects,
                job.links + links,
                number + 1,
            )
    return seconds


def _numbered(job: Job) -> Iterator[tuple[int, Change]]:
    yield from enumerate(job.changes or ())


def _ended(job: Job, seconds: float, scale: float) -> datetime:
    total = job.loads + sum(totals(job.changes or [])) / FOUND_PER_SECOND + seconds
    return job.started + timedelta(seconds=total / scale)


def _loading(directory: Directory) -> float:
    objects = sum(directory.count(name) for name in _COUNTED)
    return next((seconds for most, seconds in _LOADING if objects <= most), _LOADING_MOST)
