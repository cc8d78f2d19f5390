"""All of it on one installation: python -m apps.demo.bench.recovery.run recovery JSON

Needs a fresh HOLDFAST_VAR; what was measured is the last line it prints, one JSON object.
"""

from __future__ import annotations

import json
import os
import sys
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django
from django.conf import settings

from apps.demo.bench.machine import machine
from apps.demo.bench.pace import pace_of
from apps.demo.bench.recovery.harming import Harm
from apps.demo.bench.recovery.wanted import PARTS, WRITERS, Wanted
from apps.demo.bench.telling import tell
from apps.demo.bench.traffic import RequestLog, Traffic
from apps.demo.processes import DemoError, free_port

# Models can only be imported once Django is set up, which is what `main` begins with.
if TYPE_CHECKING:
    from apps.access.models import User
    from apps.demo.installation import Installation
    from apps.tenants.models import Tenant

_WORKING = "apps.demo.bench.recovery.working"
_OFF = {"throttle": "off", "time_scale": 1.0}


@dataclass
class Bench:
    """A connected tenant, and what is measured on it."""

    wanted: Wanted
    running: Installation
    tenant: Tenant
    requester: User
    approver: User
    harm: Harm
    log: RequestLog
    figures: dict[str, Any] = field(default_factory=dict)
    writers: int = 1

    def update_1_app(self) -> None:
        """Attributes of many users, through one writer application."""
        self.harm.deface_users(self.wanted.updates, "Defaced once")
        self.figures["update_1_app"] = self._recovered()

    def undo(self) -> None:
        """The same run taken back."""
        run = self.figures["update_1_app"]["run"]
        self.figures["undo"] = self._on_the_clock("undo", run=run)

    def update_3_apps(self) -> None:
        """Attributes of as many users, through three writer applications."""
        self._add_writers()
        self._capture("delta")
        self.harm.deface_users(self.wanted.updates, "Defaced twice")
        self.figures["update_3_apps"] = self._recovered()

    def members(self) -> None:
        """Members that groups have lost, through one writer application."""
        groups = self.harm.fill_groups(self.wanted.members, self.wanted.per_group)
        self._capture("delta")
        self.harm.empty_groups(groups)
        figures = self._recovered()
        figures["links_per_s"] = round(figures["changes"] / figures["write_seconds"], 1)
        self.figures["members"] = figures

    def conditional_access(self) -> None:
        """Policies of Conditional Access, at one request a second."""
        policies = self.harm.add_policies(self.wanted.policies)
        self._capture("delta")
        self.harm.deface_policies(policies)
        figures = self._recovered()
        # One request a second is the limit here.
        self.figures["conditional_access"] = {**figures, "share_of_limit": figures["writes_per_s"]}

    def plan_100k(self) -> None:
        """A plan that writes very many objects back; it is not run."""
        from apps.demo.bench.recovery.scene import empty_tenant

        tenant = empty_tenant(self.running.wanted.directory.name, self.requester)
        seq = self._work("changed_days", tenant=tenant, people=self.wanted.steps)["seq"]
        report = self._report(tenant, seq - 1, seq)
        figures = self._work("plan_all", tenant=tenant, report=report, user=self._user)
        self.figures["plan_100k"] = {**figures, "writes": 0, "throttled": 0}

    @property
    def _id(self) -> str:
        return str(self.tenant.pk)

    @property
    def _user(self) -> str:
        return str(self.requester.pk)

    def _add_writers(self) -> None:
        from apps.demo.bench.recovery.scene import add_writer

        while self.writers < WRITERS:
            add_writer(self.running, self.tenant, self.approver)
            self.writers += 1

    def _recovered(self) -> dict[str, Any]:
        """Capture what was harmed, compare, and take it back."""
        seq = self._capture("delta")
        return self._on_the_clock("recovery", report=self._report(self._id, seq - 1, seq))

    def _capture(self, mode: str) -> int:
        figures = self._work(
            "capture", module="apps.demo.bench.measuring", tenant=self._id, mode=mode
        )
        return int(figures["seq"])

    def _report(self, tenant: str, base: int, target: int) -> str:
        figures = self._work(
            "difference",
            module="apps.demo.bench.measuring",
            tenant=tenant,
            user=self._user,
            base=base,
            target=target,
        )
        return str(figures["report"])

    def _on_the_clock(self, name: str, **arguments: str) -> dict[str, Any]:
        """Against the documented limits; with what the sandbox saw of it."""
        scale = self.wanted.scale
        weather = {"throttle": "documented", "time_scale": scale}
        self.running.entra.control("POST", "/weather", weather)
        self.log.skip()
        people = {"user": self._user, "approver": str(self.approver.pk)}
        figures = self._work(name, scale=scale, tenant=self._id, **people, **arguments)
        self.running.entra.control("POST", "/weather", _OFF)
        seen = _seen(self.log.read(), scale=scale, writers=self.writers)
        # So that the next comparison is of what is changed from now on.
        self._capture("delta")
        return {**figures, **seen}

    def _work(
        self, name: str, *, module: str = _WORKING, scale: float = 1.0, **arguments: Any
    ) -> dict[str, Any]:
        from apps.demo.bench.history.scene import run_python

        tell(f"  {name} {arguments.get('mode', '')}".rstrip())
        environment = {
            **self.running.processes.environment,
            "HOLDFAST_GRAPH_TIME_SCALE": str(scale),
        }
        return run_python(environment, module, name, arguments)


