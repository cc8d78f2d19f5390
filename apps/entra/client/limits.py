"""Budgets that keep us inside what Graph allows an application in a tenant.

https://learn.microsoft.com/graph/throttling-limits
"""

import threading
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from apps.entra.catalogue.model import Lane
from apps.entra.client.timing import GraphTime, Pause, TimeSource, Window

# Of what is allowed, the part we use: our clock and Graph's do not tick at one moment.
_SHARE = 0.98
_SLOW_FROM = 0.8
# Users of a tenant, up to and with which it has so many resource units in 10 s.
_SMALL, _MEDIUM = (49, 3_500.0), (500, 5_000.0)
_LARGE_UNITS = 8_000.0
# One request a second is allowed, with no Retry-After; exactly one a second is one too many now
# and then, and a refused request counts as well.
_CONDITIONAL_ACCESS_INTERVAL = 1.05


@dataclass(frozen=True, slots=True)
class Limits:
    """The documented amounts; a test may set others.

    resource_units: per 10 s, until it is known that the tenant has more users. writes: per 150 s.
    tenant_writes: per 300 s, of all applications together. audit: requests per 10 s.
    conditional_access: seconds from an answer to the next request, whoever asks in the tenant.
    """

    resource_units: float = _SMALL[1]
    writes: float = 3_000
    tenant_writes: float = 18_000
    audit: float = 5
    conditional_access: float = _CONDITIONAL_ACCESS_INTERVAL


def resource_units_for(users: int) -> float:
    """The resource units in 10 s of a tenant with so many users."""
    for most, units in (_SMALL, _MEDIUM):
        if users <= most:
            return units
    return _LARGE_UNITS


class Reserved(NamedTuple):
    """From when on a request is counted, and how long it waited for that."""

    at: float
    waited: float


class LaneBudget:
    """The windows and the pause of one lane, for all clients of one application in one tenant."""

    def __init__(
        self,
        windows: tuple[tuple[str, Window], ...],
        *,
        gap: float = 0.0,
        lock: "threading.Lock | None" = None,
    ) -> None:
        self._windows = windows
        self._gap = gap
        self._lock = lock or threading.Lock()
        self.pause = Pause()

    def reserve(self, time: TimeSource, *, units: float, writes: float) -> Reserved:
        """Wait until the cost fits, and count it as spent."""
        waited = 0.0
        costs = {"units": units, "writes": writes, "requests": 1.0}
        while True:
            with self._lock:
                now = time.now()
                wait = self._wait(costs, now)
                if wait <= 0:
                    for name, window in self._windows:
                        window.take(costs[name], now)
                    return Reserved(now, waited)
            time.sleep(wait)
            waited += wait

    def landed(self, time: TimeSource, reserved: Reserved, *, writes: float) -> None:
        """Writes were answered. Graph counted them when they came, which is later than they were
        reserved: under load so much later that the next ones would come too early."""
        if writes:
            with self._lock:
                for name, window in self._windows:
                    if name == "writes":
                        window.landed(writes, reserved.at, time.now())

    def wait_for(self, time: TimeSource, *, units: float, writes: float) -> float:
        """How long reserve() would wait at this moment, in the seconds of `time`."""
        with self._lock:
            costs = {"units": units, "writes": writes, "requests": 1.0}
            return max(0.0, self._wait(costs, time.now()))

    def _wait(self, costs: dict[str, float], now: float) -> float:
        return max(
            self.pause.until - now,
            *(window.wait(costs[name], now) for name, window in self._windows),
        )

    def gap_after(self, status: int) -> float:
        """Seconds to leave after an answer; a refused request counts too, so it doubles them."""
        return self._gap * (2 if status == 429 else 1)

    def spend_more(self, time: TimeSource, *, units: float) -> None:
        """Count resource units that an answer cost beyond what was reserved for it."""
        with self._lock:
            for name, window in self._windows:
                if name == "units":
                    window.take(units, time.now())

    def answered(self, time: TimeSource, status: int) -> None:
        """Leave the lane's gap after an answer: when Graph counted the request is not known, only
        that it was before it answered."""
        if self._gap:
            self.pause.extend(time.now() + self.gap_after(status))

    def joined(self, time: TimeSource) -> None:
        """Leave the gap before a new client's first request: another process of ours may have
        ended its work in this tenant a moment ago."""
        if self._gap:
            self.pause.extend(time.now() + self._gap)

    def slow_down(self, time: TimeSource, percentage: float) -> None:
        """Heed `x-ms-throttle-limit-percentage` (0.8 to 1.8): the nearer the end, the slower."""
        if percentage > _SLOW_FROM:
            self.pause.extend(time.now() + min(5.0, (percentage - _SLOW_FROM) * 5.0))


