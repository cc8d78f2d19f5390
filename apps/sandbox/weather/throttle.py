"""Documented throttling, kept per application and tenant and per tenant.

https://learn.microsoft.com/graph/throttling and /graph/throttling-limits
"""

from __future__ import annotations

from dataclasses import dataclass, field

from apps.sandbox.graph.context import Answer, Call
from apps.sandbox.weather import limits
from apps.sandbox.weather.faults import too_many_requests
from apps.sandbox.weather.limits import Bucket, Window, retry_after
from apps.sandbox.weather.settings import Weather

CONDITIONAL_ACCESS = "conditional-access"
REPORTS = "reports"
DIRECTORY = "directory"
READING_ACTIONS = frozenset(
    {
        "getByIds",
        "validateProperties",
        "checkMemberGroups",
        "checkMemberObjects",
        "getMemberGroups",
        "getMemberObjects",
        "isMemberOf",
    }
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Which limit was met: the parts of the two throttle headers, and the wait."""

    scope: str
    limit: str
    information: str
    documented_seconds: float | None


@dataclass(slots=True)
class Throttle:
    """Counters that fill and drain; time runs `weather.time_scale` times as fast as the clock."""

    weather: Weather
    units: dict[tuple[str, str], Bucket] = field(default_factory=dict)
    writes: dict[tuple[str, str], Window] = field(default_factory=dict)
    tenant_writes: dict[str, Window] = field(default_factory=dict)
    single: dict[str, Bucket] = field(default_factory=dict)
    reports: dict[tuple[str, str], Bucket] = field(default_factory=dict)
    everywhere_units: dict[str, Bucket] = field(default_factory=dict)
    everywhere_writes: dict[str, Window] = field(default_factory=dict)
    particular: dict[tuple[str, ...], Window] = field(default_factory=dict)

    def forget(self) -> None:
        for counters in (self.units, self.writes, self.tenant_writes, self.single, self.reports):
            counters.clear()
        for more in (self.everywhere_units, self.everywhere_writes, self.particular):
            more.clear()

    def refuse(self, call: Call, real: float) -> Answer | None:
        """A 429 if a limit of the call's lane is met; the refused call counts as well."""
        now = real * self.weather.time_scale
        refusal = self._met(call, now)
        if refusal is None:
            return None
        self._spend(call, 1.0, is_write=is_write(call), now=now)
        headers = {}
        if refusal.documented_seconds is not None:
            headers["Retry-After"] = retry_after(
                refusal.documented_seconds, self.weather.time_scale
            )
        tenant = call.directory.tenant_id
        scope = f"{refusal.scope}/{refusal.limit}/{call.caller.app_id}/{tenant}"
        headers |= {"x-ms-throttle-scope": scope}
        headers |= {"x-ms-throttle-information": refusal.information}
        return too_many_requests(call, headers)

    def charge(self, call: Call, answer: Answer, real: float) -> None:
        """Count an answered call, and tell how near the limit it is (above 0.8)."""
        if answer.status == 429:
            return
        now = real * self.weather.time_scale
        self._spend(call, answer.resource_units, is_write=answer.is_write, now=now)
        share = self._share(call, is_write=answer.is_write)
        if share > 0.8:
            answer.headers["x-ms-throttle-limit-percentage"] = f"{min(share, 1.8):.2f}"

    def _met(self, call: Call, now: float) -> Refusal | None:
        lane, tenant = lane_of(call), call.directory.tenant_id
        if lane == CONDITIONAL_ACCESS:
            bucket = self._single(tenant)
            return _refusal("Tenant", "ReadWrite") if bucket.full(now) else None
        if lane == REPORTS:
            bucket = self._reports(call)
            full = bucket.full(now)
            return _refusal("Tenant_Application", "Read", bucket.wait()) if full else None
        particular = self._particular(call)
        if particular is not None and particular[1].full(now):
            scope, window = particular
            kind = "Write" if is_write(call) else "Read"
            return _refusal(scope, kind, window.wait(now))
        if is_write(call):
            refusal = self._writes_met(call, now)
            if refusal is not None:
                return refusal
        kind = "ReadWrite" if is_write(call) else "Read"
        for scope, units in (
            ("Tenant_Application", self._units(call)),
            ("Application", self._everywhere_units(call)),
        ):
            if units.full(now):
                return _refusal(scope, kind, units.wait())
        return None

    def _writes_met(self, call: Call, now: float) -> Refusal | None:
        for scope, window in (
            ("Tenant_Application", self._writes(call)),
            ("Tenant", self._tenant_writes(call.directory.tenant_id)),
            ("Application", self._everywhere_writes(call)),
        ):
            if window.full(now):
                return _refusal(scope, "Write", window.wait(now), "WriteLimitExceeded")
        return None

    def _spend(self, call: Call, units: float, *, is_write: bool, now: float) -> None:
        lane = lane_of(call)
        if lane == CONDITIONAL_ACCESS:
            self._single(call.directory.tenant_id).spend(1, now)
        elif lane == REPORTS:
            self._reports(call).spend(1, now)
        else:
            self._units(call).spend(units, now)
            self._everywhere_units(call).spend(units, now)
            particular = self._particular(call)
            if particular is not None:
                particular[1].spend(now)
            if is_write:
                self._writes(call).spend(now)
                self._tenant_writes(call.directory.tenant_id).spend(now)
                self._everywhere_writes(call).spend(now)

    def _share(self, call: Call, *, is_write: bool) -> float:
        if lane_of(call) != DIRECTORY:
            return 0.0
        shares = [self._units(call).share(), self._everywhere_units(call).share()]
        if is_write:
            shares.append(self._writes(call).share())
            shares.append(self._tenant_writes(call.directory.tenant_id).share())
            shares.append(self._everywhere_writes(call).share())
        return max(shares)

    def _units(self, call: Call) -> Bucket:
        key = (call.caller.app_id, call.directory.tenant_id)
        if key not in self.units:
            quota = limits.resource_units_of_tenant(call.directory.count("user"))
            self.units[key] = Bucket(quota, 10)
        return self.units[key]

    def _writes(self, call: Call) -> Window:
        key = (call.caller.app_id, call.directory.tenant_id)
        fresh = Window(limits.APPLICATION_WRITES, limits.APPLICATION_WRITE_WINDOW)
        return self.writes.setdefault(key, fresh)

    def _tenant_writes(self, tenant: str) -> Window:
        fresh = Window(limits.TENANT_WRITES, limits.TENANT_WRITE_WINDOW)
        return self.tenant_writes.setdefault(tenant, fresh)

    def _everywhere_units(self, call: Call) -> Bucket:
        fresh = Bucket(limits.EVERYWHERE_UNITS, limits.EVERYWHERE_UNIT_WINDOW)
        return self.everywhere_units.setdefault(call.caller.app_id, fresh)

    def _everywhere_writes(self, call: Call) -> Window:
        fresh = Window(limits.EVERYWHERE_WRITES, limits.EVERYWHERE_WRITE_WINDOW)
        return self.everywhere_writes.setdefault(call.caller.app_id, fresh)

    def _particular(self, call: Call) -> tuple[str, Window] | None:
        """Scope and window of a path or property with a limit of its own."""
        tenant = call.directory.tenant_id
        if call.method == "POST" and call.segments == ("invitations",):
            fresh = Window(limits.INVITATIONS, limits.INVITATION_WINDOW)
            return "Tenant", self.particular.setdefault(("invitations", tenant), fresh)
        if call.method == "GET" and "signInActivity" in (call.option("$select") or ""):
            fresh = Window(limits.SIGN_IN_ACTIVITIES, limits.SIGN_IN_ACTIVITY_WINDOW)
            key = "signInActivity", call.caller.app_id, tenant
            return "Tenant_Application", self.particular.setdefault(key, fresh)
        return None

    def _single(self, tenant: str) -> Bucket:
        return self.single.setdefault(tenant, Bucket(1, 1))

    def _reports(self, call: Call) -> Bucket:
        key = (call.caller.app_id, call.directory.tenant_id)
        return self.reports.setdefault(key, Bucket(5, 10))


def lane_of(call: Call) -> str:
    """Which service's limits the call falls under, by its path."""
    first, second = (*call.segments, "", "")[:2]
    if (first, second) == ("identity", "conditionalAccess") or first == "identityProtection":
        return CONDITIONAL_ACCESS
    return REPORTS if first == "auditLogs" else DIRECTORY


def is_write(call: Call) -> bool:
    """Whether the call counts against the write limits."""
    if call.method == "GET":
        return False
    last = call.segments[-1] if call.segments else ""
    return last.removeprefix("microsoft.graph.") not in READING_ACTIONS


def _refusal(
    scope: str,
    limit: str,
    seconds: float | None = None,
    information: str = "ResourceUnitLimitExceeded",
) -> Refusal:
    return Refusal(scope, limit, information, seconds)
