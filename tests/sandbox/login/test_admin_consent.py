"""An administrator lets an application into a tenant, or does not."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from tests.sandbox.login.signing_in import (
    CALLBACK,
    Browser,
    administrator,
    callback,
    make_browser,
    somebody,
)
from tests.sandbox.server.inside import Inside

SCOPE = "https://graph.microsoft.com/.default"


@pytest.fixture
def browser(inside: Inside) -> Browser:
    return make_browser(inside)


def address(browser: Browser, tenant: str = "", *, version: str = "v2.0/", **more: str) -> str:
    parameters = {"client_id": browser.client_id, "redirect_uri": CALLBACK, "state": "st&te"}
    if version:
        parameters["scope"] = SCOPE
    query = urlencode(parameters | more)
    return f"/{tenant or browser.tenant}/{version}adminconsent?{query}"


def test_accepting_creates_the_service_principal_with_its_roles(
    inside: Inside, browser: Browser
) -> None:
    directory, admin = inside.customers[0], administrator(inside, browser.tenant)

    answer = inside.submit(address(browser), {"user": admin["id"], "decision": "accept"})

    told = callback(answer)
    assert told == {
        "admin_consent": "True",
        "tenant": browser.tenant,
        "scope": SCOPE,
        "state": "st&te",
    }
    principal = directory.find("servicePrincipal", "appId", browser.client_id)
    assert principal is not None
    (assignment,) = directory.find_all("appRoleAssignment", "principalId", principal.id)
    assert assignment.body["principalType"] == "ServicePrincipal"
    (grant,) = directory.find_all("oauth2PermissionGrant", "clientId", principal.id)
    assert grant.body["consentType"] == "AllPrincipals"
    record = directory.audit[-1]
    assert record["activityDisplayName"] == "Consent to application"
    assert record["initiatedBy"]["user"]["id"] == admin["id"]
    token = inside.token(
        browser.tenant, client_id=browser.client_id, client_secret=browser.client_secret
    )
    assert token.status == 200


def test_consenting_twice_changes_nothing(inside: Inside, browser: Browser) -> None:
    admin = administrator(inside, browser.tenant)
    fields = {"user": admin["id"], "decision": "accept"}
    inside.submit(address(browser), fields)
    before = inside.get(f"/_sandbox/tenants/{browser.tenant}/counts").data["objects"]

    inside.submit(address(browser), fields)

    assert inside.get(f"/_sandbox/tenants/{browser.tenant}/counts").data["objects"] == before


def test_the_page_names_application_permissions_and_administrators(
    inside: Inside, browser: Browser
) -> None:
    answer = inside.get(address(browser))

    assert answer.status == 200
    assert "Portal" in answer.text
    assert "User.Read.All (application)" in answer.text
    assert "User.Read (delegated)" in answer.text
    assert administrator(inside, browser.tenant)["id"] in answer.text
    assert somebody(inside, browser.tenant)["id"] not in answer.text


def test_the_older_endpoint_takes_a_longer_redirect_uri_and_no_scope(
    inside: Inside, browser: Browser
) -> None:
    admin = administrator(inside, browser.tenant)
    longer = address(browser, "common", version="", redirect_uri=f"{CALLBACK}/done")

    answer = inside.submit(longer, {"user": admin["id"], "decision": "accept"})

    told = dict(parse_qsl(urlsplit(answer.location).query))
    assert answer.location.startswith(f"{CALLBACK}/done?")
    assert told == {"admin_consent": "True", "tenant": browser.tenant, "state": "st&te"}


def test_declining_tells_the_application_and_changes_nothing(
    inside: Inside, browser: Browser
) -> None:
    answer = inside.submit(address(browser), {"decision": "cancel"})
    older = inside.submit(address(browser, version=""), {"decision": "cancel"})

    told = callback(answer)
    assert (told["error"], told["admin_consent"]) == ("consent_required", "True")
    assert "AADSTS65004" in told["error_description"]
    assert callback(older)["error"] == "permission_denied"
    assert inside.customers[0].find("servicePrincipal", "appId", browser.client_id) is None


def test_nobody_but_an_administrator_may_consent(inside: Inside, browser: Browser) -> None:
    alice = somebody(inside, browser.tenant)

    answer = inside.submit(address(browser), {"user": alice["id"], "decision": "accept"})

    assert answer.status == 400
    assert "AADSTS90094" in answer.text
    assert inside.customers[0].find("servicePrincipal", "appId", browser.client_id) is None


@pytest.mark.parametrize(
    ("tenant", "more", "code"),
    [
        ("common", {}, 90023),
        ("nobody.example", {}, 90002),
        ("", {"redirect_uri": "https://evil.example/"}, 50011),
        ("", {"client_id": "00000000-0000-0000-0000-000000000009"}, 700016),
    ],
)
def test_a_wrong_link_is_shown_to_the_person(
    inside: Inside, browser: Browser, tenant: str, more: dict[str, str], code: int
) -> None:
    answer = inside.get(address(browser, tenant, **more))

    assert answer.status == 400
    assert f"AADSTS{code}" in answer.text


def test_organizations_finds_the_tenant_from_the_administrator(
    inside: Inside, browser: Browser
) -> None:
    admin = administrator(inside, browser.tenant)

    answer = inside.submit(
        address(browser, "organizations"), {"user": admin["id"], "decision": "accept"}
    )

    assert callback(answer)["tenant"] == browser.tenant
