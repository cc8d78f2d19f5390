"""An MSP's branding and what it can do, in Chromium: with axe-core, both themes, wide and narrow.

The colours are such as are hard to read on.
"""

from __future__ import annotations

import io

import pytest
from PIL import Image
from playwright.sync_api import Browser

from apps.access.branding.services import Look, set_branding, set_logo
from apps.tenants.choices import Purpose
from tests.factories import Cast, actor_of
from tests.portal.test_browser import NARROW, browser
from tests.portal.test_people_in_browser import House, house
from tests.portal.test_powers import READER, WRITER, consent

__all__ = ["browser", "house"]
pytestmark = pytest.mark.browser
# Next to no contrast with white, with black, and with either.
COLOURS = ("#fff3b0", "#101418", "#7a7a7a")


@pytest.fixture
def branded(house: House) -> House:
    """North has all that can be chosen, and Contoso consented to both applications."""
    show(house.cast, COLOURS[0])
    consent(house.cast.contoso, Purpose.BACKUP, READER, "User.Read.All", "Directory.Read.All")
    consent(house.cast.contoso, Purpose.RECOVERY, WRITER, "Group.ReadWrite.All", "Mail.Read")
    white = Image.new("RGBA", (600, 160), (0, 0, 0, 0))
    white.paste((255, 255, 255, 255), (20, 60, 580, 100))
    out = io.BytesIO()
    white.save(out, "PNG")
    set_logo(actor=actor_of(house.cast.alice), msp=house.cast.north, file=out.getvalue())
    return house


def show(cast: Cast, colour: str) -> None:
    look = Look(
        portal_name="Northern Lights Directory Vault",
        sign_in_name="north",
        colour=colour,
        support_email="help@north.example",
        support_phone="+41 44 123 45 67",
        support_url="https://help.north.example/",
    )
    set_branding(actor=actor_of(cast.alice), msp=cast.north, look=look)


def test_pages_can_be_read_whatever_colour_an_msp_chose(branded: House, browser: Browser) -> None:
    cast = branded.cast
    alice, erin = branded.open(browser, "alice"), branded.open(browser, "erin")
    settings = f"/msp/{cast.north.pk}/branding/"
    branded.look(alice, settings)
    branded.look(erin, f"/tenants/{cast.contoso.pk}/msp/")
    for colour in COLOURS:
        show(cast, colour)
        branded.look(alice, f"/tenants/{cast.contoso.pk}/")
    branded.look(branded.open(browser, "a stranger"), "/sign-in/north/")
    assert branded.problems == []


def test_a_customer_reads_it_all_on_a_phone_without_javascript(
    branded: House, browser: Browser
) -> None:
    erin = branded.open(browser, "erin", java_script_enabled=False, viewport=NARROW)
    erin.goto(f"{branded.url}/tenants/{branded.cast.contoso.pk}/")
    erin.click("text=What the MSP can do")
    erin.wait_for_selector("h1:has-text('What MSP North can do')")
    erin.click("summary:has-text('2 Graph permissions') >> nth=0")
    assert erin.is_visible("dd:has-text('reads: User')")
    erin.click("nav >> text=Taking it back")
    assert erin.url.endswith("#back")


def test_a_manager_tries_a_colour_without_javascript(branded: House, browser: Browser) -> None:
    alice = branded.open(browser, "alice", java_script_enabled=False)
    alice.goto(f"{branded.url}/msp/{branded.cast.north.pk}/branding/")
    alice.fill("#colour", "#0b6e4f")
    alice.click("text=See how it looks")
    alice.wait_for_selector("text=Nothing is saved yet")
    bar = alice.locator("header.top")
    assert bar.evaluate("bar => getComputedStyle(bar).backgroundColor") == "rgb(11, 110, 79)"
    alice.click("button:has-text('Save')")
    alice.wait_for_selector("text=Your pages and mails look like this from now on")
    assert bar.evaluate("bar => getComputedStyle(bar).backgroundColor") == "rgb(11, 110, 79)"