def _seen(seen: Traffic, *, scale: float, writers: int) -> dict[str, Any]:
    """What the sandbox saw, in Graph's seconds."""
    pace = pace_of(seen.writes, scale=scale, apps=writers)
    figures = {
        "requests": seen.requests,
        "graph_requests": seen.asked,
        "throttled": seen.throttled,
        "writes": pace.writes,
        "write_seconds": round(pace.seconds, 2),
        # From the first to the last there is one interval fewer than there are writes.
        "writes_per_s": round((pace.writes - 1) / pace.seconds, 2) if pace.seconds else 0.0,
        "share_of_limit": round(pace.share, 3),
        "whole_windows": pace.windows,
        "writers": writers,
        "time_scale": scale,
    }
    if len(seen.policies) == len(seen.writes):
        return figures
    return {**figures, **_of_policies(seen.policies, scale)} if seen.policies else figures


def _of_policies(moments: Sequence[float], scale: float) -> dict[str, Any]:
    """Reads count as well: one request a second is for all together."""
    seconds = [(moment - moments[0]) * scale for moment in moments]
    most = max(
        at - bisect_left(seconds, moment - 1.0 + 1e-6) + 1 for at, moment in enumerate(seconds)
    )
    per_second = (len(seconds) - 1) / seconds[-1] if seconds[-1] else 0.0
    return {
        "policy_requests": len(seconds),
        "policy_requests_per_s": round(per_second, 3),
        "most_policy_requests_in_a_second": most,
    }


def measure(wanted: Wanted) -> dict[str, Any]:
    """Start the installation, connect one tenant, measure the parts in their order."""
    from apps.core.scope import tenant_scope
    from apps.demo import cast, customers, installation, seeding

    place = installation.Wanted(
        directory=Path(settings.VAR) / "bench",
        web_port=free_port(),
        sandbox_port=free_port(),
        users=wanted.users,
        tenants=1,
    )
    tell(f"Starting PostgreSQL, the portal and a sandbox of {wanted.users:,} users")
    with installation.running(place) as running:
        if cast.has_begun():
            raise DemoError("this database is in use; a benchmark needs a fresh HOLDFAST_VAR")
        north, _ = cast.msps()
        customers.register_applications(running.entra, north, home=seeding.provider(running.entra))
        customer = seeding.customer_tenants(running.entra)[0]
        alice, carol = cast.signed_in(cast.ALICE), cast.signed_in(cast.CAROL)
        tenant = customers.connect_customer(running.entra, north, customer, manager=alice)
        harm = Harm(running.entra, customer.id)
        log = RequestLog(place.request_log)
        bench = Bench(wanted, running, tenant, carol, alice, harm, log)
        with tenant_scope(tenant.pk):
            if set(wanted.only) - {"plan_100k"}:
                bench._capture("full")
            for part in PARTS:
                if part in wanted.only:
                    tell(part)
                    getattr(bench, part)()
    return bench.figures


def main() -> int:
    django.setup()
    said = json.loads(sys.argv[2])
    wanted = Wanted(**{**said, "only": tuple(said["only"])})
    load = round(os.getloadavg()[0], 1)
    try:
        figures = measure(wanted)
    except DemoError as error:
        tell(f"The benchmark stopped: {error}")
        return 1
    print(json.dumps({**figures, "machine": {**machine(), "load_before": load}}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
