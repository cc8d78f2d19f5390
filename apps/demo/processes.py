"""Child processes that live and die together: sandbox, workers, web."""

from __future__ import annotations

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

STOP_SECONDS = 15
MEGABYTES_NEEDED = 500
# Below those that Linux (from 32768), macOS and Windows (from 49152) give to connections.
PORTS = range(20_000, 32_000)


class DemoError(Exception):
    """Something the person at the terminal can mend; the message is one line."""


@dataclass
class Child:
    """One process, its name for people and the file its output goes to."""

    name: str
    process: subprocess.Popen[bytes]
    output: Path

    def last_line(self) -> str:
        """The last thing it said, which is usually why it ended."""
        lines = [line for line in self.output.read_text(errors="replace").splitlines() if line]
        return lines[-1].strip() if lines else "it said nothing"


@dataclass
class Processes:
    """Starts children in their own sessions and stops all of them, whatever happens.

    A context manager. Ctrl-C reaches only the parent, which then ends the children in the reverse
    order of their start, so that no worker loses its database or its Entra under its feet.
    """

    directory: Path
    environment: Mapping[str, str]
    children: list[Child] = field(default_factory=list)

    def __enter__(self) -> Processes:
        signal.signal(signal.SIGTERM, _interrupt)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self, name: str, command: Sequence[str], **environment: str) -> Child:
        """Start `command`; its output goes to `<directory>/<name>.log`."""
        self.directory.mkdir(parents=True, exist_ok=True)
        output = self.directory / f"{name}.log"
        with output.open("wb") as log:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **self.environment, **environment},
                start_new_session=True,
            )
        child = Child(name, process, output)
        self.children.append(child)
        return child

    def python(self, name: str, *arguments: str, **environment: str) -> Child:
        """Start this interpreter with `arguments`."""
        return self.start(name, [sys.executable, *arguments], **environment)

    def wait_until(self, ready: Callable[[], bool], child: Child, seconds: float = 60) -> None:
        """Return when `ready()`; raises DemoError when the child ends first or time runs out."""
        deadline = time.monotonic() + seconds
        while not ready():
            self.check()
            if time.monotonic() > deadline:
                raise DemoError(
                    f"{child.name} was not ready within {seconds:.0f} s: {child.last_line()}"
                )
            time.sleep(0.05)

    def check(self) -> None:
        """Raise DemoError when any child has ended."""
        for child in self.children:
            status = child.process.poll()
            if status is not None:
                raise DemoError(
                    f"{child.name} ended with status {status}: {child.last_line()} "
                    f"(all of it in {child.output})"
                )

    def watch(self) -> None:
        """Wait for Ctrl-C; raises DemoError when a child ends on its own."""
        while True:
            self.check()
            time.sleep(0.5)

    def stop(self) -> None:
        """Ask each child to end, last started first; make the unwilling."""
        for child in reversed(self.children):
            _signal(child, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        for child in reversed(self.children):
            with suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0.1, deadline - time.monotonic()))
            # Grandchildren (a cluster's workers) share the session and must not outlive it.
            _signal(child, signal.SIGKILL)
            child.process.wait()
        self.children.clear()


def _signal(child: Child, number: signal.Signals) -> None:
    try:
        os.killpg(child.process.pid, number)
    except ProcessLookupError:
        return


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def require_port(port: int, what: str) -> None:
    """Raise DemoError unless `port` is free on this machine."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise DemoError(
                f"port {port}, wanted for {what}, is taken; stop what uses it or choose another"
            ) from error


def require_disk(directory: Path) -> None:
    """Raise DemoError unless there is room for a database below `directory`."""
    directory.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(directory).free // 2**20
    if free < MEGABYTES_NEEDED:
        raise DemoError(
            f"only {free} MB are free in {directory}; {MEGABYTES_NEEDED} MB are needed. "
            "Free some, or point HOLDFAST_VAR at another disk"
        )


def free_port() -> int:
    """A port that nobody listens on at the moment. Raises DemoError where there is none.

    Of those that no system gives to connections: whoever listens on it takes a second to start,
    and a connection that began meanwhile would have the port.
    """
    for port in random.SystemRandom().sample(PORTS, 100):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise DemoError(f"a hundred ports between {PORTS.start} and {PORTS.stop} are all taken")
