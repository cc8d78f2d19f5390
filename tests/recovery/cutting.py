"""What a run cannot help: Entra, the way to it or the database going away in the middle of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

import psycopg
from django.db import connection, connections

from apps.demo.processes import free_port
from apps.jobs import runner
from tests.recovery.dying import JOURNAL
from tests.support import databases
from tests.support.sandboxes import ROOT, Sandbox, _wait

# What goes away. "way": requests get nowhere; "answers": they do, and no answer comes back.
Cut = Literal["entra", "way", "answers", "database"]
_WEATHER = {"way": {"drop_rate": 1.0}, "answers": {"drop_after_rate": 1.0}}
_CALM = {"drop_rate": 0.0, "drop_after_rate": 0.0}


@dataclass
class LastingSandbox(Sandbox):
    """A sandbox that keeps its state in a file, and can die and be started again."""

    directory: Path = field(default_factory=Path)
    process: subprocess.Popen[bytes] | None = None

    @classmethod
    def begun(cls, directory: Path) -> LastingSandbox:
        url = f"http://127.0.0.1:{free_port()}"
        made = cls(url, directory / "requests.jsonl", directory=directory)
        made.start()
        return made

    def start(self) -> None:
        """Go on from the state file."""
        port, state = self.url.rpartition(":")[2], self.directory / "state.sqlite3"
        command = [sys.executable, "-m", "apps.sandbox", "--port", port, "--tenants", "1"]
        command += ["--state", str(state), "--request-log", str(self.request_log)]
        output = self.directory / "sandbox.txt"
        with output.open("ab") as said:
            self.process = subprocess.Popen(command, cwd=ROOT, stdout=said, stderr=said)
        _wait(self, self.process, output)

    def end(self) -> None:
        """At once, whether or not it is dead already."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(timeout=30)


def work_with_cut(job_id: UUID, sandbox: LastingSandbox, cut: Cut, *, at: int) -> None:
    """Let a worker do a job in a process of its own; what is to go away goes before its statement
    number `at` (from 1) of the journal. Afterwards everything is there again."""
    happens = _happening(sandbox, cut)
    connections.close_all()
    worker = os.fork()
    if worker == 0:
        _work(job_id, at, happens)
    os.waitpid(worker, 0)
    if cut == "database":
        _admit(True)
    elif cut == "entra":
        sandbox.end()
        sandbox.start()
    else:
        sandbox.control("POST", "/weather", _CALM)


def _happening(sandbox: LastingSandbox, cut: Cut) -> Callable[[], object]:
    if cut == "database":
        return _database_goes
    if cut == "entra":
        assert sandbox.process is not None
        return partial(os.kill, sandbox.process.pid, signal.SIGKILL)
    return partial(sandbox.control, "POST", "/weather", _WEATHER[cut])


def _database_goes() -> None:
    """As while it is restarted: nobody keeps a session, and nobody gets another."""
    _admit(False)
    name = str(connection.settings_dict["NAME"])
    _as_admin("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", name)


def _admit(allowed: bool) -> None:
    name = str(connection.settings_dict["NAME"])
    _as_admin(f'alter database "{name}" with allow_connections {str(allowed).lower()}')


def _as_admin(sql: str, *params: str) -> None:
    with psycopg.connect(databases.server().admin, autocommit=True) as admin:
        admin.execute(sql, params or None)


def _work(job_id: UUID, at: int, happens: Callable[[], object]) -> None:
    """In the child: it must leave nothing of the test's own to be ended in it."""
    seen = 0

    def cut(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        nonlocal seen
        counts = JOURNAL in str(sql)
        seen += counts
        if counts and seen == at:
            happens()
        return execute(sql, params, many, context)

    try:
        with connection.execute_wrapper(cut):
            runner.run(str(job_id))
    finally:
        os._exit(0)
