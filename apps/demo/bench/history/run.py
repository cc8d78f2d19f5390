"""All of it on one installation: python -m apps.demo.bench.history.run history JSON

Needs a fresh HOLDFAST_VAR; what was measured is the last line it prints, one JSON object.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import django
from django.conf import settings

from apps.demo.bench.history.people import CHANGED_IN
from apps.demo.bench.history.years import DAYS as DAYS_OF_YEARS
from apps.demo.bench.history.years import HOURLY_DAYS, PEOPLE
from apps.demo.bench.peers.backup_tools import TOOLS, installed
from apps.demo.bench.telling import tell
from apps.demo.processes import DemoError

CAPTURES = ("capture_full", "capture_delta")
YEARS = "ten_years"
OF_MONTH = ("store_30_days", "point_read", "page_read", "diff")
PARTS = (*CAPTURES, *OF_MONTH, YEARS)
DAYS, SNAPSHOTS, FEW, MANY = 30, 1_000, 100, 1_100

# The SDK reads so slowly that its rate is taken from so many users: pages that it reads whole.
SDK_USERS = 3 * 999
READS = 400
# Of those who keep a file for each object, which takes them minutes for more.
TOOL_PEOPLE = 4_000


@dataclass(frozen=True)
class Wanted:
    """users: of the tenant. links: with any, a directory of as many users and links is made up as
    it is captured, and it can only be captured whole. days: daily snapshots that are kept. changes:
    that are compared. snapshots: of the one that is read at random. peers: beside it."""

    users: int = 100_000
    links: int = 0
    days: int = DAYS
    changes: int = MANY
    snapshots: int = SNAPSHOTS
    only: tuple[str, ...] = PARTS
    peers: bool = True

    @property
    def captures(self) -> bool:
        """Whether anything is read from the sandbox; everything else is made up in memory."""
        return bool(set(self.only) & set(CAPTURES))


@dataclass
class Bench:
    """What is measured so far."""

    wanted: Wanted
    scene: Any
    figures: dict[str, Any] = field(default_factory=dict)
    tenants: dict[str, str] = field(default_factory=dict)

    def run(self) -> None:
        """Each part stands on those before it; what was measured is told as it ends."""
        only = set(self.wanted.only)
        steps = (
            (self.capture_full, self.wanted.captures),
            (self.capture_delta, "capture_delta" in only),
            (self.store_30_days, bool(only & set(OF_MONTH))),
            (self.diff, "diff" in only),
            (self.reads, bool(only & {"point_read", "page_read"})),
            (self.ten_years, YEARS in only),
        )
        for step, is_wanted in steps:
            if is_wanted:
                self._do(step)

    def _do(self, step: Callable[[], None]) -> None:
        known, started = set(self.figures), time.monotonic()
        step()
        new = {part: self.figures[part] for part in self.figures if part not in known}
        tell(f"{step.__name__}: {time.monotonic() - started:.0f} s in all. {json.dumps(new)}")

    def capture_full(self) -> None:
        """The first capture of the tenant of the sandbox."""
        full = self._captured("full")
        users = self.wanted.users
        full["json_bytes"] = self.scene.json_bytes
        full["objects_per_s"] = round(full["objects"] / full["seconds"])
        full["cpu_us_per_object"] = round(full["cpu_s"] / full["objects"] * 1e6, 1)
        full["users"] = users
        if self.wanted.links:
            self._check_links(full)
        self.figures["capture_full"] = full
        if self.wanted.peers:
            full["peers"] = self._exporters()
            _compare(full)

    def _check_links(self, full: dict[str, Any]) -> None:
        if full["links"] < self.wanted.links:
            raise DemoError(f"{full['links']:,} links were captured of {self.wanted.links:,}")

    def capture_delta(self) -> None:
        """What moved since: a hundred changes by another application."""
        from apps.demo.bench.changing import OtherApplication

        OtherApplication(self.scene.entra, self.scene.customer.id).change(FEW)
        self.figures["capture_delta"] = {**self._captured("delta"), "users": self.wanted.users}

    def store_30_days(self) -> None:
        """A month of daily snapshots in a tenant of its own."""
        month = self._work(
            "month", tenant=self._tenant("month"), people=self.wanted.users, days=self.wanted.days
        )
        month["bytes"] -= month["bytes_before"]
        if self.wanted.captures:
            month["json_bytes"] = self.scene.json_bytes
        self.figures["store_30_days"] = month
        if self.wanted.peers:
            month["peers"] = {
                "git": self._peer("git_repository", "month", self._git_arguments()),
                **self._backup_tools(),
            }
            month["share_of_git"] = round(month["bytes"] / month["peers"]["git"]["bytes"], 3)
            for kept in (month, *month["peers"].values()):
                if isinstance(kept, dict) and "bytes" in kept:
                    kept["bytes_per_object"] = round(kept["bytes"] / kept["objects"])

    def diff(self) -> None:
        """Some changes among everybody, every changed attribute."""
        people, days = self.wanted.users, self.wanted.days
        changes = min(self.wanted.changes, people // 10)
        made = self._work(
            "days_after",
            tenant=self._tenant("month"),
            people=people,
            begin=days,
            days=1,
            changes=changes,
        )
        figures = self._work(
            "difference", tenant=self._tenant("month"), base=made["seq"] - 1, target=made["seq"]
        )
        figures["objects"] = people
        self.figures["diff"] = figures
        apart = -(-changes // max(1, people // CHANGED_IN))
        if self.wanted.peers and apart < days:
            asked = {
                "directory": self._git_arguments()["directory"],
                "base": days - 1 - apart,
                "target": days - 1,
            }
            figures["peers"] = {"git diff -U0": self._peer("git_repository", "diff", asked)}

    def reads(self) -> None:
        """Any object, and filtered pages, at any of many snapshots."""
        tenant = self._tenant("month")
        begin = self.wanted.days + 1
        self._work(
            "days_after",
            tenant=tenant,
            people=self.wanted.users,
            begin=begin,
            days=max(1, self.wanted.snapshots - begin),
            changes=2,
        )
        self.figures |= self._work(
            "reads",
            tenant=tenant,
            people=self.wanted.users,
            snapshots=self.wanted.snapshots,
            times=READS,
        )

    def ten_years(self) -> None:
        """A small tenant for ten years, in a tenant of its own."""
        self.figures[YEARS] = self._work(
            YEARS,
            tenant=self._tenant("years"),
            people=min(PEOPLE, self.wanted.users),
            days=DAYS_OF_YEARS,
            hourly_days=HOURLY_DAYS,
        )

    def _captured(self, mode: str) -> dict[str, Any]:
        tell(f"  capture, {mode}")
        tenant = self._tenant("captured", self.scene.customer.id)
        self.scene.log.skip()
        figures = self._work(
            "capture",
            tenant=tenant,
            mode=mode,
            users=self.wanted.users,
            **self.scene.application,
        )
        seen = self.scene.log.read()
        return {**figures, "requests": seen.requests, "graph_requests": seen.asked}

    def _exporters(self) -> dict[str, Any]:
        from apps.entra.catalogue.users import USER

        token = self.scene.entra.token(self.scene.customer.id)
        asked = {"url": self.scene.entra.url, "token": token, "select": ",".join(USER.select)}
        sdk_asked = {**asked, "most": min(SDK_USERS, self.wanted.users)}
        sdk = self._peer("msgraph_pages", "msgraph", {**sdk_asked, "directory": self._place()})
        sdk["note"] = f"rate of {sdk['objects']} users; reading more is as fast"
        return {
            "msgraph-sdk PageIterator": sdk,
            "requests + json, one file per object": self._peer(
                "requests_export", "one_file_per_object", {**asked, "directory": self._place()}
            ),
            "requests + orjson, lines of one file": self._peer(
                "requests_export", "lines_of_one_file", {**asked, "directory": self._place()}
            ),
        }

    def _tenant(self, name: str, entra_id: str = "") -> str:
        if name not in self.tenants:
            made = self._work("make_tenant", name=name, entra_id=entra_id or str(uuid4()))
            self.tenants[name] = made["tenant"]
        return self.tenants[name]

    def _git_arguments(self) -> dict[str, Any]:
        place = str(self.scene.directory / "git")
        return {"directory": place, "people": self.wanted.users, "days": self.wanted.days}

    def _backup_tools(self) -> dict[str, Any]:
        """borg and restic: "not installed" in place of figures where that is so."""
        wanted = {"people": min(self.wanted.users, TOOL_PEOPLE), "days": self.wanted.days}
        return {
            name: self._peer("backup_tools", name, {**wanted, "directory": self._place()})
            if installed(name)
            else "not installed"
            for name in TOOLS
        }

    def _place(self) -> str:
        return str(self.scene.directory / "exported" / uuid4().hex)

    def _work(self, name: str, /, **arguments: Any) -> dict[str, Any]:
        from apps.demo.bench.history.scene import measured

        if name not in {"capture", "make_tenant"}:
            tell(f"  {name}")
        return measured(self.scene, name, **arguments)

    def _peer(self, module: str, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        from apps.demo.bench.history.scene import run_python

        tell(f"  beside it: {name}")
        return run_python({}, f"apps.demo.bench.peers.{module}", name, arguments)


def _compare(full: dict[str, Any]) -> None:
    """How many times as fast as those who only write, and how much CPU beside the leanest."""
    peers = full["peers"]
    for name, of in (
        ("times_msgraph_sdk", "msgraph-sdk PageIterator"),
        ("times_one_file_per_object", "requests + json, one file per object"),
    ):
        full[name] = round(full["objects_per_s"] / peers[of]["objects_per_s"], 2)
    leanest = peers["requests + orjson, lines of one file"]["cpu_us_per_object"]
    full["times_cpu_of_lines"] = round(full["cpu_us_per_object"] / leanest, 2)


def wanted_from(said: dict[str, Any]) -> Wanted:
    """What the command line asked for."""
    return Wanted(**{**said, "only": tuple(said["only"])})


def main() -> int:
    django.setup()
    from apps.demo.bench.history.scene import scene
    from apps.demo.bench.machine import machine

    wanted = wanted_from(json.loads(sys.argv[2]))
    load = round(os.getloadavg()[0], 1)
    try:
        users = wanted.users if wanted.captures else 0
        tell(f"Starting PostgreSQL and a sandbox of {users:,} users")
        with scene(Path(settings.VAR) / "bench", users, wanted.links) as made:
            bench = Bench(wanted, made)
            bench.run()
    except DemoError as error:
        tell(f"The benchmark stopped: {error}")
        return 1
    print(json.dumps({**bench.figures, "machine": {**machine(), "load_before": load}}))
    return 0


def asked(wanted: Wanted) -> dict[str, Any]:
    """For wanted_from()."""
    return asdict(wanted)


def parts_of(names: Iterable[str] | None, *, links: int = 0) -> tuple[str, ...]:
    """The parts to measure. Raises DemoError for a name that there is not, and for one that a
    directory made up with links does not have."""
    chosen = tuple(names or PARTS[: 1 if links else None])
    if links and set(chosen) != {"capture_full"}:
        raise DemoError("with --links only capture_full can be measured")
    if unknown := set(chosen) - set(PARTS):
        raise DemoError(f"there is no part {', '.join(sorted(unknown))}")
    return chosen


if __name__ == "__main__":
    sys.exit(main())
