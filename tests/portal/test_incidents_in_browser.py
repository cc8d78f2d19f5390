"""The three incidents of the demo, each walked in Chromium by everybody whom it concerns.

Carol looks after the customers and finds out what broke; Alice of the same MSP approves, and where
the customer demands it Dave, his administrator. Jobs are done by a worker beside this process.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, Page

from apps.access.branding.services import Look, set_branding
from apps.access.models import User
from apps.core import clock
from apps.core.actor import SYSTEM
from apps.core.scope import no_scope, tenant_scope
from apps.history import services as history
from apps.jobs import selectors as jobs_selectors
from apps.jobs import services as jobs
from apps.tenants.models import Tenant
from config import embedded
from tests.factories import PASSWORD, actor_of, code_now, make_msp, make_user
from tests.portal.test_browser import NARROW, SIDEWAYS, WIDE, browser
from tests.portal.world import signed_in
from tests.recovery.workshop import connect
from tests.support.approval_rules import demand
from tests.support.sandboxes import ROOT, Sandbox

__all__ = ["browser"]
pytestmark = pytest.mark.browser

LOCKED_OUT: Final = "ca-lockout"
CORRUPTED: Final = "hr-corruption"
TAKEN_OVER: Final = "quiet-takeover"
INCIDENTS: Final = (LOCKED_OUT, CORRUPTED, TAKEN_OVER)
PORTAL: Final = "Northern Lights Vault"
# A worker takes the safety snapshot, writes and reads back meanwhile.
LONGEST: Final = 90_000
# What the pages say of a run that did all it was asked to.
DONE: Final = "#run-live:not([hx-trigger]) [role=status]:has-text('Complete')"


@dataclass
class Night:
    """The portal at `url`; what broke at which customer; who is there to see to it."""

    url: str
    tenants: dict[str, Tenant]
    carol: User
    alice: User
    dave: User
    sessions: dict[str, str]
    problems: list[str] = field(default_factory=list)

    def open(self, browser: Browser, user: User, **options: Any) -> Page:
        """The dashboard, for somebody who signed in a while ago."""
        page = self.blank(browser, **options)
        cookie: Any = {"name": "sessionid", "value": self.sessions[user.name], "url": self.url}
        page.context.add_cookies([cookie])
        page.goto(self.url)
        return page

    def blank(self, browser: Browser, **options: Any) -> Page:
        """A browser of somebody who has not signed in."""
        context = browser.new_context(**{"viewport": WIDE, "reduced_motion": "reduce", **options})
        context.set_default_timeout(LONGEST)
        page = context.new_page()
        page.on("console", lambda message: self._note(message.type, message.text))
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        return page

    def _note(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.problems.append(f"console: {text}")


@pytest.fixture
def night(
    live_database: embedded.Urls,
    sandbox: Sandbox,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Night]:
    settings.HOLDFAST_GRAPH_TIME_SCALE = 1000.0
    monkeypatch.setenv("HOLDFAST_GRAPH_TIME_SCALE", "1000")
    # Playwright's loop runs in this thread: what needs the database is done before it starts.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    night = fall(sandbox)
    server = LiveServerThread("127.0.0.1", StaticFilesHandler)
    server.start()
    with subprocess.Popen(
        [sys.executable, "manage.py", "qcluster"],
        cwd=ROOT,
        env={**os.environ, "HOLDFAST_WORKERS": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as worker:
        server.is_ready.wait()
        night.url = f"http://127.0.0.1:{server.port}"
        yield night
        worker.send_signal(signal.SIGTERM)
    server.terminate()
    server.join()


def fall(sandbox: Sandbox) -> Night:
    """Three customers, each with a snapshot of how all was well, one with what happened since."""
    msp = make_msp()
    tenants = {name: connect(sandbox, msp, place) for place, name in enumerate(INCIDENTS)}
    alice = make_user("Alice", msp, "backup-administrator", "recovery-approver", "tenant-manager")
    carol = make_user("Carol", msp, "backup-administrator")
    dave = make_user("Dave", tenants[LOCKED_OUT], "recovery-approver", "tenant-manager")
    look = Look(portal_name=PORTAL, sign_in_name="north", colour="#0b6e4f")
    with no_scope("the scene is set"):
        set_branding(actor=actor_of(alice), msp=msp, look=look)
    demand(dave, tenants[LOCKED_OUT], "customer")
    for name, tenant in tenants.items():
        with tenant_scope(tenant.pk):
            history.capture(actor=SYSTEM, tenant=tenant, reason="schedule")
            sandbox.control("POST", f"/incidents/{name}", {"tenant": str(tenant.entra_id)})
    with tenant_scope(tenants[LOCKED_OUT].pk):
        history.capture(actor=SYSTEM, tenant=tenants[LOCKED_OUT], mode="delta", reason="schedule")
        # How risky it is stands on the dashboard by the time somebody looks.
        for job in jobs_selectors.unfinished_jobs(tenants[LOCKED_OUT]):
            jobs.run_here(job)
    sessions = {
        user.name: signed_in(user, confirmed=False).cookies["sessionid"].value
        for user in (alice, carol)
    }
    return Night("", tenants, carol, alice, dave, sessions)


def test_three_incidents_are_found_asked_about_approved_and_put_right(
    night: Night, browser: Browser
) -> None:
    carol, alice = night.open(browser, night.carol), night.open(browser, night.alice)

    everybody_is_locked_out(night, browser, carol)
    the_feed_slipped(night, carol, alice)
    somebody_digs_in(night, carol, alice)

    assert not night.problems, "\n".join(night.problems)


def everybody_is_locked_out(night: Night, browser: Browser, carol: Page) -> None:
    """High risk on the dashboard; the timeline shows where; the customer's own word is needed."""
    carol.click("nav >> a:has-text('High-risk changes since yesterday')")
    carol.click(f"th a:has-text('{night.tenants[LOCKED_OUT].name}')")
    carol.select_option("#timeline-base", "1")
    carol.select_option("#timeline-target", "2")
    carol.click("button:has-text('Compare these two')")
    said = carol.inner_text("table:has-text('What')")
    assert "conditions.users.excludeGroups" in said
    assert "Deleted" in said
    carol.click("summary:has-text('How')")
    carol.check("[name=policies_in_force]")
    carol.click("button:has-text('Plan everything')")
    request = ask(carol, "Nobody can sign in since the consultant tidied up.")

    dave = his_own_administrator(night, browser)
    dave.click("text=Approvals")
    dave.click(f"a[href='{path_of(request)}']")
    assert dave.locator("details.step").count() >= 4
    accept_the_risks(dave)
    dave.click("button:has-text('Approve exactly this plan')")
    dave.wait_for_selector(DONE)
    assert figure(dave, "Failures") == "0"

    what_was_done_is_told_to_the_customer(night, dave)
    carol.reload()
    carol.click("a:has-text('Open the recovery')")
    carol.wait_for_selector(DONE)
    carol.click("button:has-text('Compare again')")
    nothing_is_left(carol)


