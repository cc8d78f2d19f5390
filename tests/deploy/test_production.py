"""The production settings, started the way deploy/ starts them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from apps.demo.processes import free_port
from config import embedded

ROOT = Path(__file__).resolve().parent.parent.parent
NEEDED = {
    "SECRET_KEY": "x9!f-Zk2" * 8,
    "HOLDFAST_KEYS": "YSBrZXktZW5jcnlwdGlvbiBrZXkgZm9yIHRlc3RzLi4=",
    "HOLDFAST_BASE_URL": "https://holdfast.example.com",
    "ALLOWED_HOSTS": "holdfast.example.com",
    "EMAIL_URL": "smtp+tls://holdfast:secret@mail.example.com:587",
}


def production(urls: embedded.Urls, **changes: str) -> dict[str, str]:
    environment = {name: value for name, value in os.environ.items() if name != "CI"}
    environment |= {"DATABASE_URL": urls.app, "DATABASE_OWNER_URL": urls.owner, **NEEDED}
    environment["DJANGO_SETTINGS_MODULE"] = "config.settings.production"
    environment |= changes
    return {name: value for name, value in environment.items() if value}


def manage(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


@contextmanager
def gunicorn(environment: dict[str, str]) -> Iterator[str]:
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "config.wsgi"]
    environment = {**environment, "HOLDFAST_BIND": f"127.0.0.1:{port}", "WEB_CONCURRENCY": "1"}
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=30)


def wait_for(url: str, **arguments: object) -> requests.Response:
    deadline = time.monotonic() + 120
    while True:
        try:
            return requests.get(url, timeout=60, allow_redirects=False, **arguments)  # type: ignore[arg-type]
        except requests.ConnectionError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)  # another process is starting; there is nothing to wait on


def test_the_deployment_check_finds_nothing(live_database: embedded.Urls) -> None:
    result = manage(production(live_database), "check", "--deploy", "--fail-level", "INFO")

    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("name", [*NEEDED, "DATABASE_URL"])
def test_a_missing_value_stops_the_start_and_is_named(
    live_database: embedded.Urls, name: str
) -> None:
    result = manage(production(live_database, **{name: ""}), "check")

    assert result.returncode != 0
    assert name in result.stderr


def test_gunicorn_serves_behind_a_proxy_that_ends_tls(live_database: embedded.Urls) -> None:
    environment = production(live_database)
    assert manage(environment, "collectstatic", "--noinput").returncode == 0

    with gunicorn(environment) as url:
        host = {"Host": "holdfast.example.com"}
        health = wait_for(f"{url}/healthz", headers=host)
        plain = wait_for(f"{url}/", headers=host)
        proxied = wait_for(f"{url}/accounts/login/", headers=host | {"X-Forwarded-Proto": "https"})

    assert health.status_code == 200
    assert plain.headers["Location"] == "https://holdfast.example.com/"
    assert proxied.status_code == 200
    assert "max-age=31536000" in proxied.headers["Strict-Transport-Security"]
    assert "script-src 'self'" in proxied.headers["Content-Security-Policy"]
    assert "__Host-csrf" in proxied.headers["Set-Cookie"]
