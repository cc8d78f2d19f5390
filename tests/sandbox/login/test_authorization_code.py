"""People signing in: the page, the code, the tokens, and every way to be refused."""

from __future__ import annotations

import jwt
import pytest

from tests.sandbox.login.signing_in import (
    CALLBACK,
    Browser,
    administrator,
    callback,
    make_browser,
    somebody,
)
from tests.sandbox.server.inside import HOST, Inside


@pytest.fixture
def browser(inside: Inside) -> Browser:
    return make_browser(inside)


def claims(token: str) -> dict[str, object]:
    return dict(jwt.decode(token, options={"verify_signature": False}))


def test_picking_a_user_gives_a_code_and_then_tokens(inside: Inside, browser: Browser) -> None:
    alice = somebody(inside, browser.tenant)

    told = callback(browser.sign_in({"user": alice["id"]}))
    tokens = browser.redeem(told["code"]).data

    assert told["state"] == "a-state"
    identity = claims(tokens["id_token"])
    assert identity["iss"] == f"https://{HOST}/{browser.tenant}/v2.0"
    assert (identity["tid"], identity["oid"]) == (browser.tenant, alice["id"])
    assert (identity["aud"], identity["nonce"]) == (browser.client_id, "a-nonce")
    assert identity["preferred_username"] == alice["user_principal_name"]
    assert identity["sub"] != alice["id"]
    assert tokens["scope"] == "https://graph.microsoft.com/User.Read offline_access openid profile"
    access = claims(tokens["access_token"])
    assert access["appidacr"] == "1"
    assert "User.Read" in str(access["scp"]).split()
    assert access["oid"] == alice["id"]


def test_a_password_does_as_well_as_a_pick(inside: Inside, browser: Browser) -> None:
    alice = somebody(inside, browser.tenant)

    code = browser.code({"username": alice["user_principal_name"], "password": alice["password"]})

    assert browser.redeem(code).status == 200


def test_the_page_names_the_application_and_offers_users(inside: Inside, browser: Browser) -> None:
    alice = somebody(inside, browser.tenant)

    answer = browser.open(login_hint=alice["user_principal_name"])

    assert answer.status == 200
    assert "Portal" in answer.text
    assert f'value="{alice["id"]}" checked' in answer.text
    assert "<script" not in answer.text


def test_someone_signed_in_need_not_sign_in_again(inside: Inside, browser: Browser) -> None:
    alice = somebody(inside, browser.tenant)
    browser.code({"user": alice["id"]})

    again = browser.open()

    assert again.status == 302
    assert "code" in callback(again)
    assert "code" in callback(browser.open(prompt="none"))
    assert browser.open(prompt="select_account").status == 200


def test_a_silent_sign_in_without_anyone_signed_in_asks_for_a_sign_in(browser: Browser) -> None:
    told = callback(browser.open(prompt="none"))

    assert told["error"] == "login_required"
    assert "AADSTS50058" in told["error_description"]


@pytest.mark.parametrize("tenant", ["organizations", "common"])
def test_the_tenant_may_follow_from_the_user(inside: Inside, browser: Browser, tenant: str) -> None:
    alice = somebody(inside, browser.tenant)
    home = browser.tenant
    browser.tenant = tenant

    code = browser.code({"username": alice["user_principal_name"], "password": alice["password"]})

    assert claims(browser.redeem(code).data["id_token"])["tid"] == home


def test_the_answer_comes_in_the_mode_that_was_asked_for(inside: Inside, browser: Browser) -> None:
    alice = {"user": somebody(inside, browser.tenant)["id"]}

    fragment = browser.sign_in(alice, response_mode="fragment")
    posted = browser.sign_in(alice, response_mode="form_post")

    assert fragment.location.startswith(f"{CALLBACK}#code=")
    assert posted.status == 200
    assert f'action="{CALLBACK}"' in posted.text
    assert 'name="state" value="a-state"' in posted.text


