"""Passkeys, codes and one's account in Chromium, with an authenticator that the browser plays.

Every page on the way is checked with axe-core in both themes, wide and narrow.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, Page

from apps.access.models import User
from config import embedded
from tests.factories import PASSWORD, code_now, make_msp, make_tenant, make_user
from tests.portal import test_browser
from tests.portal.test_browser import LOOKS, RUN_AXE, SIDEWAYS, WIDE

pytestmark = pytest.mark.browser
browser = test_browser.browser


@dataclass
class Portal:
    """The portal at `url`, with Alice of MSP North and her customer Contoso."""

    url: str
    alice: User
    tenant_path: str
    msp_path: str
    problems: list[str] = field(default_factory=list)

    def page(self, browser: Browser) -> Page:
        """A browser that can make passkeys, as on somebody's laptop."""
        page = browser.new_context(viewport=WIDE).new_page()  # type: ignore[arg-type]
        page.set_default_timeout(20_000)
        page.on("console", lambda message: self._note(message.type, message.text))
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        session = page.context.new_cdp_session(page)
        session.send("WebAuthn.enable")
        session.send(
            "WebAuthn.addVirtualAuthenticator",
            {
                "options": {
                    "protocol": "ctap2",
                    "transport": "internal",
                    "hasResidentKey": True,
                    "hasUserVerification": True,
                    "isUserVerified": True,
                    "automaticPresenceSimulation": True,
                }
            },
        )
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
                self.problems.append(f"{where}: {found['id']} {found['nodes'][0]['html']}")
        page.set_viewport_size(WIDE)  # type: ignore[arg-type]

    def enter_password(self, page: Page) -> None:
        page.goto(self.url + "/accounts/login/")
        page.fill("#id_login", self.alice.email)
        page.fill("#id_password", PASSWORD)
        page.click("button:has-text('Sign in')")

    def _note(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.problems.append(f"console: {text}")


@pytest.fixture
def portal(
    live_database: embedded.Urls, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Portal]:
    # Playwright's loop runs in this thread; the database is used beside it, never inside it.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    msp = make_msp()
    tenant = make_tenant(msp)
    alice = make_user("Alice", msp, "backup-administrator", "recovery-approver", "tenant-manager")
    make_user("Bob", msp, "backup-reader")
    make_user("Dave", tenant, "backup-reader")
    server = LiveServerThread("localhost", StaticFilesHandler)
    server.start()
    server.is_ready.wait()
    settings.HOLDFAST_BASE_URL = f"http://localhost:{server.port}"
    yield Portal(
        settings.HOLDFAST_BASE_URL,
        alice,
        f"/tenants/{tenant.pk}/sign-in/",
        f"/msp/{msp.pk}/sign-in/",
    )
    server.terminate()
    server.join()


def test_a_passkey_is_made_and_signs_in_alone(portal: Portal, browser: Browser) -> None:
    Authenticator.objects.filter(user=portal.alice).delete()
    page = portal.page(browser)
    page.goto(portal.url + "/accounts/login/")
    portal.look(page)
    portal.enter_password(page)
    page.wait_for_selector("text=Set up a second factor first")
    portal.look(page)

    page.click("a:has-text('Add a passkey')")
    page.wait_for_selector("button:has-text('Add this device')")
    portal.look(page)
    page.fill("#id_name", "Alice's laptop")
    page.click("button:has-text('Add this device')")
    page.wait_for_selector("ul.codes li >> nth=9")
    portal.look(page)
    page.click("a:has-text('I have kept them')")
    page.wait_for_selector("text=Alice's laptop")
    portal.look(page)
    rename_and_confirm(portal, page)

    page.click("details.who summary")
    page.click("button:has-text('Sign out')")
    page.goto(portal.url + "/accounts/login/?next=/requests/")
    page.click("button:has-text('Sign in with a passkey')")
    page.wait_for_selector("h1:has-text('Approvals')")
    assert page.url == portal.url + "/requests/"

    second_factor_by_passkey(portal, page)
    assert not portal.problems, "\n".join(portal.problems)


def rename_and_confirm(portal: Portal, page: Page) -> None:
    """The passkey gets a name, after a proof by passkey."""
    page.goto(portal.url + "/account/confirm/?next=/account/factors/")
    portal.look(page)
    page.click("button:has-text('Use a passkey')")
    page.wait_for_selector("h2:has-text('Passkeys')")
    page.click("a:has-text('Rename')")
    page.fill("#id_name", "Work laptop")
    portal.look(page)
    page.click("button:has-text('Save')")
    page.wait_for_selector("text=Work laptop")
    page.click("a:has-text('Remove')")
    portal.look(page)
    page.click("button:has-text('Remove')")
    page.wait_for_selector("text=only second factor")


def second_factor_by_passkey(portal: Portal, page: Page) -> None:
    page.click("details.who summary")
    page.click("button:has-text('Sign out')")
    portal.enter_password(page)
    page.wait_for_selector("h1:has-text('Second factor')")
    portal.look(page)
    page.click("button:has-text('Use a passkey')")
    page.wait_for_selector("h1:has-text('Tenants')")


def test_an_authenticator_app_is_set_up_and_asked_for(
    portal: Portal,
    browser: Browser,
) -> None:
    Authenticator.objects.filter(user=portal.alice).delete()
    page = portal.page(browser)
    portal.enter_password(page)
    page.click("a:has-text('Set up an authenticator app')")
    page.wait_for_selector("img.qr")
    portal.look(page)
    secret = page.input_value("#secret")
    page.fill("#id_code", format_hotp_value(hotp_value(secret, int(time.time()) // 30)))
    page.click("button:has-text('Turn it on')")
    page.wait_for_selector("ul.codes li >> nth=9")
    code = page.inner_text("ul.codes li >> nth=0")

    page.click("details.who summary")
    page.click("button:has-text('Sign out')")
    portal.enter_password(page)
    page.fill("#id_code", code)
    page.click("button:has-text('Sign in')")
    page.wait_for_selector("h1:has-text('Tenants')")
    assert not portal.problems, "\n".join(portal.problems)


def test_the_other_pages_are_sound(portal: Portal, browser: Browser) -> None:
    page = portal.page(browser)
    for path in ("/accounts/password/forgot/", "/accounts/password/forgot/sent/"):
        page.goto(portal.url + path)
        portal.look(page)
    portal.enter_password(page)
    page.fill("#id_code", code_now())
    page.click("button:has-text('Sign in')")
    page.wait_for_selector("h1:has-text('Tenants')")
    for path in (
        "/account/",
        "/account/sessions/",
        "/account/password/",
        "/account/factors/codes/new/",
        "/accounts/logout/",
        portal.msp_path,
        portal.tenant_path,
    ):
        page.goto(portal.url + path)
        portal.look(page)
    page.fill("#emergency-reason", "Entra locks everybody out.")
    page.click("button:has-text('Begin the emergency mode')")
    page.wait_for_selector("h2:has-text('Emergency mode since')")
    portal.look(page)
    page.fill("#link-reason", "Lost the phone.")
    page.click("button:has-text('Make the link')")
    link = page.input_value("#link")
    portal.look(page)
    stranger = portal.page(browser)
    stranger.goto(link)
    stranger.wait_for_selector("h1:has-text('Set up sign-in anew')")
    portal.look(stranger)
    assert not portal.problems, "\n".join(portal.problems)
