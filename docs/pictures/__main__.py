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

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.build")
VAR = Path(__file__).parent.parent.parent / "var" / "screenshots"
PEOPLE = {
    "engineer": "alice@msp-north.example",
    "customer": "dave@customer.example",
    "operator": "olivia@platform.example",
}


def main() -> int:
    parser = argparse.ArgumentParser(description="Make pictures of the portal.")
    parser.add_argument("--url", help="a demo that runs; it is changed")
    parser.add_argument("--guide", action="store_true", help="the pictures of the guide alone")
    parser.add_argument("--pages", action="store_true", help="every page alone")
    options = parser.parse_args()
    django.setup()
    from docs.pictures import every_page, guide
    from docs.pictures.camera import ARGUMENTS, Camera

    walks = []
    with _demo(options.url) as url, sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        camera = Camera(playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS), url)
        if not options.pages:
            guide.play(camera)
        if not options.guide:
            every_page.SCREENS.mkdir(exist_ok=True)
            for who, email in PEOPLE.items():
                walks.append(every_page.Walk(who, camera.sign_in(email), camera.url))
                walks[-1].go()
            sys.stdout.write(f"{every_page.write_index(walks)}\n")
    every_page.tell(walks)
    return 1 if any(walk.problems for walk in walks) else 0


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
    }
    with Processes(VAR / "logs", environment) as processes:
        ports = ("--port", str(port), "--sandbox-port", str(free_port()))
        child = processes.python("demo", "manage.py", "demo", *ports)
        processes.wait_until(lambda: "Ctrl-C stops" in child.output.read_text(), child, 600)
        yield f"http://localhost:{port}"


if __name__ == "__main__":
    sys.exit(main())