def test_a_wrong_password_shows_the_form_again(inside: Inside, browser: Browser) -> None:
    alice = somebody(inside, browser.tenant)

    answer = browser.sign_in({"username": alice["user_principal_name"], "password": "wrong"})

    assert answer.status == 400
    assert "AADSTS50126" in answer.text
    assert '<form method="post">' in answer.text


def test_a_disabled_user_is_refused(inside: Inside, browser: Browser) -> None:
    alice = somebody(inside, browser.tenant)
    inside.customers[0].change(alice["id"], {"accountEnabled": False})

    assert "AADSTS50057" in browser.sign_in({"user": alice["id"]}).text


def test_a_user_of_another_tenant_who_is_no_guest_is_refused(
    inside: Inside, browser: Browser
) -> None:
    stranger = somebody(inside, inside.customers[1].tenant_id)

    answer = browser.sign_in(
        {"username": stranger["user_principal_name"], "password": stranger["password"]}
    )

    assert "AADSTS50020" in answer.text


def test_a_guest_signs_in_with_the_password_of_home(inside: Inside, browser: Browser) -> None:
    stranger = somebody(inside, inside.customers[1].tenant_id)
    guest = inside.customers[0].add(
        "user",
        {
            "userType": "Guest",
            "mail": stranger["user_principal_name"],
            "userPrincipalName": "guest#EXT#@here.example",
            "accountEnabled": True,
            "displayName": "Guest",
        },
    )

    code = browser.code(
        {"username": stranger["user_principal_name"], "password": stranger["password"]}
    )

    assert claims(browser.redeem(code).data["id_token"])["oid"] == guest


def test_conditional_access_blocks_and_exclusions_open(inside: Inside, browser: Browser) -> None:
    alice = somebody(inside, browser.tenant)
    users = {"includeUsers": ["All"], "excludeUsers": [], "excludeGroups": []}
    policy = inside.customers[0].add(
        "conditionalAccessPolicy",
        {
            "displayName": "Block all",
            "state": "enabled",
            "conditions": {
                "users": users,
                "applications": {"includeApplications": ["All"]},
                "clientAppTypes": ["all"],
            },
            "grantControls": {"operator": "OR", "builtInControls": ["block"]},
        },
    )

    blocked = browser.sign_in({"user": alice["id"]})
    body = inside.customers[0].get(policy)
    assert body is not None
    conditions = {**body.body["conditions"], "users": {**users, "excludeUsers": [alice["id"]]}}
    inside.customers[0].change(policy, {"conditions": conditions})
    excluded = browser.sign_in({"user": alice["id"]})

    assert "AADSTS53003" in blocked.text
    assert excluded.status == 302


def test_a_redirect_uri_must_match_exactly(browser: Browser) -> None:
    answer = browser.open(redirect_uri=f"{CALLBACK}/")

    assert answer.status == 400
    assert "AADSTS50011" in answer.text
    assert "location" not in answer.headers


def test_an_unknown_application_is_shown_to_the_person(browser: Browser) -> None:
    browser.client_id = "00000000-0000-0000-0000-000000000009"

    assert "AADSTS700016" in browser.open().text


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "pigeon"}, "unsupported_response_type"),
        ({"response_type": "token", "response_mode": "query"}, "unsupported_response_type"),
        (
            {"response_type": "code id_token", "response_mode": "query"},
            "unsupported_response_type",
        ),
        ({"prompt": "perhaps"}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge_method": "S512"}, "invalid_request"),
        ({"scope": ""}, "invalid_request"),
        ({"scope": "https://other.example/Read"}, "invalid_scope"),
        ({"response_mode": "pigeon"}, "invalid_request"),
    ],
)
def test_a_wrong_request_goes_back_to_the_application(
    browser: Browser, changes: dict[str, str], error: str
) -> None:
    told = callback(browser.open(**changes))

    assert (told["error"], told["state"]) == (error, "a-state")


