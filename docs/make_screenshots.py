"""Make the pictures of the user's guide from a running demo.

    make demo                                          # in another terminal
    python docs/make_screenshots.py http://localhost:8000

It signs in as the demo's people and plays the story of the guide, so it leaves a difference
report, an approved request and a finished recovery behind.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

MANAGE = Path(__file__).parent.parent / "manage.py"
IMAGES = Path(__file__).parent / "images"
PASSWORD = "holdfast on a rock"  # noqa: S105 - the demo prints it
CUSTOMER = "Alder"
LARGEST = 200_000
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]


def current_code(email: str) -> str:
    """What the authenticator app of one of the demo's people shows."""
    command = [sys.executable, str(MANAGE), "demo_code", email]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.build"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip()


class Camera:
    """Takes pictures of what a person sees."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.browser = browser
        self.url = url.rstrip("/")

    def sign_in(
        self, email: str, *, width: int = 1280, height: int = 800, dark: bool = False
    ) -> Page:
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )
        page = context.new_page()
        page.goto(self.url + "/accounts/login/")
        page.fill("#id_login", email)
        page.fill("#id_password", PASSWORD)
        page.click("button:has-text('Sign in')")
        self._enter_code(page, email)
        page.wait_for_selector("h1:has-text('Tenants')")
        return page

    def _enter_code(self, page: Page, email: str) -> None:
        """Each code is good for one sign-in, so a second one waits for the next."""
        page.wait_for_selector("#id_code")
        while page.query_selector("#id_code"):
            page.fill("#id_code", current_code(email))
            page.click("button:has-text('Sign in')")
            page.wait_for_selector("h1:has-text('Tenants'), #code-error")
            if page.query_selector("#code-error"):
                page.wait_for_timeout(10_000)

    def take(self, page: Page, name: str) -> None:
        """Raises ValueError for a picture that is too large to keep in the repository."""
        path = IMAGES / f"{name}.png"
        page.screenshot(path=path)
        if path.stat().st_size > LARGEST:
            raise ValueError(f"{path} is larger than {LARGEST} bytes")
        sys.stdout.write(f"{path}\n")


def play(camera: Camera, base: int) -> None:
    """Carol compares, plans and asks; Alice approves; the recovery runs to its end."""
    carol = camera.sign_in("carol@msp-north.example")
    camera.take(carol, "dashboard")
    carol.click(f"th a:has-text('{CUSTOMER}')")
    camera.take(carol, "tenant")
    carol.goto(f"{carol.url}reports/?base={base}")
    carol.click("button:has-text('Compare')")
    carol.wait_for_selector("table", timeout=120_000)
    camera.take(carol, "report")
    report = carol.url
    carol.click("tbody th a >> nth=0")
    carol.wait_for_selector(".page-head")
    camera.take(carol, "change")
    carol.goto(report)
    carol.click("button:has-text('Plan everything')")
    carol.click("details.step summary >> nth=0")
    camera.take(carol, "plan")
    carol.fill("#reason", "Everybody is locked out since Monday's policy change.")
    carol.click("button:has-text('Request this recovery')")
    carol.wait_for_selector("text=You asked for this yourself")
    approve(camera, carol.url)
    phone = camera.sign_in("carol@msp-north.example", width=390, height=844, dark=True)
    phone.goto(report)
    camera.take(phone, "phone")


def approve(camera: Camera, request: str) -> None:
    alice = camera.sign_in("alice@msp-north.example")
    alice.goto(request)
    camera.take(alice, "request")
    alice.click("button:has-text('Approve exactly this plan')")
    alice.wait_for_selector("#run-live:not([hx-trigger])", timeout=180_000)
    camera.take(alice, "run")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("url", help="the demo's portal, for example http://localhost:8000")
    parser.add_argument("--base", type=int, default=5, help="the snapshot to go back to")
    options = parser.parse_args()
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        chromium = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        play(Camera(browser, options.url), options.base)


if __name__ == "__main__":
    main()
