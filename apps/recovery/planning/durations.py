"""How long a plan's writes take: at the rates of this tenant's earlier runs, else as documented."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Max, Min

from apps.entra.catalogue import Lane
from apps.entra.client.limits import Limits
from apps.recovery.choices import RunState
from apps.recovery.models import Run, StepResult
from apps.recovery.planning.ordering import Placed
from apps.recovery.running.pace import pace_of
from apps.tenants.models import Tenant

# From so few requests nobody can tell a rate.
ENOUGH = 50
RUNS = 5
_WRITE_SECONDS = 150


@dataclass
class Effort:
    """What the steps of a plan ask for, gathered step by step."""

    requests: dict[tuple[int, str], int] = field(default_factory=lambda: defaultdict(int))
    links: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _waves: list[int] = field(default_factory=lambda: [0])
    _waited_for: set[int] = field(default_factory=set)

    def add(self, one: Placed) -> None:
        """Steps come in their order, from 1."""
        draft = one.draft
        self._waves.append(one.wave)
        self._waited_for.update(one.depends_on)
        if draft.writes and draft.content:
            lane = str(draft.lane)
            self.requests[one.wave, lane] += 1
            self.links[lane] += len(draft.targets)

    def estimate(self, tenant: Tenant) -> dict[str, Any]:
        """{"seconds", "requests", "lanes": {lane: {"requests", "links", "seconds", "per_second",
        "source"}}}. source: "measured" in this tenant, or "documented".

        Conditional Access has an allowance of its own and goes on beside the others, which share
        one; waves come one after the other. `seconds` has the reading back as well, and not the
        snapshot that a run takes first.
        """
        measured = measured_rates(tenant)
        lanes: dict[str, dict[str, Any]] = {}
        spent: dict[tuple[int, bool], float] = defaultdict(float)
        for (wave, lane), number in self.requests.items():
            rate = measured.get(lane) or documented_rate(lane)
            spent[wave, lane == Lane.CONDITIONAL_ACCESS] += number / rate
            known = lanes.setdefault(lane, _lane(rate, measured=lane in measured))
            known["requests"] += number
            known["links"] = self.links[lane]
            known["seconds"] = math.ceil(known["requests"] / rate)
        return {
            "seconds": math.ceil(_side_by_side(spent) + self._reading_back(tenant)),
            "requests": sum(self.requests.values()),
            "lanes": dict(sorted(lanes.items())),
        }

    def _reading_back(self, tenant: Tenant) -> float:
        """Each wave that a later one waits for is read until several answers agree; so is all."""
        if not self.requests:
            return 0.0
        pace = pace_of(tenant)
        waves = {self._waves[order] for order in self._waited_for}
        return (len(waves) + 1) * (pace.matches - 1) * pace.between


def _side_by_side(spent: Mapping[tuple[int, bool], float]) -> float:
    slowest: dict[int, float] = defaultdict(float)
    for (wave, _), seconds in spent.items():
        slowest[wave] = max(slowest[wave], seconds)
    return sum(slowest.values())


def documented_rate(lane: str) -> float:
    """Requests a second that Microsoft documents for one application.

    https://learn.microsoft.com/graph/throttling-limits
    """
    limits = Limits()
    if lane == Lane.CONDITIONAL_ACCESS:
        return 1 / limits.conditional_access
    return limits.writes / _WRITE_SECONDS


def measured_rates(tenant: Tenant) -> dict[str, float]:
    """Requests a second by lane in the tenant's last runs, between first and last of each wave.

    Lanes in which too little was written are left out. Two queries.
    """
    ended = Run.objects.filter(tenant=tenant, state__in=_ENDED).order_by("-finished_at")
    runs = list(ended.values_list("pk", flat=True)[:RUNS])
    rows = (
        StepResult.objects.filter(run_id__in=runs, written_at__isnull=False)
        .order_by()
        .values_list("run_id", "step__wave", "step__lane")
        .annotate(
            n=Count("step_id", distinct=True), first=Min("written_at"), last=Max("written_at")
        )
    )
    return _rates(rows)


_ENDED = (RunState.COMPLETE, RunState.WARNINGS)


def _rates(rows: Iterable[tuple[Any, ...]]) -> dict[str, float]:
    requests: dict[str, int] = defaultdict(int)
    seconds: dict[str, float] = defaultdict(float)
    for _, _, lane, number, first, last in rows:
        requests[lane] += number - 1
        seconds[lane] += (last - first).total_seconds()
    return {
        lane: round(number / seconds[lane], 3)
        for lane, number in requests.items()
        if number >= ENOUGH and seconds[lane] > 0
    }


def _lane(rate: float, *, measured: bool) -> dict[str, Any]:
    source = "measured" if measured else "documented"
    return {
        "requests": 0,
        "links": 0,
        "seconds": 0,
        "per_second": round(rate, 2),
        "source": source,
    }
