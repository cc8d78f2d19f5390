"""The sandbox as a process of a drill's own: started, asked, and gone with whoever started it.

It listens on this machine alone, on a port that the system picks. The key of its control door goes
in by standard input, which stays open as long as we live: whatever ends us ends it. Nothing of a
tenant's is in its arguments, its environment, a log or a file; it is told over the door and kept in
memory.
"""

from __future__ import annotations

import os
import secrets
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO, Final

from django.conf import settings

from apps.core import canonical
from apps.core.errors import Unavailable
from apps.recovery.drills.door import Door

START_SECONDS: Final = 60
STOP_SECONDS: Final = 10
# Of the tenants that the sandbox makes up beside the one that is brought to it.
_FEWEST_USERS: Final = 20


@dataclass(frozen=True)
class SandboxProcess:
    """A running sandbox that this process has started. `port` is on 127.0.0.1."""

    process: subprocess.Popen[bytes]
    port: int
    door: Door

    @property
    def is_alive(self) -> bool:
        return self.process.poll() is None


@contextmanager
def own_sandbox() -> Iterator[SandboxProcess]:
    """Start a sandbox; it ends with the block. Raises Unavailable when it does not start."""
    key = secrets.token_urlsafe(32)
    process = _started()
    try:
        port = _port_of(process, key)
        with Door(f"http://127.0.0.1:{port}", key) as door:
            yield SandboxProcess(process, port, door)
    finally:
        _end(process)


def _started() -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "apps.sandbox", "--owned", "--port", "0"]
    command += ["--users", str(_FEWEST_USERS), "--tenants", "1"]
    # A seed of its own, so that no id of what it makes up is one of the tenant's.
    command += ["--seed", str(secrets.randbits(60))]
    return subprocess.Popen(
        command,
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ.get("PATH", "")},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _port_of(process: subprocess.Popen[bytes], key: str) -> int:
    """Hand the key over, and wait for the line that says where it listens."""
    given, answers = process.stdin, process.stdout
    if given is None or answers is None:
        raise ValueError("the sandbox was started without pipes")
    with suppress(BrokenPipeError):
        given.write(f"{key}\n".encode())
        given.flush()
    line = answers.readline() if _has_said(answers) else b""
    try:
        return int(str(canonical.loads(line)["url"]).rpartition(":")[2])
    except (ValueError, KeyError, TypeError):
        raise Unavailable(
            "The sandbox for the rehearsal did not start.",
            code="sandbox-not-started",
            safe="No tenant was touched.",
            todo="Look whether the machine has memory left. The drill is tried again.",
        ) from None


def _has_said(answers: IO[bytes]) -> bool:
    ready, _, _ = select.select([answers], [], [], START_SECONDS)
    return bool(ready)


def _end(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(BrokenPipeError):
                pipe.close()
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
