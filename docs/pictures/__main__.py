"""make screenshots: a demo of its own, the pictures of the guide, and every page.

    python -m docs.pictures [--guide | --pages] [--url http://localhost:8000]

Without --url it starts a demo and stops it afterwards. Ends with 1 when a page has a problem.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from playwright.sync_api import sync_playwright

from docs.pictures import every_page, guide, scene
from docs.pictures.camera import Camera, launch
from docs.pictures.every_page import Walker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.build")
VAR = Path(__file__).parent.parent.parent / "var" / "screenshots"
PEOPLE = {
    "engineer": "alice@msp-north.example",
    "customer": "dave@customer.example",
    "operator": "olivia@platform.example",
    "reader": "bob@msp-north.example",
}
# What no link leads to.
_BESIDE = {
    "engineer": (("search", "/search/?q=ad"), ("search-empty", "/search/?q=nobody-at-all")),
    "reader": (("not-found", "/no/such/page"),),
}
_NOBODYS = (
    ("sign-in", "/accounts/login/"),
    ("forgotten", "/accounts/password/forgot/"),
    ("recover", "/accounts/recover/"),
)


def main() -> int:
    parser = argparse.ArgumentParser(description="Make pictures of the portal.")
    parser.add_argument("--url", help="a demo that runs; it is changed")
    parser.add_argument("--guide", action="store_true", help="the pictures of the guide alone")
    parser.add_argument("--pages", action="store_true", help="every page alone")
    options = parser.parse_args()
    django.setup()
    with _demo(options.url) as url:
        with sync_playwright() as playwright:
            camera = Camera(launch(playwright), url)
            if not options.pages:
                guide.play(camera)
            walkers = [] if options.guide else list(_walkers(camera))
        seen = every_page.walk_all(walkers)
    if seen:
        sys.stdout.write(f"{every_page.write_index(seen)}\n")
    every_page.tell(seen)
    return 1 if any(one.problems for one in seen) else 0


def _walkers(camera: Camera) -> Iterator[Walker]:
    """Everybody, signed in; before, Alice fills the pages."""
    forbidden = ""
    for who, email in PEOPLE.items():
        page = camera.sign_in(email)
        beside = _BESIDE.get(who, ())
        if who == "engineer":
            forbidden = scene.set_up(camera, page)
        if who == "reader":
            beside = (*beside, ("forbidden", forbidden))
        state = page.context.storage_state()
        yield Walker(who, camera.url, state, follows=who != "reader", beside=beside)
    yield Walker("nobody", camera.url, follows=False, beside=_NOBODYS)


@contextmanager
def _demo(url: str | None) -> Iterator[str]:
    """The address of a demo: of the one that runs, or of one that ends with this."""
    if url:
        yield url
        return
    from apps.demo.processes import Processes, free_port

    shutil.rmtree(VAR, ignore_errors=True)
    port = free_port()
    environment = {
        "HOLDFAST_VAR": str(VAR),
        "DJANGO_SETTINGS_MODULE": "config.settings.local",
        "PYTHONUNBUFFERED": "1",
        # What needs a fresh proof is pictured as it is, not as the question for the proof.
        "HOLDFAST_STEP_UP_SECONDS": "86400",
    }
    with Processes(VAR / "logs", environment) as processes:
        ports = ("--port", str(port), "--sandbox-port", str(free_port()))
        child = processes.python("demo", "manage.py", "demo", *ports)
        processes.wait_until(lambda: "Ctrl-C stops" in child.output.read_text(), child, 600)
        yield f"http://localhost:{port}"


if __name__ == "__main__":
    sys.exit(main())
