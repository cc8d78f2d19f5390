"""All of it on one installation: python -m apps.demo.bench.recovery.run recovery JSON

Needs a fresh HOLDFAST_VAR; what was measured is the last line it prints, one JSON object. What each
part came to is told as soon as it ends.
"""

from __future__ import annotations

import json
import os
import sys
import time
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import django

from apps.demo.bench.connected import Place, connected
from apps.demo.bench.machine import machine
from apps.demo.bench.pace import pace_of
from apps.demo.bench.recovery.harming import Harm
from apps.demo.bench.recovery.wanted import PARTS, SCALES, WRITERS, Wanted
from apps.demo.bench.telling import tell
from apps.demo.bench.traffic import Traffic
from apps.demo.processes import DemoError

# Models can only be imported once Django is set up, which is what `main` begins with.
if TYPE_CHECKING:
    from apps.tenants.models import Tenant

_WORKING = "apps.demo.bench.recovery.working"
_MEASURING = "apps.demo.bench.measuring"
_OFF = {"throttle": "off", "time_scale": 1.0}
# What is not measured does not keep Graph's pace.
_AT_ONCE = 1000.0


@dataclass
class Bench:
    """What is measured of one connected tenant. writers: applications that write in it."""

    wanted: Wanted
    place: Place
    number: int
    figures: dict[str, Any] = field(default_factory=dict)
    writers: int = 1
    captured: bool = False

    def update_1_app(self) -> None:
        """Attributes of many users, through one writer application."""
        self._begin()
        self._harm.deface_users(self.wanted.updates, "Defaced once")
        self.figures["update_1_app"] = self._recovered("update_1_app")

    def undo(self) -> None:
        """The same run taken back."""
        run = self.figures["update_1_app"]["run"]
        self.figures["undo"] = self._on_the_clock("undo", "undo", run=run)

    def update_3_apps(self) -> None:
        """Attributes of as many users, through three writer applications."""
        self._add_writers()
        self._begin()
        self._harm.deface_users(self.wanted.updates, "Defaced twice")
        self.figures["update_3_apps"] = self._recovered("update_3_apps")

    def members(self) -> None:
        """Members that groups have lost, through one writer application."""
        groups = self._harm.fill_groups(self.wanted.members, self.wanted.per_group)
        self._begin()
        self._harm.empty_groups(groups)
        figures = self._recovered("members")
        figures["links_per_s"] = round(figures["changes"] / figures["write_seconds"], 1)
        self.figures["members"] = figures

    def conditional_access(self) -> None:
        """Policies of Conditional Access, at one request a second."""
        policies = self._harm.add_policies(self.wanted.policies)
        self._begin()
        self._harm.deface_policies(policies)
        figures = self._recovered("conditional_access")
        # One request a second is the limit here.
        self.figures["conditional_access"] = {**figures, "share_of_limit": figures["writes_per_s"]}

    def plan_100k(self) -> None:
        """A plan that writes very many objects back; it is not run."""
        from apps.demo.bench.recovery.scene import empty_tenant

        requester = self.place.requester
        tenant = empty_tenant(self.place.running.wanted.directory.name, requester)
        seq = self._work("changed_days", tenant=tenant, people=self.wanted.steps)["seq"]
        report = self._report(tenant, seq - 1, seq)
        figures = self._work(
            "plan_all",
            tenant=tenant,
            report=report,
            user=self._user,
            approver=str(self.place.approver.pk),
        )
        nothing_sent = {"writes": 0, "writes_per_s": 0.0, "share_of_limit": 0.0, "throttled": 0}
        self.figures["plan_100k"] = {**figures, **nothing_sent}

    @property
    def tenant(self) -> Tenant:
        return self.place.tenants[self.number]

    @property
    def _harm(self) -> Harm:
        return Harm(self.place.running.entra, self.place.customers[self.number].id)

    @property
    def _id(self) -> str:
        return str(self.tenant.pk)

    @property
    def _user(self) -> str:
        return str(self.place.requester.pk)

    def _add_writers(self) -> None:
        from apps.demo.bench.recovery.scene import add_writer

        while self.writers < WRITERS:
            customer = self.place.customers[self.number]
            add_writer(self.place.running, self.tenant, customer, self.place.approver)
            self.writers += 1

    def _begin(self) -> None:
        """The next comparison is of what is changed from now on."""
        self._capture("delta" if self.captured else "full")
        self.captured = True

    def _recovered(self, part: str) -> dict[str, Any]:
        """Capture what was harmed, compare, and take it back."""
        seq = self._capture("delta")
        return self._on_the_clock(part, "recovery", report=self._report(self._id, seq - 1, seq))

    def _capture(self, mode: str) -> int:
        """Who harmed the tenant is nothing that is measured, so the log of it is not read."""
        figures = self._work(
            "capture",
            module=_MEASURING,
            scale=_AT_ONCE,
            tenant=self._id,
            mode=mode,
            hurried=True,
        )
        return int(figures["seq"])

    def _report(self, tenant: str, base: int, target: int) -> str:
        figures = self._work(
            "difference",
            module=_MEASURING,
            tenant=tenant,
            user=self._user,
            base=base,
            target=target,
        )
        return str(figures["report"])

    def _on_the_clock(self, part: str, name: str, **arguments: str) -> dict[str, Any]:
        """Against the documented limits; with what the sandbox saw of it."""
        entra, log = self.place.running.entra, self.place.log
        scale = self.wanted.scale or SCALES[part]
        entra.control("POST", "/weather", {"throttle": "documented", "time_scale": scale})
        log.skip()
        people = {"user": self._user, "approver": str(self.place.approver.pk)}
        figures = self._work(name, scale=scale, tenant=self._id, **people, **arguments)
        entra.control("POST", "/weather", _OFF)
        return {**figures, **_seen(log.read(), scale=scale, writers=self.writers)}

    def _work(
        self, name: str, *, module: str = _WORKING, scale: float = 1.0, **arguments: Any
    ) -> dict[str, Any]:
        from apps.demo.bench.history.scene import run_python

        environment = {
            **self.place.running.processes.environment,
            "HOLDFAST_GRAPH_TIME_SCALE": str(scale),
        }
        began = time.monotonic()
        figures = run_python(environment, module, name, arguments)
        tell(f"  {name} {arguments.get('mode', '')}: {time.monotonic() - began:.0f} s")
        return figures


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
    """Start the installation, connect a tenant for each scene, measure the parts in their order."""
    from apps.core.scope import tenant_scope

    scenes = wanted.scenes
    figures: dict[str, Any] = {}
    with connected([scene.users for scene in scenes]) as place:
        for number, scene in enumerate(scenes):
            bench = Bench(wanted, place, number, figures)
            with tenant_scope(bench.tenant.pk):
                for part in scene.parts:
                    _measure_part(bench, part)
    return {part: figures[part] for part in PARTS if part in figures}


def _measure_part(bench: Bench, part: str) -> None:
    tell(part)
    began, load = time.monotonic(), os.getloadavg()[0]
    getattr(bench, part)()
    figures = bench.figures[part]
    figures["whole_seconds"] = round(time.monotonic() - began, 1)
    figures["load_before"] = round(load, 1)
    tell(f"  {json.dumps(figures)}")


def main() -> int:
    django.setup()
    said = json.loads(sys.argv[2])
    wanted = Wanted(**{**said, "only": tuple(said["only"])})
    try:
        figures = measure(wanted)
    except DemoError as error:
        tell(f"The benchmark stopped: {error}")
        return 1
    print(json.dumps({**figures, "machine": machine()}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
