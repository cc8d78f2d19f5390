"""What the walls between tenants cost the portal: its main pages with and without, in turns."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.core.scope_connection import times_told
from apps.demo.bench.machine import machine
from apps.demo.bench.signed_in import signed_in
from apps.demo.bench.walls_measuring import Cost, backend_clock, figures, measured
from config import embedded
from config.settings.base import databases

if TYPE_CHECKING:
    from apps.demo.bench.walls_scene import Scene

DATABASE = "holdfast_walls"
TENANTS = 1000
PEOPLE = 300
ROUNDS = 30
WARM_UP = 3
# A page that takes less than this many milliseconds is asked for several times a round.
WORTH_A_TURN = 200
MOST_TURNS = 5
# The share of its characters that two answers may differ in: clocks go on.
SAME_PAGE = 0.01
_PLACE = ("HOST", "PORT", "NAME", "USER", "PASSWORD")


def run_walls(
    *, tenants: int = TENANTS, people: int = PEOPLE, rounds: int = ROUNDS
) -> dict[str, Any]:
    """Figures by page: see walls_measuring.figures, and the statements of a request."""
    directory = Path(settings.VAR) / "bench" / "walls-postgres"
    server = embedded.start(directory, settings=embedded.UNSAFE_BUT_FAST)
    embedded.drop_database(server, DATABASE)
    embedded.create_database(server, DATABASE)
    try:
        _migrate(server.urls(DATABASE))
        with _connected(server.urls(DATABASE)):
            return _measured(server, tenants, people, rounds)
    finally:
        embedded.drop_database(server, DATABASE)


def _migrate(urls: embedded.Urls) -> None:
    environment = {**os.environ, "DATABASE_URL": urls.app, "DATABASE_OWNER_URL": urls.owner}
    command = [sys.executable, "manage.py", "migrate", "--database", "owner", "--verbosity", "0"]
    subprocess.run(command, cwd=settings.BASE_DIR, env=environment, check=True)


@contextmanager
def _connected(urls: embedded.Urls) -> Iterator[None]:
    configured = databases(urls.app, urls.owner)
    before = {alias: dict(connections[alias].settings_dict) for alias in configured}
    for alias, values in configured.items():
        connections[alias].close()
        connections[alias].settings_dict.update({key: values.get(key, "") for key in _PLACE})
    try:
        yield
    finally:
        for alias, values in before.items():
            connections[alias].close()
            connections[alias].settings_dict.update(values)


def _measured(server: embedded.Server, tenants: int, people: int, rounds: int) -> dict[str, Any]:
    from apps.demo.bench.walls_down import open_connection
    from apps.demo.bench.walls_scene import make_scene

    scene = make_scene(tenants=tenants, people=people)
    with connections["owner"].cursor() as cursor:
        cursor.execute("vacuum analyze")
    wrapper = open_connection(server.admin, DATABASE)
    try:
        pages = measured_pages(scene, wrapper, rounds)
    finally:
        wrapper.close()
    return {"tenants": tenants, "people": people, "pages": pages, "machine": machine()}


def measured_pages(scene: Scene, wrapper: BaseDatabaseWrapper, rounds: int) -> dict[str, Any]:
    """The figures of every page. In each round every page is asked for, once with the walls and
    once without or, where that is quick, several times; so other work on the machine, and what the
    one before left warm, falls on both sides alike."""
    asking = _Asking(signed_in(scene.alice), wrapper)
    pages = {name: _Page(address) for name, address in _addresses(scene).items()}
    for page in pages.values():
        page.warm_up(asking)
    gc.collect()
    gc.freeze()
    for number in range(rounds):
        for page in pages.values():
            for turn in range(page.turns):
                page.ask(asking, on_first=bool((number + turn) % 2))
    gc.unfreeze()
    return {
        name: {**figures(page.costs), **asking.statements(page)} for name, page in pages.items()
    }


class _Page:
    """One page's address and what it cost so far."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.turns = 1
        self.costs: dict[str, list[Cost]] = {}

    def warm_up(self, asking: _Asking) -> None:
        for _ in range(WARM_UP):
            self.ask(asking, on_first=True)
        slowest = max(cost.wall for cost in (self.costs["on"][-1], self.costs["off"][-1]))
        self.turns = max(1, min(MOST_TURNS, int(WORTH_A_TURN / slowest)))
        self.costs.clear()

    def ask(self, asking: _Asking, *, on_first: bool) -> None:
        sizes = set()
        for side in ("on", "off") if on_first else ("off", "on"):
            cost, size = asking.with_walls(self) if side == "on" else asking.without(self)
            self.costs.setdefault(side, []).append(cost)
            sizes.add(size)
        if max(sizes) - min(sizes) > SAME_PAGE * max(sizes):
            raise RuntimeError(f"{self.address} shows other things without the walls: {sizes}")


class _Asking:
    """Asks for pages as one person, over the connection with walls and the one without."""

    def __init__(self, client: Client, wrapper: BaseDatabaseWrapper) -> None:
        self.client, self.wrapper = client, wrapper
        connections["default"].ensure_connection()
        self.walled_clock, self.open_clock = map(backend_clock, (connections["default"], wrapper))

    def with_walls(self, page: _Page) -> tuple[Cost, int]:
        return measured(self.walled_clock, lambda: self._get(page))

    def without(self, page: _Page) -> tuple[Cost, int]:
        from apps.demo.bench.walls_down import walls_down

        with walls_down(self.wrapper):
            return measured(self.open_clock, lambda: self._get(page))

    def statements(self, page: _Page) -> dict[str, int]:
        """Queries of a request on both sides, and how often the scope was told on the way: of the
        request that made the fewest, for some are made once a minute."""
        from apps.demo.bench.walls_down import walls_down

        on = [self._counted(page, connections["default"]) for _ in range(3)]
        with walls_down(self.wrapper):
            off = [self._counted(page, self.wrapper) for _ in range(3)]
        (queries, told), (queries_without, _) = min(on), min(off)
        return {"queries": queries, "queries_without": queries_without, "told": told}

    def _counted(self, page: _Page, wrapper: BaseDatabaseWrapper) -> tuple[int, int]:
        before = times_told(wrapper)
        with CaptureQueriesContext(wrapper) as queries:
            self._get(page)
        return len(queries), times_told(wrapper) - before

    def _get(self, page: _Page) -> int:
        answer = self.client.get(page.address)
        if answer.status_code != 200:
            raise RuntimeError(f"{page.address} answered {answer.status_code}")
        return len(answer.content)


def _addresses(scene: Scene) -> dict[str, str]:
    tenant = scene.tenant.pk
    overall = ("dashboard", "requests", "runs", "people")
    of_tenant = ("tenant", "coverage", "snapshots", "reports")
    return {
        **{name: reverse(f"portal:{name}") for name in overall},
        **{name: reverse(f"portal:{name}", args=[tenant]) for name in of_tenant},
        "report": reverse("portal:report", args=[tenant, scene.report.pk]),
        "run": reverse("portal:run", args=[scene.run.tenant_id, scene.run.pk]),
    }
