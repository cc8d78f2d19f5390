"""A git repository of the same JSON: a file for each person, a commit for each day, then gc.

The files lie in 256 folders: in one, git would write the list of all of them anew at each commit.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import IO, Any

import orjson

from apps.demo.bench.history.people import changed_on, person
from apps.demo.bench.peers.measured import bytes_below, measure

_TOLD = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS


def month(*, directory: str, people: int, days: int) -> dict[str, Any]:
    """A commit for each day of `days`, and what is left after gc."""
    _git(directory, "init", "-q", "--bare", directory)
    started = time.monotonic()
    command = ["git", "-C", directory, "fast-import", "--quiet"]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None  # noqa: S101 - it was asked for
        for day in range(days):
            _commit(process.stdin, day, changed_on(day, people) if day else range(people))
    imported = time.monotonic() - started
    _git(directory, "gc", "-q")
    return {
        "objects": people,
        "snapshots": days,
        "import_seconds": round(imported, 2),
        "bytes": bytes_below(Path(directory)),
    }


def diff(*, directory: str, base: int, target: int) -> dict[str, Any]:
    """git diff -U0 between two days; days are counted from 0."""
    newest = int(_git(directory, "rev-list", "--count", "days").stdout) - 1
    ends = [f"days~{newest - day}" for day in (base, target)]
    started = time.monotonic()
    said = _git(directory, "diff", "-U0", *ends).stdout
    return {"seconds": round(time.monotonic() - started, 3), "changes": said.count(b"diff --git ")}


def _commit(out: IO[bytes], day: int, numbers: Iterable[int]) -> None:
    message = f"day {day}".encode()
    out.write(b"commit refs/heads/days\ncommitter a <a@b> %d +0000\n" % (1_700_000_000 + day))
    out.write(b"data %d\n%s\n" % (len(message), message))
    for number in numbers:
        raw = person(number, day)
        content = orjson.dumps(raw, option=_TOLD)
        name = f"users/{raw['id'][:2]}/{raw['id']}.json"
        out.write(b"M 100644 inline %s\n" % name.encode())
        out.write(b"data %d\n%s\n" % (len(content), content))
    out.write(b"\n")


def _git(directory: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    command = ["git", *(() if arguments[0] == "init" else ("-C", directory)), *arguments]
    return subprocess.run(command, check=True, capture_output=True, env=environment)


_PARTS: Mapping[str, Callable[..., dict[str, Any]]] = {"month": month, "diff": diff}

if __name__ == "__main__":
    measure(_PARTS[sys.argv[1]])