def his_own_administrator(night: Night, browser: Browser) -> Page:
    """Dave on a phone: he signs in at his MSP's address, and sees his own tenant alone."""
    page = night.blank(browser, viewport=NARROW)
    page.goto(f"{night.url}/sign-in/north/")
    assert page.inner_text("header.top .brand").strip() == PORTAL
    page.fill("#id_login", night.dave.email)
    page.fill("#id_password", PASSWORD)
    page.click("button:has-text('Sign in')")
    page.fill("#id_code", code_now())
    page.click("button:has-text('Sign in')")
    page.wait_for_selector("h1:has-text('Tenants')")
    assert page.inner_text("header.top .brand").strip() == PORTAL
    assert page.locator("tbody th").count() == 1
    assert page.evaluate(SIDEWAYS) <= 0
    for name in (CORRUPTED, TAKEN_OVER):
        answer = page.request.get(f"{night.url}/tenants/{night.tenants[name].pk}/")
        assert answer.status == 404
    return page


def what_was_done_is_told_to_the_customer(night: Night, page: Page) -> None:
    """On the recovery's page, in his trail, and as something to keep."""
    with page.expect_download() as kept:
        page.click("a[download]:has-text('PDF')")
    assert kept.value.suggested_filename.endswith(".pdf")
    page.goto(f"{night.url}/tenants/{night.tenants[LOCKED_OUT].pk}/")
    page.click("text=Audit trail")
    page.wait_for_selector("tbody:has-text('Carol')")
    page.click("text=Tenants")
    page.click("tbody th a")
    page.click("text=What the MSP can do")
    page.wait_for_selector("h1:has-text('What MSP North can do')")


