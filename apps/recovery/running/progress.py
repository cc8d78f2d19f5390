"""How far a run is, lane by lane, for those who watch it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q

from apps.jobs.context import JobContext
from apps.recovery.choices import ResultState
from apps.recovery.models import Run, StepResult

# Writing it more often would cost more than watching it is worth.
EVERY_SECONDS = 1.0


@dataclass
class Progress:
    """Keeps `Run.lanes` and the job's progress up to date, at most once a second."""

    run: Run
    job: JobContext
    _started: float = field(default_factory=time.monotonic)
    _last: float = float("-inf")
    _before: dict[str, int] | None = None

    def tell(self) -> None:
        """Called often; writes seldom."""
        if time.monotonic() - self._last >= EVERY_SECONDS:
            self.tell_now()

    def tell_now(self) -> None:
        self._last = time.monotonic()
        lanes = _lanes(self.run)
        self._before = self._before or {name: lane["done"] for name, lane in lanes.items()}
        seconds = max(time.monotonic() - self._started, 0.001)
        for name, lane in lanes.items():
            rate = (lane["done"] - self._before.get(name, 0)) / seconds
            lane["per_second"] = round(rate, 2)
            left = lane["total"] - lane["done"]
            lane["seconds_left"] = round(left / rate) if rate > 0 else None
        Run.objects.filter(pk=self.run.pk).update(lanes=lanes)
        self.job.progress(
            sum(lane["done"] for lane in lanes.values()),
            sum(lane["total"] for lane in lanes.values()),
        )


def _lanes(run: Run) -> dict[str, dict[str, Any]]:
    """Per lane: how many items there are, how many are past their write."""
    counted = (
        StepResult.objects.filter(run=run, step__wave__gt=0)
        .values("step__lane")
        .annotate(
            total=Count("pk"),
            open=Count("pk", filter=Q(state__in=(ResultState.PENDING, ResultState.INTENDED))),
        )
    )
    return {
        row["step__lane"]: {"total": row["total"], "done": row["total"] - row["open"]}
        for row in counted
    }
