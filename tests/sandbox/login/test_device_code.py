"""A code entered on another device, and the user information endpoint."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.login.signing_in import Browser, make_browser, somebody
from tests.sandbox.server.inside import Answered, Inside

GRANT = "urn:ietf:params:oauth:grant-type:device_code"


@pytest.fixture
def browser(inside: Inside) -> Browser:
    browser = make_browser(inside)
    home = inside.customers[-1]
    application = home.find("application", "appId", browser.client_id)
    assert application is not None
    home.change(application.id, {"isFallbackPublicClient": True})
    return browser


def begin(browser: Browser, scope: str = "openid profile email User.Read") -> Any:
    address = f"/{browser.tenant}/oauth2/v2.0/devicecode"
    answer = browser.inside.submit(address, {"client_id": browser.client_id, "scope": scope})
    assert answer.status == 200, answer.text
    return answer.data


def poll(browser: Browser, device_code: str) -> Answered:
    form = {"grant_type": GRANT, "client_id": browser.client_id, "device_code": device_code}
    return browser.inside.submit(f"/{browser.tenant}/oauth2/v2.0/token", form)


def enter(browser: Browser, user_code: str, decision: str = "accept") -> Answered:
    alice = somebody(browser.inside, browser.tenant)
    fields = {"user_code": user_code.lower(), "user": alice["id"], "decision": decision}
    return browser.inside.submit("/common/oauth2/deviceauth", fields)


def test_the_device_waits_until_the_person_has_entered_the_code(browser: Browser) -> None:
    begun = begin(browser)
    assert begun["user_code"] in begun["message"]
    assert poll(browser, begun["device_code"]).data["error"] == "authorization_pending"

    assert "signed in" in enter(browser, begun["user_code"]).text

    tokens = poll(browser, begun["device_code"])
    assert tokens.status == 200
    assert poll(browser, begun["device_code"]).code == 70000
    shown = browser.inside.get(
        "/oidc/userinfo", authorization=f"Bearer {tokens.data['access_token']}"
    )
    assert shown.data["email"]
    assert shown.data["name"]


def test_a_person_may_decline_on_the_other_device(browser: Browser) -> None:
    begun = begin(browser)
    enter(browser, begun["user_code"], decision="cancel")

    assert poll(browser, begun["device_code"]).code == 65004


def test_codes_expire_and_wrong_ones_are_refused(browser: Browser) -> None:
    begun = begin(browser)
    assert "AADSTS70018" in enter(browser, "WRONGCODE").text
    browser.inside.post("/_sandbox/clock", {"advance_seconds": 901})

    assert "AADSTS70019" in enter(browser, begun["user_code"]).text
    answer = poll(browser, begun["device_code"])
    assert (answer.code, answer.data["error"]) == (70020, "expired_token")


def test_user_information_needs_a_token_of_a_person(inside: Inside) -> None:
    token = inside.token(inside.customers[0].tenant_id).data["access_token"]

    assert inside.get("/oidc/userinfo").status == 401
    assert inside.get("/oidc/userinfo", authorization=f"Bearer {token}").status == 401
    assert inside.get("/oidc/userinfo", authorization="Bearer nonsense").status == 401
