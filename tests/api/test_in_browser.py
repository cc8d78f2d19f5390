"""Tokens and the API's description in Chromium, under the policy that pages really have."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.api.calls import Program
from tests.portal.test_browser import House, browser, house

__all__ = ["browser", "house"]

pytestmark = pytest.mark.browser


def test_a_token_is_made_shown_once_used_and_revoked(house: House, browser: Browser) -> None:
    page = house.open(browser, house.carol)
    page.goto(house.url + "/account/tokens/new")
    house.look(page)
    page.fill("#name", "nightly report")
    page.click("button:has-text('Make the token')")
    secret = page.input_value("#secret")
    house.look(page)
    page.click("a:has-text('I have copied it')")
    house.look(page)
    used = Program(secret).get("/api/v1/me")
    page.goto(house.url + f"/tenants/{house.tenant.pk}/tokens/")
    house.look(page)
    reaching = page.inner_text("tbody")
    page.goto(house.url + "/account/tokens/")
    shown = page.content()
    page.click("button:has-text('Revoke')")

    assert used.json()["token"]["name"] == "nightly report"
    assert "nightly report" in reaching
    assert "192.0.2.10" in shown
    assert secret not in shown
    assert secret not in reaching
    assert Program(secret).get("/api/v1/me").status_code == 401
    assert house.problems == []


def test_the_description_can_be_read(house: House, browser: Browser) -> None:
    page = house.open(browser, house.carol)
    page.goto(house.url + "/api/docs")
    page.wait_for_selector(".opblock")
    page.click(".opblock-summary >> nth=0")
    page.wait_for_selector(".opblock-body")

    assert page.locator(".opblock").count() > 20
    assert page.locator("button:has-text('Try it out')").count() == 0
    # Swagger UI looks for a component of each format, says so, and takes the type's.
    assert [one for one in house.problems if "component: JsonSchema_" not in one] == []
