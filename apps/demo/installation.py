"""A whole installation on this machine: sandbox, workers and web beside this process's database."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests
from django.conf import settings
from django.core.management import call_command
from django.db import connections

from apps.demo.entra import Entra
from apps.demo.processes import Processes, require_disk, require_port


@dataclass(frozen=True)
class Wanted:
    """What to start: where its files go, its ports, and how large the sandbox's tenants are."""

    directory: Path
    web_port: int
    sandbox_port: int
    users: int
    tenants: int
    time_scale: float = 1.0
    sandbox_arguments: tuple[str, ...] = ()

    @property
    def web_url(self) -> str:
        return f"http://localhost:{self.web_port}"

    @property
    def sandbox_url(self) -> str:
        return f"http://localhost:{self.sandbox_port}"

    @property
    def request_log(self) -> Path:
        return self.directory / "requests.jsonl"


@dataclass(frozen=True)
class Installation:
    """What runs."""

    wanted: Wanted
    entra: Entra
    processes: Processes


@contextmanager
def running(wanted: Wanted) -> Iterator[Installation]:
    """Migrate, start everything, wait until it answers; stop all of it afterwards.

    Raises DemoError for a taken port, a full disk or a child that does not start.
    """
    require_disk(wanted.directory)
    require_port(wanted.web_port, "the portal")
    require_port(wanted.sandbox_port, "the sandbox")
    _tell_this_process(wanted)
    call_command("migrate", database="owner", verbosity=0)
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    with Processes(wanted.directory / "logs", _environment(wanted)) as processes:
        entra = _start_sandbox(processes, wanted)
        _start_web(processes, wanted)
        yield Installation(wanted, entra, processes)


def start_workers(installation: Installation) -> None:
    """Start the workers and the scheduler; from here on what is due is done."""
    installation.processes.python("workers", "manage.py", "qcluster")


def _tell_this_process(wanted: Wanted) -> None:
    settings.HOLDFAST_SANDBOX_URL = wanted.sandbox_url
    settings.HOLDFAST_BASE_URL = wanted.web_url
    settings.HOLDFAST_GRAPH_TIME_SCALE = wanted.time_scale


def _environment(wanted: Wanted) -> dict[str, str]:
    """The children use the database that this process started, and know each other's addresses."""
    return {
        "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"],
        "DATABASE_URL": database_url("default"),
        "DATABASE_OWNER_URL": database_url("owner"),
        "HOLDFAST_SANDBOX_URL": wanted.sandbox_url,
        "HOLDFAST_BASE_URL": wanted.web_url,
        "HOLDFAST_GRAPH_TIME_SCALE": str(wanted.time_scale),
        "PYTHONUNBUFFERED": "1",
    }


def database_url(alias: str) -> str:
    """The address by which another process reaches the database of a connection."""
    database = connections[alias].settings_dict
    host = str(database["HOST"]).replace("/", "%2F")
    password = f":{database['PASSWORD']}" if database["PASSWORD"] else ""
    port = f":{database['PORT']}" if database["PORT"] else ""
    return f"postgres://{database['USER']}{password}@{host}{port}/{database['NAME']}"


def _start_sandbox(processes: Processes, wanted: Wanted) -> Entra:
    entra = Entra(wanted.sandbox_url)
    child = processes.python(
        "sandbox",
        "-m",
        "apps.sandbox",
        *("--port", str(wanted.sandbox_port)),
        *("--users", str(wanted.users)),
        *("--tenants", str(wanted.tenants)),
        *("--state", str(wanted.directory / "sandbox.sqlite3")),
        *("--request-log", str(wanted.request_log)),
        *wanted.sandbox_arguments,
    )
    processes.wait_until(entra.is_ready, child, seconds=120)
    return entra


def _start_web(processes: Processes, wanted: Wanted) -> None:
    child = processes.python(
        "web",
        "-m",
        "gunicorn",
        "config.wsgi",
        *("--bind", f"127.0.0.1:{wanted.web_port}"),
        *("--workers", "1", "--threads", "8", "--worker-class", "gthread"),
    )

    def answers() -> bool:
        try:
            return requests.get(f"{wanted.web_url}/healthz", timeout=5).ok
        except requests.RequestException:
            return False

    processes.wait_until(answers, child)
