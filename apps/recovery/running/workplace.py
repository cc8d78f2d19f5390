"""What every part of a run works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from apps.entra.client import GraphClient
from apps.entra.client.timing import TimeSource
from apps.recovery.models import Run
from apps.recovery.running.items import Item
from apps.recovery.running.observing import Sight, observe
from apps.recovery.running.pace import Pace


@dataclass(frozen=True)
class Workplace:
    """`check` raises when the run is to stop; it is called between batches, never inside one.

    `told` is called whenever items have come further, for the progress that people see.
    """

    run: Run
    client: GraphClient
    pace: Pace
    time: TimeSource
    check: Callable[[], None]
    told: Callable[[], None]

    def observe(self, items: list[Item]) -> dict[int, Sight]:
        return observe(self.client, items)
