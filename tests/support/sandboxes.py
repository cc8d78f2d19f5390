"""A running sandbox for tests: one process per worker of pytest-xdist, reset before each test."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from apps.demo.processes import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 120


@dataclass
class Sandbox:
    """The stand-in for Entra at `url`, with the lab application that may do everything."""

    url: str
    request_log: Path
    output: Path | None = None
    session: requests.Session = field(default_factory=requests.Session)
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def overview(self) -> dict[str, Any]:
        return self.control("GET", "/")

    @property
    def tenants(self) -> list[dict[str, Any]]:
        """Tenants of the workforce category, as `GET /_sandbox/` lists them."""
        return [tenant for tenant in self.overview["tenants"] if tenant["category"] == "workforce"]

    @property
    def lab(self) -> dict[str, Any]:
        return dict(self.overview["applications"][0])

    def control(self, method: str, path: str, json: Any = None) -> dict[str, Any]:
        """Call a control endpoint below /_sandbox; raises for anything but success."""
        answer = self.session.request(method, f"{self.url}/_sandbox{path}", json=json, timeout=60)
        answer.raise_for_status()
        return dict(answer.json()) if answer.content else {}

    def token(self, tenant_id: str) -> str:
        """An app-only token of the lab application."""
        if tenant_id not in self.tokens:
            lab = self.lab
            answer = self.session.post(
                f"{self.url}/{tenant_id}/oauth2/v2.0/token",
                data={
                    "grant_type": "client_credentials",
                    "client_id": lab["client_id"],
                    "client_secret": lab["client_secret"],
                    "scope": "https://graph.microsoft.com/.default",
                },
                timeout=60,
            )
            answer.raise_for_status()
            self.tokens[tenant_id] = answer.json()["access_token"]
        return self.tokens[tenant_id]

    def graph(
        self,
        method: str,
        path: str,
        json: Any = None,
        *,
        tenant: str | None = None,
        headers: dict[str, str] | None = None,
        version: str = "v1.0",
    ) -> requests.Response:
        """Call Graph as the lab application; `path` begins with a slash."""
        tenant = tenant or self.tenants[0]["id"]
        authorised = {"Authorization": f"Bearer {self.token(tenant)}", **(headers or {})}
        return self.session.request(
            method, f"{self.url}/{version}{path}", json=json, headers=authorised, timeout=60
        )

    @property
    def breakdowns(self) -> int:
        """How many requests it broke down over since it started, where it should have refused."""
        return self.output.read_text().count("could not be answered") if self.output else 0

    def reset(self) -> None:
        self.control("POST", "/reset", {})
        self.tokens.clear()


@contextmanager
def running_sandbox(directory: Path, *arguments: str, users: int = 20) -> Iterator[Sandbox]:
    """Start a sandbox process that keeps its request log in `directory`; stop it afterwards."""
    port = free_port()
    log, printed = directory / "requests.jsonl", directory / "sandbox.txt"
    command = [sys.executable, "-m", "apps.sandbox", "--port", str(port), "--users", str(users)]
    command += ["--tenants", "3", "--seed", "1", "--request-log", str(log), *arguments]
    with printed.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT)
    try:
        yield _wait(Sandbox(f"http://127.0.0.1:{port}", log, printed), process, printed)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait(sandbox: Sandbox, process: subprocess.Popen[bytes], output: Path) -> Sandbox:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            sandbox.control("GET", "/")
        except requests.ConnectionError:
            time.sleep(0.05)  # another process is starting; there is nothing to wait on
        else:
            return sandbox
    raise RuntimeError(f"the sandbox did not start: {output.read_text()[-2000:]}")
