"""What id tokens say of people, and the keys that vouch for it."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jwt
import orjson
import pytest

from apps.sandbox.login.keys import base64url
from tests.sandbox.login.signing_in import (
    Browser,
    administrator,
    make_browser,
    somebody,
)
from tests.sandbox.server.inside import HOST, Inside

GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
EVERYBODY = "b79fbf4d-3ef9-4689-8143-76b194e85509"
CONSUMERS = "9188040d-6c67-4c5b-b112-36a304b66dad"
A_MINUTE = 60


@pytest.fixture
def browser(inside: Inside) -> Browser:
    return make_browser(inside)


def claims(token: str) -> dict[str, Any]:
    return dict(jwt.decode(token, options={"verify_signature": False}))


def identity(browser: Browser, user: dict[str, Any], **changes: str) -> dict[str, Any]:
    code = browser.code({"user": user["id"]}, **changes)
    return claims(browser.redeem(code).data["id_token"])


def wants(inside: Inside, browser: Browser, **properties: Any) -> None:
    """Change the application's registration."""
    home = inside.customers[-1]
    application = home.find("application", "appId", browser.client_id)
    assert application is not None
    home.change(application.id, properties)


def test_a_plain_token_has_the_documented_claims_and_no_others(
    inside: Inside, browser: Browser
) -> None:
    found = identity(browser, somebody(inside, browser.tenant))

    assert set(found) == {
        "aud",
        "exp",
        "iat",
        "iss",
        "name",
        "nbf",
        "nonce",
        "oid",
        "preferred_username",
        "rh",
        "sub",
        "tid",
        "uti",
        "ver",
    }
    assert (found["ver"], found["iat"]) == ("2.0", found["nbf"])
    assert found["exp"] == found["iat"] + 3599


def test_name_and_object_id_need_the_profile_scope(inside: Inside, browser: Browser) -> None:
    found = identity(browser, somebody(inside, browser.tenant), scope="openid")

    assert {"name", "oid", "preferred_username"}.isdisjoint(found)
    assert found["sub"]


def test_the_same_person_has_another_subject_in_another_application(
    inside: Inside, browser: Browser
) -> None:
    alice, other = somebody(inside, browser.tenant), make_browser(inside)

    assert identity(browser, alice)["sub"] == identity(browser, alice)["sub"]
    assert identity(browser, alice)["sub"] != identity(other, alice)["sub"]


@pytest.mark.parametrize("membership", ["SecurityGroup", "DirectoryRole", "All"])
def test_directory_roles_are_told_where_the_application_asks(
    inside: Inside, browser: Browser, membership: str
) -> None:
    admin, alice = administrator(inside, browser.tenant), somebody(inside, browser.tenant)
    wants(inside, browser, groupMembershipClaims=membership)

    assert GLOBAL_ADMINISTRATOR in identity(browser, admin)["wids"]
    assert identity(browser, alice)["wids"] == [EVERYBODY]


def test_a_role_held_through_a_group_counts(inside: Inside, browser: Browser) -> None:
    directory, alice = inside.customers[0], somebody(inside, browser.tenant)
    wants(inside, browser, groupMembershipClaims="DirectoryRole")
    group = directory.add("group", {"displayName": "G", "isAssignableToRole": True})
    directory.link("group.members", group, alice["id"])
    assignment = {"principalId": group, "roleDefinitionId": GLOBAL_ADMINISTRATOR}
    directory.add("unifiedRoleAssignment", {**assignment, "directoryScopeId": "/"})

    assert GLOBAL_ADMINISTRATOR in identity(browser, alice)["wids"]


def test_groups_are_told_and_above_200_only_where_to_find_them(
    inside: Inside, browser: Browser
) -> None:
    directory, alice = inside.customers[0], somebody(inside, browser.tenant)
    wants(inside, browser, groupMembershipClaims="SecurityGroup")
    group = directory.add("group", {"displayName": "G", "securityEnabled": True})
    mail = directory.add("group", {"displayName": "M", "securityEnabled": False})
    outer = directory.add("group", {"displayName": "O", "securityEnabled": True})
    for source, target in ((group, alice["id"]), (mail, alice["id"]), (outer, group)):
        directory.link("group.members", source, target)

    few = identity(browser, alice)
    for number in range(200):
        more = directory.add("group", {"displayName": str(number), "securityEnabled": True})
        directory.link("group.members", more, alice["id"])
    many = identity(browser, alice)

    assert {group, outer} <= set(few["groups"])
    assert mail not in few["groups"]
    assert "groups" not in many
    assert many["_claim_names"] == {"groups": "src1"}
    assert alice["id"] in many["_claim_sources"]["src1"]["endpoint"]


def test_roles_of_the_application_itself_are_told(inside: Inside, browser: Browser) -> None:
    directory, alice = inside.customers[0], somebody(inside, browser.tenant)
    role = {"id": "5b1f4c1a-0000-4000-8000-000000000001", "value": "Auditor", "isEnabled": True}
    wants(inside, browser, appRoles=[role])
    identity(browser, alice)
    principal = directory.find("servicePrincipal", "appId", browser.client_id)
    assert principal is not None
    assignment = {"principalId": alice["id"], "resourceId": principal.id, "appRoleId": role["id"]}
    directory.add("appRoleAssignment", assignment)

    assert identity(browser, alice)["roles"] == ["Auditor"]


