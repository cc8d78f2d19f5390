"""The machine that the figures are of."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import Any

from django.db import connection


def machine() -> dict[str, Any]:
    """Cores, processor, memory, Python, PostgreSQL, and how busy it is: others may use it too."""
    with connection.cursor() as cursor:
        cursor.execute("show server_version")
        postgresql = str(cursor.fetchone()[0])
    return {
        "cores": os.cpu_count(),
        "processor": _named("/proc/cpuinfo", "model name") or platform.processor(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "postgresql": postgresql,
        "load": [round(load, 1) for load in os.getloadavg()],
    }


def _named(path: str, name: str) -> str:
    try:
        lines = Path(path).read_text().splitlines()
    except OSError:
        return ""
    found = (line.partition(":")[2].strip() for line in lines if line.startswith(name))
    return next(found, "")
