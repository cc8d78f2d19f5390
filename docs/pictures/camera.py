"""Somebody of the demo in a browser, and pictures of what he sees."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, Playwright

MANAGE = Path(__file__).parent.parent.parent / "manage.py"
PASSWORD = "holdfast on a rock"  # noqa: S105 - the demo prints it
LARGEST = 200_000
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]


def launch(playwright: Playwright) -> Browser:
    """The Chromium of this machine."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    return playwright.chromium.launch(executable_path=path, args=ARGUMENTS)


class Camera:
    """Takes pictures of what a person sees."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.browser = browser
        self.url = url.rstrip("/")

    def sign_in(
        self, email: str, *, width: int = 1280, height: int = 800, dark: bool = False
    ) -> Page:
        """The dashboard."""
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
        return page

    def _enter_code(self, page: Page, email: str) -> None:
        """Each code is good for one sign-in, so a second one waits for the next."""
        page.wait_for_selector("#id_code")
        while page.query_selector("#id_code"):
            page.fill("#id_code", current_code(email))
            page.click("button:has-text('Sign in')")
            page.wait_for_selector("button:has-text('Sign out'), #code-error", state="attached")
            if page.query_selector("#code-error"):
                page.wait_for_timeout(10_000)


def current_code(email: str) -> str:
    """What the authenticator app of one of the demo's people shows."""
    command = [sys.executable, str(MANAGE), "demo_code", email]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.build"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip()