def test_a_person_may_decline(inside: Inside, browser: Browser) -> None:
    told = callback(browser.sign_in({"decision": "cancel"}))

    assert (told["error"], told["error_subcode"]) == ("access_denied", "cancel")
    assert "AADSTS65004" in told["error_description"]
    assert inside.customers[0].find("servicePrincipal", "appId", browser.client_id) is None


def test_consent_to_what_needs_an_administrator_is_refused(
    inside: Inside, browser: Browser
) -> None:
    alice = somebody(inside, browser.tenant)

    refused = browser.sign_in({"user": alice["id"]}, scope="openid Directory.Read.All")
    admin = administrator(inside, browser.tenant)
    allowed = browser.sign_in({"user": admin["id"]}, scope="openid Directory.Read.All")

    assert "AADSTS90094" in refused.text
    assert allowed.status == 302


def test_consent_leaves_a_grant_and_an_audit_record(inside: Inside, browser: Browser) -> None:
    directory, alice = inside.customers[0], somebody(inside, browser.tenant)
    browser.code({"user": alice["id"]})

    principal = directory.find("servicePrincipal", "appId", browser.client_id)

    assert principal is not None
    (grant,) = directory.find_all("oauth2PermissionGrant", "clientId", principal.id)
    assert grant.body["scope"] == "User.Read offline_access openid profile"
    assert (grant.body["consentType"], grant.body["principalId"]) == ("Principal", alice["id"])
    assert "Consent to application" in [each["activityDisplayName"] for each in directory.audit]


def test_a_code_is_good_once_and_for_ten_minutes(inside: Inside, browser: Browser) -> None:
    alice = {"user": somebody(inside, browser.tenant)["id"]}
    first, second = browser.code(alice), browser.code(alice)

    assert browser.redeem(first).status == 200
    assert browser.redeem(first).code == 54005
    inside.post("/_sandbox/clock", {"advance_seconds": 601})
    assert browser.redeem(second).code == 70008


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"code_verifier": "another"}, 501481),
        ({"code_verifier": ""}, 501481),
        ({"redirect_uri": "https://portal.example/other"}, 500112),
        ({"redirect_uri": ""}, 900144),
        ({"client_secret": "wrong"}, 7000215),
        ({"code": "nonsense"}, 70000),
    ],
)
def test_a_wrong_redemption_is_refused(
    inside: Inside, browser: Browser, changes: dict[str, str], code: int
) -> None:
    good = browser.code({"user": somebody(inside, browser.tenant)["id"]})

    assert browser.redeem(good, **changes).code == code
    assert browser.redeem(good).status == 200


def test_a_refresh_token_gives_new_tokens_until_it_expires(
    inside: Inside, browser: Browser
) -> None:
    code = browser.code({"user": somebody(inside, browser.tenant)["id"]})
    form = {
        "grant_type": "refresh_token",
        "refresh_token": browser.redeem(code).data["refresh_token"],
        "client_id": browser.client_id,
        "client_secret": browser.client_secret,
    }
    address = f"/{browser.tenant}/oauth2/v2.0/token"

    fresh = inside.submit(address, form)
    inside.post("/_sandbox/clock", {"advance_seconds": 91 * 86_400})
    stale = inside.submit(address, form)

    assert "User.Read" in str(claims(fresh.data["access_token"])["scp"])
    assert stale.code == 700082


def test_a_refresh_token_does_not_outlive_the_consent(inside: Inside, browser: Browser) -> None:
    code = browser.code({"user": somebody(inside, browser.tenant)["id"]})
    token = browser.redeem(code).data["refresh_token"]
    directory = inside.customers[0]
    principal = directory.find("servicePrincipal", "appId", browser.client_id)
    assert principal is not None
    (grant,) = directory.find_all("oauth2PermissionGrant", "clientId", principal.id)
    directory.purge(grant.id)

    answer = inside.submit(
        f"/{browser.tenant}/oauth2/v2.0/token",
        {
            "grant_type": "refresh_token",
            "refresh_token": token,
            "client_id": browser.client_id,
            "client_secret": browser.client_secret,
        },
    )

    assert (answer.code, answer.data["suberror"]) == (65001, "consent_required")
