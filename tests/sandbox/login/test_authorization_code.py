"""People signing in: the page, the code, the tokens, and every way to be refused."""

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
    access = claims(tokens["access_token"])
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
