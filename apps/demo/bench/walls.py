"""What the walls between tenants cost the portal: its main pages with and without, in turns."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.demo.bench.machine import machine
from config import embedded
from config.settings.base import databases

DATABASE = "holdfast_walls"
TENANTS = 1000
PEOPLE = 300
WARM_UP = 3
_PLACE = ("HOST", "PORT", "NAME", "USER", "PASSWORD")


def run_walls(*, tenants: int = TENANTS, people: int = PEOPLE, rounds: int = 20) -> dict[str, Any]:
    """Figures by page: milliseconds at the median and the 95th percentile with the walls and
    without, what they cost in percent of the median, and the queries of a request."""
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
    from apps.demo.bench.walls_down import open_connection, walls_down
    from apps.demo.bench.walls_scene import make_scene

    scene = make_scene(tenants=tenants, people=people)
    with connections["owner"].cursor() as cursor:
        cursor.execute("analyze")
    wrapper = open_connection(server.admin, DATABASE)
    client = _signed_in(scene.alice)
    pages = {}
    for name, address in _addresses(scene).items():
        times: dict[str, list[float]] = {"on": [], "off": []}
        for number in range(-WARM_UP, rounds):
            # Whichever is second finds what the first one warmed.
            for side in ("on", "off") if number % 2 else ("off", "on"):
                if side == "on":
                    taken = _timed(client, address)
                else:
                    with walls_down(wrapper):
                        taken = _timed(client, address)
                if number >= 0:
                    times[side].append(taken)
        pages[name] = {**_figures(times), "queries": _queries(client, address)}
    wrapper.close()
    return {"tenants": tenants, "people": people, "pages": pages, "machine": machine()}


def _signed_in(user: Any) -> Client:
    from apps.access.signin import sessions

    client = Client(SERVER_NAME="localhost")
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    sessions.begin(session, through="local", confirmed=True, has_factor=True)
    session.save()
    return client


def _addresses(scene: Any) -> dict[str, str]:
    tenant = scene.tenant.pk
    overall = ("dashboard", "requests", "runs", "people")
    of_tenant = ("tenant", "coverage", "snapshots", "reports")
    return {
        **{name: reverse(f"portal:{name}") for name in overall},
        **{name: reverse(f"portal:{name}", args=[tenant]) for name in of_tenant},
        "report": reverse("portal:report", args=[tenant, scene.report.pk]),
        "run": reverse("portal:run", args=[scene.run.tenant_id, scene.run.pk]),
    }


def _timed(client: Client, address: str) -> float:
    began = time.perf_counter()
    answer = client.get(address)
    taken = time.perf_counter() - began
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status_code}")
    return taken * 1000


def _queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connections["default"]) as queries:
        client.get(address)
    return len(queries)


def _figures(times: dict[str, list[float]]) -> dict[str, float]:
    on, off = statistics.median(times["on"]), statistics.median(times["off"])
    return {
        "on_p50_ms": round(on, 2),
        "on_p95_ms": round(_p95(times["on"]), 2),
        "off_p50_ms": round(off, 2),
        "off_p95_ms": round(_p95(times["off"]), 2),
        "overhead_percent": round((on / off - 1) * 100, 1),
    }


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]
