"""The main job through the real pages in Chromium: compare, plan, request, approve, run.

Every page on the way is checked with axe-core in both themes, wide and narrow. Jobs run in this
process; the approver's browser has no JavaScript.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import connections
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from apps.access.models import User
from apps.core.actor import SYSTEM
from apps.core.scope import tenant_scope
from apps.history import services as history
from apps.jobs import selectors as jobs_selectors
from apps.jobs import services as jobs
from apps.tenants.models import Tenant
from config import embedded
from tests.factories import PASSWORD, code_now, make_msp, make_user
from tests.recovery.workshop import connect
from tests.support.sandboxes import Sandbox

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDE = {"width": 1440, "height": 900}
NARROW = {"width": 390, "height": 844}
LOOKS = (("light", WIDE), ("dark", NARROW))
AXE = Path(AXE_FILE_PATH).read_text()
RUN_AXE = AXE + "\n;axe.run(document, {resultTypes: ['violations']})"
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

pytestmark = pytest.mark.browser


@pytest.fixture
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        if os.environ.get("CI") == "true":
            pytest.fail("chromium is required in CI and is not installed")
        pytest.skip("chromium is not installed")
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        # Beside a running loop Django has connections of its own, which know nothing of the next
        # test's database.
        connections.close_all()


@dataclass
class House:
    """A connected customer of MSP North, the portal at `url`, Carol who asks, Dave who approves."""

    url: str
    sandbox: Sandbox
    tenant: Tenant
    carol: User
    dave: User
    problems: list[str] = field(default_factory=list)

    def work(self) -> None:
        """Do the jobs that wait."""
        with tenant_scope(self.tenant.pk):
            for job in jobs_selectors.unfinished_jobs(self.tenant):
                jobs.run_here(job)

    def open(self, browser: Browser, user: User, **options: bool) -> Page:
        """The dashboard in a browser of this person's own."""
        context: BrowserContext = browser.new_context(viewport=WIDE, **options)  # type: ignore[arg-type]
        context.set_default_timeout(20_000)
        page = context.new_page()
        page.on("console", lambda message: self._note(message.type, message.text))
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.goto(self.url + "/accounts/login/")
        page.fill("#id_login", user.email)
        page.fill("#id_password", PASSWORD)
        page.click("button:has-text('Sign in')")
        page.fill("#id_code", code_now())
        page.click("button:has-text('Sign in')")
        page.wait_for_selector("h1:has-text('Tenants')")
        return page

    def look(self, page: Page) -> None:
        """Note what axe-core finds, and a page that scrolls sideways."""
        for theme, size in LOOKS:
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
            page.set_viewport_size(size)  # type: ignore[arg-type]
            where = f"{page.title()} ({theme}, {size['width']})"
            if page.evaluate(SIDEWAYS) > 0:
                self.problems.append(f"{where} scrolls sideways")
            for found in page.evaluate(RUN_AXE)["violations"]:
                node = found["nodes"][0]["html"]
                self.problems.append(f"{where}: {found['id']} {node}")
        page.set_viewport_size(WIDE)  # type: ignore[arg-type]

    def _note(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.problems.append(f"console: {text}")


@pytest.fixture
def house(
    live_database: embedded.Urls,
    sandbox: Sandbox,
    settings: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[House]:
    settings.HOLDFAST_GRAPH_TIME_SCALE = 1000.0  # type: ignore[attr-defined]
    # Playwright's loop runs in this thread; the database is used beside it, never inside it.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    msp = make_msp()
    tenant = connect(sandbox, msp)
    server = LiveServerThread("127.0.0.1", StaticFilesHandler)
    server.start()
    server.is_ready.wait()
    yield House(
        url=f"http://127.0.0.1:{server.port}",
        sandbox=sandbox,
        tenant=tenant,
        carol=make_user("Carol", msp, "backup-administrator", "tenant-manager"),
        dave=make_user("Dave", msp, "recovery-approver", on=tenant),
    )
    server.terminate()
    server.join()


def lose_an_exclusion(house: House) -> None:
    """Somebody empties a policy's exclusions and renames a department."""
    entra = str(house.tenant.entra_id)
    policies = house.sandbox.graph("GET", "/identity/conditionalAccess/policies", tenant=entra)
    policy = next(
        one for one in policies.json()["value"] if one["conditions"]["users"]["excludeGroups"]
    )
    conditions = {name: value for name, value in policy["conditions"].items() if value}
    users = {name: value for name, value in conditions["users"].items() if value}
    body = {"conditions": {**conditions, "users": {**users, "excludeGroups": []}}}
    path = f"/identity/conditionalAccess/policies/{policy['id']}"
    answer = house.sandbox.graph("PATCH", path, body, tenant=entra)
    assert answer.ok, answer.text
    user = house.sandbox.graph("GET", "/users?$top=1&$select=id", tenant=entra).json()["value"][0]
    body = {"department": "<b>Nowhere</b>"}
    assert house.sandbox.graph("PATCH", f"/users/{user['id']}", body, tenant=entra).ok


def test_the_whole_way_through_the_pages(house: House, browser: Browser) -> None:
    history.capture(actor=SYSTEM, tenant=house.tenant, reason="test")
    lose_an_exclusion(house)
    carol = house.open(browser, house.carol)

    report = ask_for_a_report(house, carol)
    request = plan_and_request(house, carol)
    approve_without_javascript(house, browser, report, request)
    watch_the_run(house, carol)
    for path in ("/", "/requests/", "/runs/", "/tenants/add"):
        carol.goto(house.url + path)
        house.look(carol)
    base = re.sub("reports/.*", "", report)
    for path in ("snapshots/", "snapshots/1/", "coverage/", "connection/", "reports/?base=1"):
        carol.goto(base + path)
        house.look(carol)

    assert not house.problems, "\n".join(house.problems)


def ask_for_a_report(house: House, page: Page) -> str:
    """From the dashboard by the timeline to the report; its address."""
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.click(f"th a:has-text('{house.tenant.name}')")
    house.look(page)
    choose_on_the_timeline(page)
    page.click("button:has-text('Compare these two')")
    page.wait_for_selector("progress")
    house.look(page)
    house.work()
    page.wait_for_selector("table")
    assert page.inner_text("table").count("conditions.users.excludeGroups") == 1
    assert page.locator("table b").count() == 0
    house.look(page)
    page.click("tbody th a >> nth=0")
    page.wait_for_selector(".difference")
    house.look(page)
    page.go_back()
    return page.url


def choose_on_the_timeline(page: Page) -> None:
    """The two ends by keyboard; what they stand on is what the lists below say."""
    start, end = page.locator("[role=slider]").all()
    end.press("End")
    start.press("Home")
    assert page.input_value("#timeline-target") == "now"
    assert page.input_value("#timeline-base") == "1"
    assert (start.get_attribute("aria-valuetext") or "").endswith("No. 1")


def plan_and_request(house: House, page: Page) -> str:
    """Plan everything and put it forward; the request's address."""
    page.check("input[data-tick-all]")
    assert "chosen" in page.inner_text("[data-ticked-count]")
    page.click("button:has-text('Plan everything')")
    page.wait_for_selector("h1:has-text('Recovery plan')")
    page.click("details.step summary >> nth=0")
    house.look(page)
    page.fill("#reason", "An exclusion was lost.")
    page.click("button:has-text('Request this recovery')")
    page.wait_for_selector("text=You asked for this yourself")
    house.look(page)
    return page.url


def approve_without_javascript(house: House, browser: Browser, report: str, request: str) -> None:
    """The dashboard, the report and the request read as they are sent; the decision is a form."""
    page = house.open(browser, house.dave, java_script_enabled=False)
    assert page.locator(f"tbody th a:has-text('{house.tenant.name}')").count() == 1
    page.goto(report)
    assert page.inner_text("table").count("conditions.users.excludeGroups") == 1
    page.goto(request)
    assert page.locator("details.step").count() >= 2
    page.click("button:has-text('Approve exactly this plan')")
    page.wait_for_selector("h1:has-text('Recovery')")
    assert "/runs/" in page.url


def watch_the_run(house: House, page: Page) -> None:
    """The page follows the run by itself, and stops asking when it is over."""
    page.reload()
    page.click("a:has-text('Open the recovery')")
    page.wait_for_selector("#run-live[hx-trigger]")
    house.look(page)
    house.work()
    page.wait_for_selector("#run-live [role=status]:has-text('Complete')")
    page.wait_for_selector("#run-live:not([hx-trigger])")
    house.look(page)
    assert "Failures\n0" in page.inner_text(".figures")
