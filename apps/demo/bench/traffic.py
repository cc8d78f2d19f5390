"""What the sandbox saw: its request log, read from where the last reading ended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

BATCH = "$batch"
CONDITIONAL_ACCESS = "/identity/conditionalAccess"


@dataclass(frozen=True)
class Traffic:
    """requests: HTTP requests; asked: what they asked of Graph, the items of a $batch one by one.

    throttled: items answered 429. writes: when each accepted write came, in the sandbox's seconds,
    oldest first; policies: the same of whatever was asked of Conditional Access.
    """

    requests: int = 0
    asked: int = 0
    throttled: int = 0
    writes: tuple[float, ...] = ()
    policies: tuple[float, ...] = ()


@dataclass
class RequestLog:
    """The file that the sandbox writes. Only lines after the last call are counted."""

    path: Path
    _offset: int = field(default=0)

    def skip(self) -> None:
        """Leave out what has been written so far."""
        self._offset = self.path.stat().st_size

    def read(self) -> Traffic:
        """Count what was written since."""
        requests = asked = throttled = 0
        writes: list[float] = []
        policies: list[float] = []
        for line in self._lines():
            whole_batch = line["path"].endswith(BATCH)
            requests += whole_batch or "batch" not in line
            if whole_batch:
                continue
            asked += 1
            throttled += line["status"] == 429
            is_write = line["method"] != "GET" and line["status"] < 300
            is_policy = CONDITIONAL_ACCESS in line["path"]
            if not (is_write or is_policy):
                continue
            at = datetime.fromisoformat(line["time"]).timestamp()
            if is_write:
                writes.append(at)
            if is_policy:
                policies.append(at)
        return Traffic(requests, asked, throttled, tuple(sorted(writes)), tuple(sorted(policies)))

    def _lines(self) -> Iterator[dict[str, Any]]:
        with self.path.open("rb") as file:
            file.seek(self._offset)
            for line in file:
                yield orjson.loads(line)
            self._offset = file.tell()
