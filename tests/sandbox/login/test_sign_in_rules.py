"""What a sign-in may not do: old sessions, foreign addresses, people without an assignment."""

from __future__ import annotations

from html import escape

import jwt
import pytest

from tests.sandbox.login.signing_in import (
    CALLBACK,
    VERIFIER,
    Browser,
    administrator,
    callback,
    make_browser,
    somebody,
)
from tests.sandbox.server.inside import Inside


@pytest.fixture
def browser(inside: Inside) -> Browser:
    return make_browser(inside)


def claims(token: str) -> dict[str, object]:
    return dict(jwt.decode(token, options={"verify_signature": False}))


def test_signing_out_forgets_the_person(inside: Inside, browser: Browser) -> None:
    browser.code({"user": somebody(inside, browser.tenant)["id"]})

    answer = inside.get(
        f"/{browser.tenant}/oauth2/v2.0/logout?post_logout_redirect_uri={CALLBACK}&state=s"
    )

    assert answer.location == f"{CALLBACK}?state=s"
    assert "Max-Age=0" in answer.headers["set-cookie"]


@pytest.mark.parametrize("hint", ["", "client_id=00000000-0000-0000-0000-000000000009&"])
def test_signing_out_leads_only_to_addresses_of_the_application(
    inside: Inside, browser: Browser, hint: str
) -> None:
    target = "https://evil.example/" if not hint else CALLBACK
    answer = inside.get(f"/common/oauth2/v2.0/logout?{hint}post_logout_redirect_uri={target}")

    assert (answer.status, "location" in answer.headers) == (200, False)


def test_the_port_of_localhost_does_not_matter(inside: Inside, browser: Browser) -> None:
    application = inside.customers[-1].find("application", "appId", browser.client_id)
    assert application is not None
    web = {"redirectUris": ["http://localhost/callback"]}
    inside.customers[-1].change(application.id, {"web": web})

    assert browser.open(redirect_uri="http://localhost:5000/callback").status == 200
    assert "AADSTS50011" in browser.open(redirect_uri="http://localhost:5000/other").text
    assert "AADSTS50011" in browser.open(redirect_uri="https://localhost/callback").text


def test_a_sign_in_that_is_too_old_is_repeated(inside: Inside, browser: Browser) -> None:
    alice = {"user": somebody(inside, browser.tenant)["id"]}
    browser.code(alice)
    inside.post("/_sandbox/clock", {"advance_seconds": 120})

    assert "code" in callback(browser.open(max_age="300"))
    assert browser.open(max_age="60").status == 200
    assert callback(browser.open(max_age="60", prompt="none"))["error"] == "login_required"


def test_revoked_sessions_end_cookies_and_refresh_tokens(inside: Inside, browser: Browser) -> None:
    alice = somebody(inside, browser.tenant)
    tokens = browser.redeem(browser.code({"user": alice["id"]})).data
    inside.post("/_sandbox/clock", {"advance_seconds": 60})

    inside.graph("POST", f"/users/{alice['id']}/revokeSignInSessions", tenant=browser.tenant)

    assert browser.open().status == 200
    refused = browser.redeem("", grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert (refused.code, refused.data["suberror"]) == (50173, "bad_token")


def test_an_application_may_let_in_only_those_assigned(inside: Inside, browser: Browser) -> None:
    directory, alice = inside.customers[0], somebody(inside, browser.tenant)
    browser.code({"user": alice["id"]})
    principal = directory.find("servicePrincipal", "appId", browser.client_id)
    assert principal is not None
    directory.change(principal.id, {"appRoleAssignmentRequired": True})

    refused = browser.open(prompt="none")
    directory.add(
        "appRoleAssignment",
        {
            "principalId": alice["id"],
            "resourceId": principal.id,
            "appRoleId": "00000000-0000-0000-0000-000000000000",
        },
    )
    allowed = browser.open(prompt="none")

    assert callback(refused)["error"] == "interaction_required"
    assert "AADSTS50105" in callback(refused)["error_description"]
    assert "code" in callback(allowed)


def test_users_of_a_tenant_that_lets_them_grant_nothing_need_an_administrator(
    inside: Inside, browser: Browser
) -> None:
    directory, alice = inside.customers[0], somebody(inside, browser.tenant)
    (policy,) = directory.of_type("authorizationPolicy")
    permissions = {**policy.body["defaultUserRolePermissions"]}
    permissions["permissionGrantPoliciesAssigned"] = []
    directory.change(policy.id, {"defaultUserRolePermissions": permissions})

    assert "AADSTS90094" in browser.sign_in({"user": alice["id"]}).text
    admin = administrator(inside, browser.tenant)
    assert browser.sign_in({"user": admin["id"]}).status == 302


def test_a_single_page_application_redeems_from_its_page_with_pkce(
    inside: Inside, browser: Browser
) -> None:
    alice = {"user": somebody(inside, browser.tenant)["id"]}
    application = inside.customers[-1].find("application", "appId", browser.client_id)
    assert application is not None
    inside.customers[-1].change(application.id, {"web": {}, "spa": {"redirectUris": [CALLBACK]}})
    here = {"origin": "https://portal.example"}

    def redeem(code: str, headers: dict[str, str], secret: str = "") -> int:
        form = {
            "grant_type": "authorization_code",
            "client_id": browser.client_id,
            "code": code,
            "redirect_uri": CALLBACK,
            "code_verifier": VERIFIER,
        } | ({"client_secret": secret} if secret else {})
        answer = inside.submit(f"/{browser.tenant}/oauth2/v2.0/token", form, **headers)
        return answer.code if answer.status != 200 else 200

    assert redeem(browser.code(alice), {}) == 9002327
    assert redeem(browser.code(alice, code_challenge=""), here) == 9002325
    assert redeem(browser.code(alice), here, secret="anything") == 700025
    assert redeem(browser.code(alice), here) == 200


def test_a_code_of_another_tenant_and_one_from_a_page_are_refused(
    inside: Inside, browser: Browser
) -> None:
    good = browser.code({"user": somebody(inside, browser.tenant)["id"]})
    home, browser.tenant = browser.tenant, inside.customers[1].tenant_id

    assert browser.redeem(good).code == 700005
    browser.tenant = home
    assert browser.redeem(good).status == 200


def test_the_consumers_endpoint_knows_no_application_of_work(browser: Browser) -> None:
    browser.tenant = "consumers"

    assert "not enabled for consumers" in browser.open().text


def test_a_domain_hint_shows_the_users_of_one_tenant(inside: Inside, browser: Browser) -> None:
    here, there = inside.customers[0], inside.customers[1]
    browser.tenant = "organizations"

    hinted = browser.open(domain_hint=here.domains[0]["id"]).text

    assert escape(here.display_name) in hinted
    assert escape(there.display_name) not in hinted
