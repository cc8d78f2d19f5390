"""What every part of a run works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from apps.entra.client import GraphClient
from apps.entra.client.timing import TimeSource
from apps.history.identities import Identities
from apps.recovery.models import Run
from apps.recovery.running.items import Item
from apps.recovery.running.observing import Sight, observe
from apps.recovery.running.pace import Pace


@dataclass(frozen=True)
class Workplace:
    """`check` raises when the run is to stop; it is called between batches, never inside one.

    `told` is called whenever items have come further, for the progress that people see. `made` is
    what the run has made anew so far; what is older than `since` it did not make.
    """

    run: Run
    client: GraphClient
    pace: Pace
    time: TimeSource
    check: Callable[[], None]
    told: Callable[[], None]
    since: datetime
    made: Identities = field(default_factory=Identities)

    def observe(self, items: list[Item]) -> dict[int, Sight]:
        return observe(self.client, items, self.made)