def test_optional_claims_come_when_the_application_asks(inside: Inside, browser: Browser) -> None:
    alice = somebody(inside, browser.tenant)
    names = ("auth_time", "login_hint", "sid", "upn", "family_name")
    wants(inside, browser, optionalClaims={"idToken": [{"name": name} for name in names]})

    found = identity(browser, alice)

    assert found["iat"] - A_MINUTE < found["auth_time"] <= found["iat"]
    assert found["upn"] == alice["user_principal_name"]
    assert (
        f'value="{alice["id"]}" checked'
        in browser.open(login_hint=found["login_hint"], prompt="login").text
    )


def test_claims_may_be_asked_for_in_the_request(inside: Inside, browser: Browser) -> None:
    alice = somebody(inside, browser.tenant)
    wanted = {"id_token": {"auth_time": {"essential": True}, "amr": None, "acrs": {"value": "c1"}}}

    found = identity(browser, alice, claims=orjson.dumps(wanted).decode())

    assert found["iat"] - A_MINUTE < found["auth_time"] <= found["iat"]
    assert found["acrs"] == ["c1"]
    assert found["amr"][0] == "pwd"
    assert "auth_time" not in identity(browser, alice, claims="no JSON at all")
    assert "auth_time" in identity(browser, alice, max_age="0")
    assert identity(browser, alice, scope="openid profile email")["email"]


def test_a_second_factor_shows_in_the_methods(inside: Inside, browser: Browser) -> None:
    directory, alice = inside.customers[0], somebody(inside, browser.tenant)
    for policy in list(directory.of_type("conditionalAccessPolicy")):
        directory.change(policy.id, {"state": "disabled"})
    asked = orjson.dumps({"id_token": {"amr": None}}).decode()

    directory.change(alice["id"], {"perUserMfaState": None})
    plain = identity(browser, alice, claims=asked)
    directory.change(alice["id"], {"perUserMfaState": "enforced"})
    factored = identity(browser, alice, claims=asked)

    assert (plain["amr"], factored["amr"]) == (["pwd"], ["pwd", "mfa"])


@pytest.mark.parametrize("kind", ["code id_token", "id_token"])
def test_a_token_may_come_straight_from_the_page(
    inside: Inside, browser: Browser, kind: str
) -> None:
    alice = {"user": somebody(inside, browser.tenant)["id"]}
    wants(
        inside,
        browser,
        web={
            "redirectUris": ["https://portal.example/callback"],
            "implicitGrantSettings": {"enableIdTokenIssuance": True},
        },
    )

    answer = browser.sign_in(alice, response_type=kind)
    told = dict(parse_qsl(urlsplit(answer.location).fragment))
    found = claims(told["id_token"])

    assert found["nonce"] == "a-nonce"
    if "code" in told:
        half = hashlib.sha256(told["code"].encode()).digest()[:16]
        assert found["c_hash"] == base64url(half)
    without = browser.sign_in(alice, response_type=kind, nonce="")
    assert "error=invalid_request" in without.location


def test_a_guest_is_known_to_come_from_elsewhere(inside: Inside, browser: Browser) -> None:
    here, there = inside.customers[0], inside.customers[1]
    stranger = somebody(inside, there.tenant_id)
    name = stranger["user_principal_name"]
    here.add("user", {"userType": "Guest", "mail": name, "userPrincipalName": "g#EXT#@h.example"})

    code = browser.code({"username": name, "password": stranger["password"]})
    tokens = browser.redeem(code).data
    found = claims(tokens["id_token"])

    assert found["idp"] == f"https://sts.windows.net/{there.tenant_id}/"
    assert (found["tid"], found["email"]) == (here.tenant_id, name)
    info = orjson.loads(jwt.utils.base64url_decode(tokens["client_info"]))
    assert info == {"uid": stranger["id"], "utid": there.tenant_id}


def test_keys_name_the_issuer_that_they_are_for(inside: Inside) -> None:
    tenant = inside.customers[0].tenant_id
    shared = inside.get("/organizations/discovery/v2.0/keys").data["keys"]
    own = inside.get(f"/{tenant}/discovery/v2.0/keys").data["keys"]
    personal = inside.get("/consumers/discovery/v2.0/keys").data["keys"]

    assert [key["issuer"] for key in shared] == [
        f"https://{HOST}/{{tenantid}}/v2.0",
        f"https://{HOST}/{CONSUMERS}/v2.0",
    ]
    assert [key["issuer"] for key in own] == [f"https://{HOST}/{tenant}/v2.0"]
    assert own[0]["kid"] == shared[0]["kid"]
    assert [key["kid"] for key in personal] == [shared[1]["kid"]]


def test_tokens_and_sessions_outlive_a_rotation_of_keys(inside: Inside, browser: Browser) -> None:
    alice = somebody(inside, browser.tenant)
    token = inside.token(browser.tenant).data["access_token"]
    code = browser.code({"user": alice["id"]})

    rotated = inside.post("/_sandbox/keys/rotate", {}).data["keys"]

    fresh = browser.redeem(code).data["id_token"]
    assert jwt.get_unverified_header(fresh)["kid"] == rotated[0]
    published = inside.get("/organizations/discovery/v2.0/keys").data["keys"]
    assert [key["kid"] for key in published][:2] == rotated
    answer = inside.request("GET", "/v1.0/organization", authorization=f"Bearer {token}")
    assert answer.status == 200
