"""What every part of a run works with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from apps.entra.catalogue import Lane
from apps.entra.client import GraphClient
from apps.entra.client.timing import TimeSource
from apps.history.identities import Identities
from apps.recovery.models import Run
from apps.recovery.running.crew import Crew, Task
from apps.recovery.running.items import Item
from apps.recovery.running.observing import Sight, observe
from apps.recovery.running.pace import Pace
from apps.recovery.running.writers import Readers, Writers

T = TypeVar("T")


@dataclass(frozen=True)
class Workplace:
    """`client` is for what is asked by the way, on the run's own thread; `crew`, `writers` and
    `readers` do the work. `check` raises when the run is to stop; it is called between batches,
    never inside one.

    `told` is called whenever items have come further, for the progress that people see. `made` is
    what the run has made anew so far; what is older than `since` it did not make.
    """

    run: Run
    client: GraphClient
    crew: Crew
    writers: Writers
    readers: Readers
    pace: Pace
    check: Callable[[], None]
    told: Callable[[], None]
    since: datetime
    made: Identities = field(default_factory=Identities)

    @property
    def time(self) -> TimeSource:
        return self.crew.time

    def look(self, lane: str, work: Callable[[GraphClient], T]) -> Task[T]:
        """Ask the tenant something, beside whatever else goes on; `work` has no database."""
        return self.readers.use(lane_of(lane), work)

    def observe(self, items: Sequence[Item], *, written: bool = False) -> Task[dict[int, Sight]]:
        """How the tenant is, for items of one lane; by result id. See observing.observe()."""
        if not items:
            return {}
        return (
            yield from self.look(
                items[0].lane, lambda client: observe(client, items, self.made, written=written)
            )
        )


def lane_of(name: str) -> Lane:
    """The lane of a step; what only waits for something to come back has none of its own."""
    return Lane(name) if name else Lane.DIRECTORY