def the_feed_slipped(night: Night, carol: Page, alice: Page) -> None:
    """Found by who did it, asked for with its undo, and taken back: the feed had been right."""
    tenant = night.tenants[CORRUPTED]
    compare_from_the_first(night, carol, tenant)
    carol.select_option("#f-actor", label=matching(carol, "#f-actor", "HR Provisioning Connector"))
    carol.wait_for_selector("a:has-text('Show all')")
    carol.check("[data-tick-all]")
    carol.wait_for_selector("[data-ticked-count]:has-text('chosen')")
    carol.click("button:has-text('Plan all')")
    carol.check("[name=with_undo]")
    request = ask(carol, "The feed slipped by one row.")
    approve(night, alice, request)
    put_back = int(figure(alice, "Objects"))
    assert put_back >= 3

    carol.reload()
    carol.click("a:has-text('Open the recovery')")
    carol.click("button:has-text('Plan the undo of this recovery')")
    carol.fill("#undo-reason", "The departments were meant to be merged.")
    carol.click("button:has-text('Take it back now')")
    prove(carol)
    carol.fill("#undo-reason", "The departments were meant to be merged.")
    carol.click("button:has-text('Take it back now')")
    carol.wait_for_selector(DONE)
    assert int(figure(carol, "Objects")) == put_back


def somebody_digs_in(night: Night, carol: Page, alice: Page) -> None:
    """Small changes, each like daily work: all that one person touched goes back, what he made
    goes."""
    compare_from_the_first(night, carol, night.tenants[TAKEN_OVER])
    carol.click("summary:has-text('How')")
    carol.click("a:has-text('More choices')")
    carol.check("[name=scope][value=touched]")
    carol.select_option("#actor", index=1)
    # The intruder's acts take minutes, and here they are as old as the first snapshot.
    carol.fill("#since", f"{clock.now() - timedelta(hours=1):%Y-%m-%dT%H:%M}")
    carol.check("[name=created] >> nth=1")
    carol.check("[name=policies_as] >> nth=1")
    carol.click("button:has-text('Make the plan')")
    request = ask(carol, "A stolen session.")
    approve(night, alice, request)
    alice.click("button:has-text('Compare again')")
    nothing_is_left(alice)


def compare_from_the_first(night: Night, page: Page, tenant: Tenant) -> None:
    """From the dashboard by the list of reports to how all was well, against now."""
    page.goto(night.url)
    page.click(f"th a:has-text('{tenant.name}')")
    page.click("button:has-text('Compare these two')")
    page.wait_for_selector("[data-ticking]")


def ask(page: Page, reason: str) -> str:
    """Put the plan forward; the request's address."""
    page.wait_for_selector("h1:has-text('Recovery plan')")
    page.fill("#reason", reason)
    page.click("button:has-text('Request this recovery')")
    page.wait_for_selector("text=You asked for this yourself")
    return page.url


def approve(night: Night, page: Page, request: str) -> None:
    """From the inbox to the end of the run, with a fresh proof in between."""
    page.goto(night.url)
    page.click("nav >> text=Approvals")
    page.click(f"a[href='{path_of(request)}']")
    for _ in range(2):
        accept_the_risks(page)
        page.click("button:has-text('Approve exactly this plan')")
        page.wait_for_selector("h1:has-text('Confirm that it is you'), #run-live")
        if page.query_selector("#run-live"):
            break
        prove(page)
    page.wait_for_selector(DONE)
    assert figure(page, "Failures") == "0"


def prove(page: Page) -> None:
    page.fill("#id_password", PASSWORD)
    page.fill("#id_code", code_now())
    page.click("button:has-text('Confirm')")
    page.wait_for_selector("text=Nothing was done yet", state="detached")


def accept_the_risks(page: Page) -> None:
    for box in page.locator("[name=confirm]:visible").all():
        box.check()


def figure(page: Page, name: str) -> str:
    return page.inner_text(f".figure-card:has(dt:text-is('{name}')) dd").strip()


def matching(page: Page, field: str, words: str) -> str:
    """The whole text of the option that has these words."""
    return page.inner_text(f"{field} option:has-text('{words}')")


def nothing_is_left(page: Page) -> None:
    page.wait_for_selector("h1:has-text('What changed')")
    page.wait_for_selector(".empty, table")
    assert page.locator("td:has-text('can be recovered')").count() == 0


def path_of(address: str) -> str:
    return "/" + address.split("/", 3)[3]
