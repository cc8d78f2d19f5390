"""The client as a person or a script starts it, and the real API behind a real port."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection, connections

from apps.access.models import User
from apps.client.app import main
from apps.client.context import Surroundings
from apps.core.scope import no_scope
from apps.jobs import runner
from apps.jobs.models import Job
from tests.api.calls import token_of


class _Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name there
        pass


class _Server(WSGIServer):
    """One request at a time, on the test's own connection: it sees what is not committed."""

    def serve_on(self, alias_to_connection: dict[str, Any]) -> None:
        for alias, own in alias_to_connection.items():
            connections[alias] = own
        self.serve_forever(poll_interval=0.01)


@pytest.fixture
def api_url(db: None) -> Iterator[str]:
    connection.inc_thread_sharing()
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    server = make_server("127.0.0.1", 0, WSGIHandler(), server_class=_Server, handler_class=_Silent)
    shared = {alias: connections[alias] for alias in connections}
    thread = threading.Thread(target=server.serve_on, args=(shared,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
    connection.dec_thread_sharing()


class Terminal(io.StringIO):
    """Standard input of somebody who sits there."""

    def isatty(self) -> bool:
        return True


@dataclass
class Said:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def error(self) -> Any:
        return json.loads(self.err)


@dataclass
class Shell:
    """A person's shell. meanwhile: what Holdfast does while the client waits."""

    environment: dict[str, str]
    meanwhile: Callable[[], None] = lambda: None
    pauses: list[float] = field(default_factory=list)

    def run(self, *words: object, stdin: io.StringIO | None = None, asked: str = "") -> Said:
        out, err = io.StringIO(), io.StringIO()

        def pause(seconds: float) -> None:
            self.pauses.append(seconds)
            self.meanwhile()

        around = Surroundings(
            self.environment, stdin or io.StringIO(), out, err, pause, lambda prompt: asked
        )
        code = main([str(word) for word in words], around)
        said = Said(code, out.getvalue(), err.getvalue())
        token = self.environment.get("HOLDFAST_TOKEN") or asked
        assert not token or token not in said.out + said.err
        return said

    def json(self, *words: object) -> Any:
        """What a command that goes well answers to a script."""
        said = self.run(*words, "--json")
        assert said.code == 0, said.err
        return said.json


def work() -> None:
    """What a worker does: the jobs that wait, oldest first."""
    with no_scope("a worker looks for work"):
        waiting = list(Job.objects.filter(state="queued").order_by("created_at"))
    for job in waiting:
        runner.run(str(job.pk))


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    return {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "config")}


@pytest.fixture
def shell_of(api_url: str, home: dict[str, str]) -> Callable[..., Shell]:
    def make(user: User, **limits: Any) -> Shell:
        token = token_of(user, **limits)
        return Shell(home | {"HOLDFAST_URL": api_url, "HOLDFAST_TOKEN": token}, work)

    return make
