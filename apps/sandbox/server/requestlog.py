"""The request log: one JSON line for each Graph request, items of a $batch included.

Names of body properties are written, values never are.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote, urlencode

import orjson

from apps.sandbox.graph.context import Answer, Call
from apps.sandbox.graph.metadata import url_path
from apps.sandbox.server.messages import Request
from apps.sandbox.state.world import World


class RequestLog:
    """Appends to a file, line by line; without a path it does nothing."""

    def __init__(self, world: World, path: Path | None) -> None:
        self.world = world
        self._file: IO[bytes] | None = path.open("ab", buffering=0) if path else None
        self.request: Request | None = None
        self.batch: str = ""
        self._item_started = 0.0

    def begin(self, request: Request, request_id: str) -> None:
        """Say which HTTP request the following calls belong to."""
        self.request = request
        self.batch = request_id
        self._item_started = request.started

    def answered(self, call: Call, answer: Answer) -> None:
        """Write the line of one call."""
        if self._file is None:
            return
        now, caller = time.perf_counter(), call.caller
        line: dict[str, Any] = {
            "time": self._time(),
            "method": call.method,
            "path": f"/{call.version}{url_path(call)}",
            "query": urlencode(list(call.query), safe="$,'()@:/!*", quote_via=quote),
            "status": answer.status,
            "resource_units": 0 if call.is_batch else answer.resource_units,
            "tenant": call.directory.tenant_id,
            "app": caller.app_id,
            "app_name": caller.app_name,
            "user": caller.user_id,
            "body_keys": sorted(set(key_paths(call.body, deep=not call.is_batch))),
            "duration_ms": round((now - self._begun(call)) * 1000, 3),
        }
        if call.in_batch or call.is_batch:
            line["batch"] = self.batch
        self._item_started = now
        self._write(line)

    def _begun(self, call: Call) -> float:
        """When the work on the call began: items of a batch follow one another."""
        if call.is_batch and self.request is not None:
            return self.request.started
        return self._item_started

    def refused(self, request: Request, status: int) -> None:
        """Write the line of a request that did not become a call: no token, no JSON."""
        if self._file is None:
            return
        elapsed = (time.perf_counter() - request.started) * 1000
        self._write(
            {
                "time": self._time(),
                "method": request.method,
                "path": request.path,
                "query": request.query_string,
                "status": status,
                "resource_units": 0,
                "tenant": None,
                "app": None,
                "app_name": None,
                "user": None,
                "body_keys": [],
                "duration_ms": round(elapsed, 3),
            }
        )

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _time(self) -> str:
        return self.world.clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def _write(self, line: dict[str, Any]) -> None:
        if self._file is not None:
            self._file.write(orjson.dumps(line) + b"\n")


def key_paths(body: Any, prefix: str = "", *, deep: bool = True) -> Iterator[str]:
    """Dotted paths of the keys in a body; items of a list share the path with "[]".

    A $batch is not looked into (`deep` is false): each item has a line of its own.
    """
    if isinstance(body, dict):
        for name, value in body.items():
            path = f"{prefix}.{name}" if prefix else str(name)
            yield path
            if deep:
                yield from key_paths(value, path)
    elif isinstance(body, list):
        for item in body:
            yield from key_paths(item, f"{prefix}[]")
