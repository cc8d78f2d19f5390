"""borg and restic, where they are installed: a month of the same people, a file for each and a
snapshot a day. What a tool keeps is what lies in its repository in the end."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import orjson

from apps.demo.bench.history.people import changed_on, person
from apps.demo.bench.peers.measured import bytes_below, measure

_SECRET = "a benchmark keeps no secret"  # noqa: S105 - nor does this one
_TOLD = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS
# Seconds after which a tool is given up, so that the others come their turn.
_LONGEST = 90
Command = list[str]


def installed(name: str) -> bool:
    """Whether the tool can be run here."""
    return shutil.which(name) is not None


def borg(*, directory: str, people: int, days: int) -> dict[str, Any]:
    """borg with encryption, and zstd as it compresses best for its time."""
    repository = f"{directory}/repository"
    begin = ["borg", "init", "--encryption=repokey", repository]

    def create(day: int) -> Command:
        return ["borg", "create", "--compression=zstd,3", f"{repository}::day{day}", "people"]

    return _month(Path(directory), people, days, begin, create)


def restic(*, directory: str, people: int, days: int) -> dict[str, Any]:
    """restic, which always encrypts and compresses."""
    repository = ["restic", "--quiet", "--repo", f"{directory}/repository"]

    def create(_: int) -> Command:
        return [*repository, "backup", "people"]

    return _month(Path(directory), people, days, [*repository, "init"], create)


def _month(
    place: Path, people: int, days: int, begin: Command, create: Callable[[int], Command]
) -> dict[str, Any]:
    place.mkdir(parents=True)
    _run(place, begin)
    seconds = 0.0
    for day in range(days):
        if seconds > _LONGEST:
            return {"snapshots": day, "seconds": round(seconds, 2), "note": "stopped: too slow"}
        _write(place / "people", day, changed_on(day, people) if day else range(people))
        started = time.monotonic()
        _run(place, create(day))
        seconds += time.monotonic() - started
    kept = bytes_below(place / "repository")
    return {"objects": people, "snapshots": days, "seconds": round(seconds, 2), "bytes": kept}


def _write(place: Path, day: int, numbers: Iterable[int]) -> None:
    for number in numbers:
        raw = person(number, day)
        folder = place / raw["id"][:2]
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{raw['id']}.json").write_bytes(orjson.dumps(raw, option=_TOLD))


def _run(place: Path, command: Command) -> None:
    """With everything that the tool notes about itself kept in the place as well."""
    own = {
        "BORG_BASE_DIR": str(place / "own"),
        "BORG_PASSPHRASE": _SECRET,
        "RESTIC_CACHE_DIR": str(place / "own"),
        "RESTIC_PASSWORD": _SECRET,
    }
    subprocess.run(
        command, cwd=place, env={**os.environ, **own}, check=True, stdout=subprocess.DEVNULL
    )


TOOLS: dict[str, Callable[..., dict[str, Any]]] = {"borg": borg, "restic": restic}

if __name__ == "__main__":
    measure(TOOLS[sys.argv[1]])
