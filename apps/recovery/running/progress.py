"""How far a run is, lane by lane, for those who watch it."""

from __future__ import annotations

import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from django.db import DatabaseError, InterfaceError
from django.db.models import Count, Q

from apps.jobs.context import JobContext
from apps.recovery.choices import ResultState
from apps.recovery.models import Run, StepResult
from apps.recovery.running.writers import Writers

# Writing it more often would cost more than watching it is worth; counting many steps takes longer
# than counting few, and may take one part in so many of the time.
EVERY_SECONDS = 1.0
SHARE = 50
# The rate is that of so many seconds.
RECENT = 60.0
# What only waits for something to come back with its owner belongs to no lane.
BESIDE = "coming-back"
_OPEN = (ResultState.PENDING, ResultState.INTENDED)


@dataclass
class Progress:
    """Keeps `Run.lanes` and the job's progress up to date, at most once a second."""

    run: Run
    job: JobContext
    _writers: Writers | None = None
    _next: float = float("-inf")
    _seen: deque[tuple[float, dict[str, int]]] = field(default_factory=deque)

    def watch(self, writers: Writers) -> None:
        """Also tell how often Graph refused what came too fast."""
        self._writers = writers

    def tell(self) -> None:
        """Called often; writes seldom."""
        if time.monotonic() >= self._next:
            self.tell_now()

    def tell_now(self) -> None:
        began = time.monotonic()
        lanes = _lanes(self.run)
        self._add_rates(lanes)
        for name, lane in lanes.items():
            before = self.run.lanes.get(name, {}).get("throttled", 0)
            now = self._writers.throttled_in(name) if self._writers else 0
            lane["throttled"] = before + now
        Run.objects.filter(pk=self.run.pk).update(lanes=lanes)
        self.job.progress(
            sum(lane["done"] for lane in lanes.values()),
            sum(lane["total"] for lane in lanes.values()),
        )
        ended = time.monotonic()
        self._next = ended + max(EVERY_SECONDS, (ended - began) * SHARE)

    def tell_the_end(self) -> None:
        """Tell where the run came to; never in place of the error that it ended with."""
        with suppress(DatabaseError, InterfaceError):
            self.tell_now()

    def _add_rates(self, lanes: dict[str, dict[str, Any]]) -> None:
        now = time.monotonic()
        self._seen.append((now, {name: lane["done"] for name, lane in lanes.items()}))
        while len(self._seen) > 2 and self._seen[1][0] < now - RECENT:
            self._seen.popleft()
        since, before = self._seen[0]
        seconds = max(now - since, 0.001)
        for name, lane in lanes.items():
            rate = (lane["done"] - before.get(name, 0)) / seconds
            lane["per_second"] = round(rate, 2)
            left = lane["total"] - lane["done"]
            lane["seconds_left"] = round(left / rate) if rate > 0 else None


def _lanes(run: Run) -> dict[str, dict[str, Any]]:
    """Per lane: how many items there are, how many are past their write, how many went wrong."""
    counted = (
        StepResult.objects.filter(run=run, step__wave__gt=0)
        .values("step__lane")
        .annotate(
            total=Count("pk"),
            open=Count("pk", filter=Q(state__in=_OPEN)),
            failed=Count("pk", filter=Q(state=ResultState.FAILED)),
        )
    )
    return {
        row["step__lane"] or BESIDE: {
            "total": row["total"],
            "done": row["total"] - row["open"],
            "failed": row["failed"],
        }
        for row in counted.order_by("step__lane")
    }
