"""Documented limits: counters per application and tenant, on a time scale.

https://learn.microsoft.com/graph/throttling-limits
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

# Resource units per 10 seconds for one application in one tenant, by number of users.
SMALL, MEDIUM, LARGE = 3_500, 5_000, 8_000
APPLICATION_WRITES, APPLICATION_WRITE_WINDOW = 3_000, 150.0
TENANT_WRITES, TENANT_WRITE_WINDOW = 18_000, 300.0
# For one application in all tenants together.
EVERYWHERE_UNITS, EVERYWHERE_UNIT_WINDOW = 150_000, 20.0
EVERYWHERE_WRITES, EVERYWHERE_WRITE_WINDOW = 35_000, 300.0
# Of their own, beside the others: invitations in a tenant, and reads of `signInActivity`.
INVITATIONS, INVITATION_WINDOW = 150, 5.0
SIGN_IN_ACTIVITIES, SIGN_IN_ACTIVITY_WINDOW = 10, 60.0


def resource_units_of_tenant(users: int) -> int:
    """The documented quota for a tenant of this size."""
    if users < 50:
        return SMALL
    return MEDIUM if users <= 500 else LARGE


@dataclass(slots=True)
class Bucket:
    """A token bucket: `limit` units, refilled evenly over `window` documented seconds."""

    limit: float
    window: float
    used: float = 0.0
    at: float = 0.0

    def _drain(self, now: float) -> None:
        self.used = max(0.0, self.used - (now - self.at) * self.limit / self.window)
        self.at = now

    def full(self, now: float) -> bool:
        """Whether there is no room for one unit more."""
        self._drain(now)
        return self.used > self.limit - 1

    def spend(self, units: float, now: float) -> None:
        """Throttled requests spend too, up to 1.8 times the limit (as the header's range shows)."""
        self._drain(now)
        self.used = min(self.used + units, self.limit * 1.8)

    def share(self) -> float:
        return self.used / self.limit

    def wait(self) -> float:
        """Documented seconds until the next request passes."""
        return max(0.0, self.used - self.limit + 1) * self.window / self.limit


@dataclass(slots=True)
class Window:
    """A sliding window: at most `limit` requests in any `window` documented seconds."""

    limit: int
    window: float
    times: deque[float] = field(default_factory=deque)

    def _slide(self, now: float) -> None:
        while self.times and self.times[0] <= now - self.window:
            self.times.popleft()

    def full(self, now: float) -> bool:
        self._slide(now)
        return len(self.times) >= self.limit

    def spend(self, now: float) -> None:
        self.times.append(now)

    def share(self) -> float:
        return len(self.times) / self.limit

    def wait(self, now: float) -> float:
        """Documented seconds until so many have left the window that one more fits."""
        if len(self.times) < self.limit:
            return 0.0
        return self.times[len(self.times) - self.limit] + self.window - now


def retry_after(documented_seconds: float, time_scale: float) -> str:
    """Whole real seconds, at least one, as the header carries them."""
    return str(max(1, math.ceil(documented_seconds / time_scale)))
