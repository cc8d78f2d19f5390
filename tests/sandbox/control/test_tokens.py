"""Tokens to order: each fault is one that a careful application can tell."""

from __future__ import annotations

from typing import Any

import jwt
import pytest

from apps.sandbox.login.id_faults import FAULTS
from tests.sandbox.login.signing_in import CALLBACK, CHALLENGE, Browser, make_browser, somebody
from tests.sandbox.server.inside import Inside


@pytest.fixture
def browser(inside: Inside) -> Browser:
    return make_browser(inside)


def careful(inside: Inside, token: str, client_id: str) -> dict[str, Any]:
    """Validation as the documentation asks for it; raises for whatever is wrong."""
    keys = inside.get("/organizations/discovery/v2.0/keys").data["keys"]
    header = jwt.get_unverified_header(token)
    entry = next((key for key in keys if key["kid"] == header.get("kid")), None)
    if entry is None:
        raise jwt.InvalidKeyError("unknown key")
    claims: dict[str, Any] = jwt.decode(
        token,
        jwt.PyJWK(entry, algorithm="RS256"),
        algorithms=["RS256"],
        audience=client_id,
        options={"require": ["exp", "iat", "nbf", "tid", "oid", "nonce"]},
    )
    if claims["iss"] != entry["issuer"].replace("{tenantid}", claims["tid"]):
        raise jwt.InvalidIssuerError("not the key's issuer")
    if claims["tid"] not in {each["id"] for each in inside.get("/_sandbox/").data["tenants"]}:
        raise jwt.InvalidIssuerError("no tenant of ours")
    if claims["nonce"] != "a-nonce":
        raise jwt.InvalidTokenError("not our nonce")
    return claims


def order(inside: Inside, browser: Browser, **more: Any) -> Any:
    asked = {
        "client_id": browser.client_id,
        "user": somebody(inside, browser.tenant)["id"],
        "nonce": "a-nonce",
    }
    return inside.post("/_sandbox/tokens", asked | more)


def test_a_token_without_a_fault_passes(inside: Inside, browser: Browser) -> None:
    minted = order(inside, browser).data

    claims = careful(inside, minted["id_token"], browser.client_id)

    assert claims["tid"] == browser.tenant
    assert "code" not in minted


@pytest.mark.parametrize("fault", list(FAULTS))
def test_a_careful_application_tells_every_fault(
    inside: Inside, browser: Browser, fault: str
) -> None:
    token = order(inside, browser, fault=fault).data["id_token"]

    with pytest.raises(jwt.PyJWTError):
        careful(inside, token, browser.client_id)


def test_a_code_brings_the_ordered_token(inside: Inside, browser: Browser) -> None:
    minted = order(
        inside,
        browser,
        fault="wrong-audience",
        claims={"name": "Somebody else", "preferred_username": None},
        redirect_uri=CALLBACK,
        code_challenge=CHALLENGE,
    ).data

    answer = browser.redeem(minted["code"])

    assert answer.status == 200
    claims = jwt.decode(answer.data["id_token"], options={"verify_signature": False})
    assert (claims["name"], "preferred_username" in claims) == ("Somebody else", False)
    assert claims["aud"] != browser.client_id


def test_a_fault_in_the_weather_meets_everyone_who_signs_in(
    inside: Inside, browser: Browser
) -> None:
    alice = {"user": somebody(inside, browser.tenant)["id"]}
    inside.post("/_sandbox/weather", {"id_token_fault": "expired"})
    spoiled = browser.redeem(browser.code(alice)).data["id_token"]
    inside.post("/_sandbox/weather", {"id_token_fault": ""})
    good = browser.redeem(browser.code(alice)).data["id_token"]

    with pytest.raises(jwt.ExpiredSignatureError):
        careful(inside, spoiled, browser.client_id)
    assert careful(inside, good, browser.client_id)


def test_the_faults_are_listed(inside: Inside) -> None:
    assert inside.get("/_sandbox/tokens").data["faults"] == dict(FAULTS)


@pytest.mark.parametrize(
    "wrong",
    [
        {"fault": "no such fault"},
        {"user": "nobody"},
        {"tenant": "nowhere"},
        {"client_id": "nobody"},
        {"claims": []},
        {"colour": "blue"},
    ],
)
def test_an_order_that_cannot_be_met_says_why(
    inside: Inside, browser: Browser, wrong: dict[str, Any]
) -> None:
    answer = order(inside, browser, **wrong)

    assert answer.status in {400, 404}
    assert answer.data["error"]
