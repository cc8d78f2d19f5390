"""All sizes one after the other, each on an installation of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from apps.demo.bench.one_size import PARTS, SUSTAINED
from apps.demo.processes import DemoError

SIZES = (20_000, 100_000)
# What an installation takes from its surroundings would lead to a database in use.
_NOT_PASSED_ON = ("DATABASE_URL", "DATABASE_OWNER_URL")


def run_main(sizes: Sequence[int]) -> dict[str, Any]:
    """The figures of every size's first capture, and of all else for the largest one.

    Raises DemoError.
    """
    by_size: dict[str, Any] = {}
    figures: dict[str, Any] = {}
    for users in sorted(set(sizes)):
        largest = users == max(sizes)
        figures = _one_size(users, _parts(users) if largest else PARTS[:1])
        by_size[str(users)] = figures["capture_full"]
    figures["capture_full"] = {**figures["capture_full"], "by_size": by_size}
    return figures


def _parts(users: int) -> Sequence[str]:
    """A tenant that is too small cannot have so many changes that the write limit binds."""
    return PARTS if users >= 4 * SUSTAINED else PARTS[:-1]


def _one_size(users: int, parts: Sequence[str]) -> dict[str, Any]:
    return run_alone("apps.demo.bench.one_size", str(users), *parts)


def run_alone(module: str, *arguments: str, kept_in: Path | None = None) -> dict[str, Any]:
    """The JSON object that a module prints last, run with an installation's directory of its own.

    kept_in: a directory that is there afterwards as well. Raises DemoError.
    """
    with _directory(kept_in) as directory:
        # Under root, PostgreSQL runs as another user, who has to get at its files in here.
        Path(directory).chmod(0o711)
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments],
            env=_environment(directory),
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
    if done.returncode:
        raise DemoError("the benchmark ended early; see above")
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


@contextmanager
def _directory(kept_in: Path | None) -> Iterator[str]:
    if kept_in is None:
        with tempfile.TemporaryDirectory(prefix="holdfast-bench-", dir=_base()) as directory:
            yield directory
    else:
        kept_in.mkdir(parents=True, exist_ok=True)
        yield str(kept_in.resolve())


def _base() -> Path | None:
    """Where the data goes: HOLDFAST_VAR when it is set, else where temporary files go."""
    var = os.environ.get("HOLDFAST_VAR")
    if var:
        Path(var).mkdir(parents=True, exist_ok=True)
    return Path(var) if var else None


def _environment(directory: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in _NOT_PASSED_ON}
    return {
        **kept,
        "HOLDFAST_VAR": directory,
        "DJANGO_SETTINGS_MODULE": "config.settings.local",
        "HOLDFAST_LOG_LEVEL": "WARNING",
    }
