"""What a piece of work cost the process that did it, and the database beside it."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection


@contextmanager
def spending() -> Iterator[dict[str, Any]]:
    """Fills the dictionary when the block ends.

    seconds: on the wall. cpu_s: user and system time of this process. database_cpu_s: of the
    PostgreSQL process that serves it, None where that is not on this machine. peak_rss_mb: the
    most memory this process ever held, start included.
    """
    figures: dict[str, Any] = {}
    backend = _backend()
    started, cpu, database = time.monotonic(), time.process_time(), _cpu_of(backend)
    yield figures
    figures["seconds"] = round(time.monotonic() - started, 2)
    figures["cpu_s"] = round(time.process_time() - cpu, 2)
    after = _cpu_of(backend)
    figures["database_cpu_s"] = (
        None if database is None or after is None else round(after - database, 2)
    )
    figures["peak_rss_mb"] = _peak_rss_kb() // 1024


def _backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        return int(cursor.fetchone()[0])


def _cpu_of(pid: int) -> float | None:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _peak_rss_kb() -> int:
    """What Linux noted for this program; getrusage also counts whoever it was started by."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(status.partition("VmHWM:")[2].split()[0])
