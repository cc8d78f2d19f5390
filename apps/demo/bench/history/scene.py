"""Where it is measured: a database, a sandbox with nothing but people, and a tenant of each."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command

from apps.demo.bench.history.people import write_people, write_policies
from apps.demo.bench.traffic import RequestLog
from apps.demo.entra import Entra, EntraTenant
from apps.demo.installation import database_url
from apps.demo.processes import DemoError, Processes, free_port


@dataclass(frozen=True)
class Scene:
    """What runs. json_bytes: of everybody as Graph gives them, in one answer."""

    directory: Path
    entra: Entra
    customer: EntraTenant
    log: RequestLog
    environment: dict[str, str]
    json_bytes: int

    @property
    def application(self) -> dict[str, str]:
        """Client id and secret of the application that may read everything."""
        lab = self.entra.overview()["applications"][0]
        return {"client_id": lab["client_id"], "client_secret": lab["client_secret"]}


@contextmanager
def scene(directory: Path, people: int, links: int = 0) -> Iterator[Scene]:
    """Migrate the database of this process and start the sandbox; stop it afterwards.

    links: with any, a server that makes up as many people and links stands in front of a sandbox
    that has none of them (see large_directory).
    """
    call_command("migrate", database="owner", verbosity=0, skip_checks=True)
    if links:
        with _large_scene(directory, people, links) as made:
            yield made
        return
    exported = directory / "people"
    exported.mkdir(parents=True, exist_ok=True)
    json_bytes = write_people(exported / "users.json", people)
    write_policies(exported)
    port, log = free_port(), directory / "requests.jsonl"
    entra = Entra(f"http://localhost:{port}")
    environment = _environment(entra)
    settings.HOLDFAST_SANDBOX_URL = entra.url
    with Processes(directory / "logs", environment) as processes:
        child = processes.python(
            "sandbox",
            "-m",
            "apps.sandbox",
            *("--port", str(port), "--users", "20", "--load", str(exported)),
            *("--request-log", str(log)),
        )
        processes.wait_until(entra.is_ready, child, seconds=600)
        customer = max(entra.workforce(), key=lambda tenant: tenant.users)
        yield Scene(directory, entra, customer, RequestLog(log), environment, json_bytes)


@contextmanager
def _large_scene(directory: Path, people: int, links: int) -> Iterator[Scene]:
    behind, port, log = free_port(), free_port(), directory / "requests.jsonl"
    directory.mkdir(parents=True, exist_ok=True)
    entra = Entra(f"http://localhost:{port}")
    settings.HOLDFAST_SANDBOX_URL = entra.url
    environment = _environment(entra)
    sandbox, large = Entra(f"http://localhost:{behind}"), "apps.demo.bench.history.large_directory"
    with Processes(directory / "logs", environment) as processes:
        child = processes.python(
            "sandbox",
            *("-m", "apps.sandbox", "--port", str(behind), "--users", "20"),
            *("--request-log", str(log)),
        )
        processes.wait_until(sandbox.is_ready, child, seconds=600)
        child = processes.python(
            "directory", "-m", large, str(port), sandbox.url, str(people), str(links)
        )
        processes.wait_until(entra.is_ready, child, seconds=600)
        yield Scene(directory, entra, entra.workforce()[0], RequestLog(log), environment, 0)


def _environment(entra: Entra) -> dict[str, str]:
    return {
        "DATABASE_URL": database_url("default"),
        "DATABASE_OWNER_URL": database_url("owner"),
        "HOLDFAST_SANDBOX_URL": entra.url,
        "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"],
    }


def measured(scene: Scene, name: str, /, **arguments: Any) -> dict[str, Any]:
    """Do a piece of work in a process of its own (see `working`)."""
    return run_python(scene.environment, "apps.demo.bench.history.working", name, arguments)


def run_python(
    environment: dict[str, str], module: str, name: str, arguments: dict[str, Any]
) -> dict[str, Any]:
    """The JSON object that a module prints last. Raises DemoError when it fails."""
    done = subprocess.run(
        [sys.executable, "-m", module, name, json.dumps(arguments)],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise DemoError(f"{name} could not be measured; see above")
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures
