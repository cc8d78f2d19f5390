"""All of it on one installation: python -m apps.demo.bench.portal.run portal JSON

Needs a HOLDFAST_VAR that is fresh or keeps the scene of an earlier time; what was measured is the
last line it prints, one JSON object.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django
import requests
from django.conf import settings
from django.core.management import call_command

from apps.demo.bench.telling import tell
from apps.demo.processes import DemoError, Processes, free_port

# Nobody else asks so often.
_UNLIMITED = {
    "HOLDFAST_API_REQUESTS_PER_TOKEN": 10**9,
    "HOLDFAST_API_REQUESTS_PER_ADDRESS": 10**9,
}


@dataclass(frozen=True)
class Wanted:
    """tenants: of the MSP, with so many snapshots each. people: in the directory of the first.
    only: names of pages and operations; all where there are none."""

    tenants: int = 1_000
    snapshots: int = 365
    people: int = 1_000_000
    only: tuple[str, ...] = ()


def run(wanted: Wanted) -> dict[str, Any]:
    """pages, api: figures by name (see asking). first_visits: see painting. not_measured: the
    status of addresses that are no page with what the scene has, acts among them."""
    from apps.demo.bench.portal import addresses, asking, painting, scene
    from apps.demo.bench.signed_in import signed_in

    for name, value in _UNLIMITED.items():
        setattr(settings, name, value)
    call_command("migrate", database="owner", verbosity=0, skip_checks=True)
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    made = scene.kept(settings.VAR) or scene.keep(
        scene.make(tenants=wanted.tenants, snapshots=wanted.snapshots, people=wanted.people),
        settings.VAR,
    )
    browser, program = signed_in(made.alice), signed_in(None)
    program.defaults["HTTP_AUTHORIZATION"] = f"Bearer {made.token}"
    cookies = {name: morsel.value for name, morsel in browser.cookies.items()}
    pages = addresses.only(wanted.only, addresses.pages(made.ids))
    operations = addresses.only(wanted.only, addresses.operations(made.ids))
    with serving() as url:
        tell(f"Asking for {len(pages)} pages")
        cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
        shown, not_shown = asking.measured(url, pages, {"Cookie": cookie}, browser)
        tell(f"Asking the API {len(operations)} questions")
        key = {"Authorization": f"Bearer {made.token}"}
        said, not_said = asking.measured(url, operations, key, program)
        tell("Visiting pages with Chromium")
        visits = painting.painted(url, pages, cookies)
    return {
        "pages": shown,
        "api": said,
        "first_visits": visits,
        "not_measured": {"pages": not_shown, "api": not_said},
    }


@contextmanager
def serving() -> Iterator[str]:
    """The address of gunicorn with one worker of one thread, on this process's database."""
    from apps.demo.installation import database_url

    url = f"http://localhost:{free_port()}"
    environment = {
        "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"],
        "DATABASE_URL": database_url("default"),
        "DATABASE_OWNER_URL": database_url("owner"),
        "HOLDFAST_BASE_URL": url,
        **{name: str(value) for name, value in _UNLIMITED.items()},
    }
    command = ("-m", "gunicorn", "config.wsgi", "--workers", "1", "--threads", "1")
    kind = ("--worker-class", "gthread", "--keep-alive", "60")

    def answers() -> bool:
        try:
            return requests.get(f"{url}/healthz", timeout=5).ok
        except requests.RequestException:
            return False

    with Processes(Path(settings.VAR) / "logs", environment) as processes:
        child = processes.python("web", *command, *kind, "--bind", url.removeprefix("http://"))
        processes.wait_until(answers, child)
        yield url


def main() -> int:
    django.setup()
    from apps.demo.bench.machine import machine

    load = round(os.getloadavg()[0], 1)
    try:
        figures = run(Wanted(**json.loads(sys.argv[2])))
    except DemoError as error:
        tell(f"The benchmark stopped: {error}")
        return 1
    print(json.dumps({**figures, "machine": {**machine(), "load_before": load}}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
