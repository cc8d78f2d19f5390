"""Pages asked for over HTTP, from one worker of the server that is deployed."""

from __future__ import annotations

import statistics
import time
from collections.abc import Mapping
from typing import Any

import requests
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.demo.bench.telling import tell

WARM_UP, TIMES = 3, 40
# What a page has beyond this is said, and it is asked for less often.
SLOW_MS, SLOW_TIMES = 500.0, 8


def measured(
    url: str, addresses: Mapping[str, str], headers: Mapping[str, str], client: Client
) -> tuple[dict[str, Any], dict[str, str]]:
    """Figures of those that answer 200, and what the others are, both by name.

    p50_ms and p95_ms: until the last byte is here, the way over the loopback included. bytes: of
    the answer as it is sent. queries: of the request that made the fewest. headers: say who asks.
    client: the same, in this process.
    """
    session = requests.Session()
    session.headers.update({**headers, "Accept-Encoding": "gzip"})
    figures, others = {}, {}
    for name, address in addresses.items():
        if status := _not_a_page(session, url + address):
            others[name] = status
            continue
        figures[name] = {**_timed(session, url + address), "queries": _queries(client, address)}
        if figures[name]["p95_ms"] > SLOW_MS:
            tell(f"  {name}: {figures[name]['p95_ms']} ms")
    return figures, others


def _not_a_page(session: requests.Session, url: str) -> str:
    """What it is else: its status, or that it goes on for ever; nothing for a page."""
    with session.get(url, allow_redirects=False, stream=True) as answer:
        if answer.headers.get("Content-Type", "").startswith("text/event-stream"):
            return "stream of events"
        if answer.headers.get("Content-Disposition", "").startswith("attachment"):
            return "file"
        return "" if answer.status_code == 200 else str(answer.status_code)


def _timed(session: requests.Session, url: str) -> dict[str, Any]:
    times = [_once(session, url)[0] for _ in range(WARM_UP)]
    rounds = SLOW_TIMES if min(times) > SLOW_MS else TIMES
    asked = [_once(session, url) for _ in range(rounds)]
    times = [took for took, _ in asked]
    return {
        "p50_ms": round(statistics.median(times), 1),
        "p95_ms": round(statistics.quantiles(times, n=20)[-1], 1),
        "bytes": max(size for _, size in asked),
        "times": rounds,
    }


def _once(session: requests.Session, url: str) -> tuple[float, int]:
    started = time.perf_counter()
    with session.get(url, allow_redirects=False, stream=True) as answer:
        size = len(answer.raw.read(decode_content=False))
    took = (time.perf_counter() - started) * 1000
    if answer.status_code != 200:
        raise RuntimeError(f"{url} answered {answer.status_code}")
    return took, size


def _queries(client: Client, address: str) -> int:
    """Some are made once a minute, so the least of three is what a page takes."""
    counts = []
    for _ in range(3):
        with CaptureQueriesContext(connections["default"]) as queries:
            for _part in client.get(address):
                """A streamed answer asks while it is read."""
        counts.append(len(queries))
    return min(counts)
