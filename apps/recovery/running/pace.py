"""How patiently a run reads back and tries again, in Graph's seconds.

One good read proves nothing: answers come from different replicas, and a write is visible
everywhere only some time later, without a promise of when
(https://devblogs.microsoft.com/identity/designing-for-eventual-consistency-for-microsoft-entra).
"""

from __future__ import annotations

from dataclasses import dataclass

from apps.entra.client.timing import GraphTime
from apps.tenants.choices import Cloud
from apps.tenants.models import Tenant


@dataclass(frozen=True, slots=True)
class Pace:
    """matches: consecutive reads that must agree; between: seconds from one to the next.

    waits: seconds before each further look at something that is not as wanted, the last one
    repeated; patience: seconds after which it counts as not confirmed, or as refused for good;
    short_patience: the same for what waits on nothing that this run has just made. unseen: seconds
    for which a creation that nobody heard the answer to has to stay out of sight before it is sent
    once more: it would make a second one of what a replica does not show yet.
    """

    matches: int = 5
    between: float = 5.0
    waits: tuple[float, ...] = (1.0, 5.0, 30.0, 120.0)
    patience: float = 720.0
    short_patience: float = 60.0
    unseen: float = 60.0

    def patience_for(self, depends_on: tuple[int, ...]) -> float:
        """How long to go on where an earlier step may not be visible everywhere yet, or is."""
        return self.patience if depends_on else self.short_patience

    def wait(self, attempt: int) -> float:
        """Seconds before look number `attempt` (from 0) at something that is not as wanted."""
        return self.waits[min(attempt, len(self.waits) - 1)]


GRAPH = Pace()
# The sandbox's replica lag is set by hand, in real seconds and few of them.
SANDBOX = Pace(
    matches=2,
    between=0.05,
    waits=(0.05, 0.1, 0.25, 0.5, 1.0),
    patience=60.0,
    short_patience=5.0,
    unseen=1.0,
)


def pace_of(tenant: Tenant) -> Pace:
    return SANDBOX if tenant.cloud == Cloud.SANDBOX else GRAPH


def time_of(tenant: Tenant) -> GraphTime:
    """The clock that the pace is counted by: a sandbox's limits may run fast, its lag does not."""
    return GraphTime(1.0) if tenant.cloud == Cloud.SANDBOX else GraphTime()