class TenantBudgets:
    """What all applications in one tenant share, as Graph counts it."""

    def __init__(self, limits: Limits) -> None:
        self.lock = threading.Lock()
        self.writes = Window(limits.tenant_writes * _SHARE, 300)
        self.conditional_access = conditional_access_budget(limits)


class Budgets:
    """The lanes of one application in one tenant."""

    def __init__(self, limits: Limits, tenant: TenantBudgets) -> None:
        self._units = Window(limits.resource_units * _SHARE, 10)
        writes = Window(limits.writes * _SHARE, 150)
        self._directory = LaneBudget(
            (("units", self._units), ("writes", writes), ("writes", tenant.writes)),
            lock=tenant.lock,
        )
        self._audit = LaneBudget((("requests", Window(limits.audit, 10)),))
        self._conditional_access = tenant.conditional_access

    def allow(self, resource_units: float) -> None:
        """Plan with so many resource units in 10 s from now on."""
        self._units.amount = resource_units * _SHARE

    def lane(self, lane: Lane) -> LaneBudget:
        """The budget that requests of this lane draw on."""
        if lane is Lane.CONDITIONAL_ACCESS:
            return self._conditional_access
        return self._audit if lane is Lane.AUDIT else self._directory


class Turn(Protocol):
    """Leave to send one request."""

    def end(self, seconds: float) -> None:
        """The request is over; the next one's turn comes so many real seconds from now."""


class Turns(Protocol):
    """Turns at a pace that several processes have in common."""

    def take(self) -> Turn:
        """Wait until nobody else is at it."""


_registry_lock = threading.Lock()
_budgets: dict[tuple[str, str, str, float], Budgets] = {}
_of_tenants: dict[tuple[str, str, float], TenantBudgets] = {}


def shared_budgets(graph: str, tenant_id: str, client_id: str, *, scale: float) -> Budgets:
    """The budgets that every client of this application in this tenant shares, in this process.

    Conditional Access and the tenant's own write limit are shared by all our applications. scale:
    of the clients' time; moments of one time mean nothing in another.
    """
    with _registry_lock:
        per_tenant = _of_tenants.setdefault((graph, tenant_id, scale), TenantBudgets(Limits()))
        return _budgets.setdefault(
            (graph, tenant_id, client_id, scale), Budgets(Limits(), per_tenant)
        )


def own_budgets(limits: Limits) -> Budgets:
    """Budgets that nobody shares."""
    return Budgets(limits, TenantBudgets(limits))


def conditional_access_budget(limits: Limits) -> LaneBudget:
    """One request in each interval, counted from the answer to the one before."""
    interval = limits.conditional_access
    return LaneBudget((("requests", Window(1, interval)),), gap=interval)


def lane_of(path: str) -> Lane:
    """The lane that Graph puts a path in."""
    if path.startswith("/identity/conditionalAccess"):
        return Lane.CONDITIONAL_ACCESS
    return Lane.AUDIT if path.startswith("/auditLogs") else Lane.DIRECTORY


def default_time() -> TimeSource:
    """Graph's time, scaled as the settings say."""
    return GraphTime()
