"""What one request cost: on the wall, in the web process, and in the PostgreSQL that serves it."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

RESAMPLES = 1000
CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds. web, database: time on a processor of this process and of its backend."""

    wall: float
    web: float
    database: float

    @property
    def cpu(self) -> float:
        """Both together: what the request takes where nothing else runs."""
        return self.web + self.database


def backend_clock(wrapper: BaseDatabaseWrapper) -> int:
    """The clock of the processor time of a connection's backend, for time.clock_gettime.

    It has nanoseconds, /proc only hundredths of a second. The backend runs on this machine: see
    clock_getcpuclockid(3), of which this is Linux's answer.
    """
    wrapper.ensure_connection()
    process = int(wrapper.connection.info.backend_pid)
    return (~process << 3) | 2


def measured(clock: int, act: Callable[[], Any]) -> tuple[Cost, Any]:
    """What the act cost, and what it gave."""
    wall, web = time.perf_counter(), time.process_time()
    database = time.clock_gettime(clock)
    given = act()
    cost = Cost(
        wall=(time.perf_counter() - wall) * 1000,
        web=(time.process_time() - web) * 1000,
        database=(time.clock_gettime(clock) - database) * 1000,
    )
    return cost, given


def overhead(on: Sequence[float], off: Sequence[float]) -> dict[str, float]:
    """How much more `on` is than `off` at the median, in percent, and between what bounds.

    on and off are pairs, one after the other. The bounds are those of a bootstrap over the pairs.
    """
    pairs = list(zip(on, off, strict=True))
    dice = random.Random(1)  # noqa: S311 - the same figures give the same bounds
    drawn = sorted(_over(dice.choices(pairs, k=len(pairs))) for _ in range(RESAMPLES))
    outside = int(RESAMPLES * (1 - CONFIDENCE) / 2)
    return {
        "percent": round(_over(pairs), 1),
        "low": round(drawn[outside], 1),
        "high": round(drawn[-1 - outside], 1),
    }


def _over(pairs: Sequence[tuple[float, float]]) -> float:
    on, off = (statistics.median(side) for side in zip(*pairs, strict=True))
    return float(on / off - 1) * 100


def figures(costs: dict[str, list[Cost]]) -> dict[str, Any]:
    """Medians of both sides in milliseconds, the 95th percentile on the wall, and the overhead."""
    said: dict[str, Any] = {}
    for side, found in costs.items():
        said[side] = {
            "wall_ms": _median([cost.wall for cost in found]),
            "wall_p95_ms": round(statistics.quantiles([c.wall for c in found], n=20)[-1], 2),
            "web_cpu_ms": _median([cost.web for cost in found]),
            "database_cpu_ms": _median([cost.database for cost in found]),
            "cpu_ms": _median([cost.cpu for cost in found]),
        }
    on, off = costs["on"], costs["off"]
    said["cpu_overhead"] = overhead([cost.cpu for cost in on], [cost.cpu for cost in off])
    said["wall_overhead"] = overhead([cost.wall for cost in on], [cost.wall for cost in off])
    return said


def _median(values: Sequence[float]) -> float:
    return round(statistics.median(values), 2)
