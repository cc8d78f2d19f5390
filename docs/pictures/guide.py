"""The pictures of the user's guide: Carol compares, plans and asks, Alice approves."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Page

from docs.pictures.camera import LARGEST, Camera

IMAGES = Path(__file__).parent.parent / "images"
CUSTOMER = "Alder"
# The snapshot to go back to.
BASE = 5


def play(camera: Camera) -> None:
    """Leaves a difference report, an approved request and a finished recovery behind."""
    IMAGES.mkdir(exist_ok=True)
    carol = camera.sign_in("carol@msp-north.example")
    _wait_until_rated(carol)
    take(carol, "dashboard")
    carol.click(f"a:has-text('{CUSTOMER}') >> nth=0")
    carol.wait_for_selector("h1:has-text('Alder')")
    take(carol, "tenant")
    carol.goto(f"{carol.url}reports/?base={BASE}")
    carol.click("button:has-text('Compare')")
    carol.wait_for_selector("table", timeout=120_000)
    take(carol, "report")
    report = carol.url
    carol.click("tbody th a >> nth=0")
    carol.wait_for_selector(".page-head")
    take(carol, "change")
    carol.goto(report)
    carol.click("button:has-text('Plan everything')")
    carol.click("details.step summary >> nth=0")
    take(carol, "plan")
    carol.fill("#reason", "Everybody is locked out since Monday's policy change.")
    carol.click("button:has-text('Request this recovery')")
    carol.wait_for_selector("text=You asked for this yourself")
    _approve(camera, carol.url)
    phone = camera.sign_in("carol@msp-north.example", width=390, height=844, dark=True)
    phone.goto(report)
    take(phone, "phone")


def _wait_until_rated(page: Page) -> None:
    """A new demo looks at its newest snapshots first; then the changes stand on the dashboard."""
    while page.query_selector(".state.is-busy") or not page.query_selector(".spark"):
        page.wait_for_timeout(2_000)
        page.reload()


def _approve(camera: Camera, request: str) -> None:
    alice = camera.sign_in("alice@msp-north.example")
    alice.goto(request)
    take(alice, "request")
    for box in alice.query_selector_all("form input[name=confirm]:visible"):
        box.check()
    alice.click("button:has-text('Approve exactly this plan')")
    alice.wait_for_selector("#run-live:not([hx-trigger])", timeout=180_000)
    take(alice, "run")


def take(page: Page, name: str) -> None:
    """Raises ValueError for a picture that is too large to keep in the repository."""
    path = IMAGES / f"{name}.png"
    page.screenshot(path=path)
    if path.stat().st_size > LARGEST:
        raise ValueError(f"{path} is larger than {LARGEST} bytes")
    sys.stdout.write(f"{path}\n")
