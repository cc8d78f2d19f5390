"""The demo's child processes: one clear line when something is wrong, nothing left behind."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest

from apps.demo import processes
from apps.demo.processes import PORTS, DemoError, Processes, free_port, require_disk, require_port

FOREVER = "import signal; print('up', flush=True); signal.pause()"


def test_a_taken_port_is_named_with_what_it_was_wanted_for() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(DemoError, match=f"port {port}, wanted for the portal, is taken"):
            require_port(port, "the portal")


def test_a_free_port_is_none_that_connections_are_given() -> None:
    given = socket.create_server(("127.0.0.1", 0))
    with given, socket.create_server(("127.0.0.1", free_port())) as ours:
        assert ours.getsockname()[1] in PORTS
        assert given.getsockname()[1] not in PORTS


def test_a_full_disk_is_said_before_anything_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "MEGABYTES_NEEDED", 10**12)

    with pytest.raises(DemoError, match="MB are free in"):
        require_disk(tmp_path)


def test_a_crashed_child_is_named_with_its_last_words(tmp_path: Path) -> None:
    with Processes(tmp_path, {}) as running:
        child = running.start("web", [sys.executable, "-c", "print('out of cheese'); exit(3)"])
        child.process.wait()

        with pytest.raises(DemoError, match="web ended with status 3: out of cheese"):
            running.check()


def test_waiting_for_a_child_that_ends_does_not_wait_for_the_deadline(tmp_path: Path) -> None:
    with Processes(tmp_path, {}) as running:
        child = running.start("sandbox", [sys.executable, "-c", "exit('no state file')"])

        with pytest.raises(DemoError, match="sandbox ended with status 1: no state file"):
            running.wait_until(lambda: False, child)


def test_leaving_stops_every_child_and_its_own_children(tmp_path: Path) -> None:
    parent = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {FOREVER!r}]).wait()"
    with Processes(tmp_path, {}) as running:
        first = running.start("first", [sys.executable, "-c", FOREVER])
        second = running.start("second", [sys.executable, "-c", parent])
        for child in (first, second):
            running.wait_until(lambda child=child: "up" in child.output.read_text(), child)
        started = list(running.children)

    assert all(child.process.poll() is not None for child in started)
    assert running.children == []


def test_children_see_the_environment_they_were_given(tmp_path: Path) -> None:
    with Processes(tmp_path, {"SHARED": "one"}) as running:
        script = "import os; print(os.environ['SHARED'], os.environ['OWN'])"
        child = running.start("child", [sys.executable, "-c", script], OWN="two")
        child.process.wait()

        assert child.last_line() == "one two"
