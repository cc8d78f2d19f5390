"""A benchmark on one size of tenant: python -m apps.demo.bench.one_size USERS PART...

Starts an installation of its own in HOLDFAST_VAR, which must be fresh; what it measured is the last
line it prints, one JSON object. What it is doing goes to standard error.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import django
from django.conf import settings
from django.db import connection

from apps.demo.bench.connected import connected
from apps.demo.bench.machine import machine
from apps.demo.bench.pace import WRITES, pace_of
from apps.demo.bench.telling import tell
from apps.demo.bench.traffic import RequestLog
from apps.demo.processes import DemoError

# Models can only be imported once Django is set up, which is what `main` begins with.
if TYPE_CHECKING:
    from apps.access.models import User
    from apps.demo.bench.changing import OtherApplication
    from apps.demo.installation import Installation
    from apps.tenants.models import Tenant

# The order in which they are measured; each stands on those before it.
PARTS = ("capture_full", "capture_delta", "diff", "recovery", "recovery_sustained")
FEW, MANY = 100, 1_000
# Long enough to fill the write window twice and begin a third.
SUSTAINED = 2 * WRITES
SUSTAINED_SCALE = 5.0


@dataclass
class Bench:
    """A connected tenant and what is measured on it. `changes` are made by another application."""

    running: Installation
    tenant: Tenant
    requester: User
    approver: User
    other: OtherApplication
    log: RequestLog
    figures: dict[str, Any] = field(default_factory=dict)

    def capture_full(self) -> None:
        """The first capture of the whole tenant."""
        figures = self._work("capture", tenant=self._id, mode="full")
        figures["objects_per_s"] = round(figures["objects"] / figures["seconds"])
        users = self.running.wanted.users
        figures["users"] = users
        figures |= _stored(users)
        self.figures["capture_full"] = figures

    def capture_delta(self) -> None:
        """What moved since: a hundred changes."""
        self.other.change(min(FEW, self._most))
        self.figures["capture_delta"] = self._work("capture", tenant=self._id, mode="delta")

    def diff(self) -> None:
        """A difference report of a thousand changes; capturing them is not counted."""
        self.figures["diff"] = self._changed(MANY)
        self.figures["diff"]["objects"] = self.figures["capture_full"]["objects"]

    def recovery(self) -> None:
        """A run that takes those changes back, against the documented limits in real time."""
        self.figures["recovery"] = self._recovered(
            self.figures["diff"]["report"], scale=self._usual_scale
        )

    def recovery_sustained(self) -> None:
        """A run so long that the write limit binds, on a clock that runs fast for both sides."""
        report = self._changed(SUSTAINED)
        self.figures["recovery"]["sustained"] = self._recovered(
            report["report"], scale=SUSTAINED_SCALE
        )

    @property
    def _id(self) -> str:
        return str(self.tenant.pk)

    @property
    def _usual_scale(self) -> float:
        return self.running.wanted.time_scale

    @property
    def _most(self) -> int:
        """How many changes the tenant is good for: most, not all, of its users can be changed."""
        return self.running.wanted.users // 4

    def _changed(self, number: int) -> dict[str, Any]:
        """Change, capture, compare; the figures of the comparison."""
        self.other.change(min(number, self._most))
        seq = self._work("capture", tenant=self._id, mode="delta")["seq"]
        return self._work(
            "difference",
            tenant=self._id,
            user=str(self.requester.pk),
            base=seq - 1,
            target=seq,
        )

    def _recovered(self, report: str, *, scale: float) -> dict[str, Any]:
        weather = {"throttle": "documented", "time_scale": scale}
        self.running.entra.control("POST", "/weather", weather)
        figures = self._work(
            "recovery",
            scale=scale,
            tenant=self._id,
            report=report,
            user=str(self.requester.pk),
            approver=str(self.approver.pk),
        )
        self.running.entra.control("POST", "/weather", {"throttle": "off", "time_scale": 1.0})
        # So that the next comparison is of what is changed from now on.
        self._work("capture", tenant=self._id, mode="delta")
        return figures

    def _work(self, name: str, *, scale: float = 0.0, **arguments: Any) -> dict[str, Any]:
        """Do one piece of work in a process of its own and add what the sandbox saw of it."""
        scale = scale or self._usual_scale
        tell(f"  {name} {arguments.get('mode', '')}".rstrip())
        self.log.skip()
        return {**self._done(name, scale, arguments), **self._seen(scale)}

    def _done(self, name: str, scale: float, arguments: dict[str, Any]) -> dict[str, Any]:
        done = subprocess.run(
            [sys.executable, "-m", "apps.demo.bench.measuring", name, json.dumps(arguments)],
            env={
                **os.environ,
                **self.running.processes.environment,
                "HOLDFAST_GRAPH_TIME_SCALE": str(scale),
            },
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        if done.returncode:
            raise DemoError(f"the {name} that was to be measured failed; see above")
        figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return figures

    def _seen(self, scale: float) -> dict[str, Any]:
        """What the sandbox saw of the last piece of work."""
        seen = self.log.read()
        figures: dict[str, Any] = {
            "requests": seen.requests,
            "graph_requests": seen.asked,
            "throttled": seen.throttled,
        }
        if not seen.writes:
            return figures
        pace = pace_of(seen.writes, scale=scale)
        return {
            **figures,
            "writes": pace.writes,
            "write_seconds": round(pace.seconds, 2),
            "writes_per_s": round(pace.per_second, 2),
            "share_of_limit": round(pace.share, 3),
            "whole_windows": pace.windows,
            "time_scale": scale,
        }


def _stored(users: int) -> dict[str, Any]:
    """Bytes that the history takes: a user's sealed body, and all tables with their indexes."""
    tables = ("objectversion", "linkversion")
    sizes = {}
    with connection.cursor() as cursor:
        cursor.execute("select avg(length(body)) from history_objectversion where kind = 'user'")
        body = float(cursor.fetchone()[0])
        for table in tables:
            cursor.execute("select pg_total_relation_size(%s)", [f"history_{table}"])
            sizes[table] = int(cursor.fetchone()[0])
    return {
        "stored_bytes_per_user": round(body, 1),
        "history_mb": round(sum(sizes.values()) / 2**20, 1),
        "history_bytes_per_user": round(sum(sizes.values()) / users),
    }


def measure(users: int, parts: list[str]) -> dict[str, Any]:
    """Start the installation, connect one tenant, measure the parts in their order."""
    from apps.core.scope import tenant_scope
    from apps.demo.bench.changing import OtherApplication

    with connected([users], time_scale=settings.HOLDFAST_GRAPH_TIME_SCALE) as place:
        tenant, other = (
            place.tenants[0],
            OtherApplication(place.running.entra, place.customers[0].id),
        )
        bench = Bench(place.running, tenant, place.requester, place.approver, other, place.log)
        with tenant_scope(tenant.pk):
            for part in PARTS:
                if part in parts:
                    getattr(bench, part)()
    return {**bench.figures, "machine": machine()}


def main() -> int:
    django.setup()
    try:
        print(json.dumps(measure(int(sys.argv[1]), sys.argv[2:])))
    except DemoError as error:
        tell(f"The benchmark stopped: {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
