"""What a peer prints: python -m apps.demo.bench.peers.MODULE NAME JSON"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def measure(work: Callable[..., dict[str, Any]]) -> None:
    """Do the work with the arguments of the command line and print what it cost."""
    arguments = json.loads(sys.argv[2])
    started, cpu = time.monotonic(), _cpu()
    said = work(**arguments)
    seconds = time.monotonic() - started
    figures = {
        "seconds": round(seconds, 2),
        "cpu_s": round(_cpu() - cpu, 2),
        "peak_rss_mb": _peak_rss_mb(),
        **said,
    }
    if "objects" in figures:
        figures["objects_per_s"] = round(figures["objects"] / seconds)
        figures["cpu_us_per_object"] = round(figures["cpu_s"] / figures["objects"] * 1e6, 1)
    print(json.dumps(figures))


def _cpu() -> float:
    """Of this process and of children that ended, as git is one. Starting Python and importing is
    not counted for anybody."""
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in usage)


def bytes_below(directory: Path) -> int:
    """The bytes that a directory takes on the disk, in blocks of 512."""
    return sum(
        os.lstat(os.path.join(folder, name)).st_blocks * 512
        for folder, _, names in os.walk(directory)
        for name in names
    )


def _peak_rss_mb() -> int:
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024
