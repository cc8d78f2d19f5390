"""The control endpoints that outside clients begin with."""

from __future__ import annotations

import time

import pytest

from tests.sandbox.login.certificates import make_identity
from tests.sandbox.server.inside import Inside


def test_the_overview_has_all_that_a_client_needs(inside: Inside) -> None:
    facts = inside.get("/_sandbox/").data

    assert {each["category"] for each in facts["tenants"]} == {"workforce", "ciam", "b2c"}
    assert facts["tenants"][0].keys() == {"id", "domain", "display_name", "users", "category"}
    lab = facts["applications"][0]
    assert lab["display_name"] == "Sandbox Lab"
    assert len(lab["roles"]) > 700
    assert set(lab["consented"]) == {each["id"] for each in facts["tenants"]}
    assert {"tenant", "user_principal_name", "password", "id", "roles"} <= facts["users"][0].keys()


def test_a_browser_gets_a_page_with_links(inside: Inside) -> None:
    answer = inside.get("/_sandbox/", accept="text/html,application/xhtml+xml")

    assert answer.text.startswith("<!doctype html>")
    assert inside.customers[0].tenant_id in answer.text
    assert "adminconsent?" in answer.text
    assert inside.get("/_sandbox/static/sandbox.css").status == 200


def test_the_page_escapes_what_people_typed(inside: Inside) -> None:
    user = next(iter(inside.customers[0].of_type("user")))
    inside.customers[0].change(user.id, {"displayName": "<script>alert(1)</script>"})

    assert "<script" not in inside.get("/_sandbox/", accept="text/html").text


def test_an_application_can_be_registered_without_consent(inside: Inside) -> None:
    home = inside.customers[-1].tenant_id
    asked = {
        "display_name": "Backup",
        "home_tenant": home,
        "roles": ["User.Read.All", "Group.Read.All"],
        "certificate": make_identity().pem,
        "redirect_uris": ["https://backup.example/callback"],
    }

    made = inside.post("/_sandbox/applications", asked).data

    assert made["client_secret"] is None
    listed = [
        each
        for each in inside.get("/_sandbox/").data["applications"]
        if each["client_id"] == made["client_id"]
    ]
    assert listed[0]["roles"] == ["Group.Read.All", "User.Read.All"]
    assert listed[0]["consented"] == []
    application = inside.graph("GET", f"/applications/{made['object_id']}", tenant=home).data
    assert application["signInAudience"] == "AzureADMultipleOrgs"
    assert application["web"]["redirectUris"] == ["https://backup.example/callback"]


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"home_tenant": "nobody.example"}, "there is no tenant 'nobody.example'"),
        ({"home_tenant": None}, "'home_tenant' is missing"),
        ({"roles": ["Everything.Do.All"]}, "has no permission 'Everything.Do.All'"),
        ({"roles": "User.Read.All"}, "'roles' must be a list"),
        ({"certificate": "not a certificate"}, "not a certificate in PEM form"),
        ({"display_name": ""}, "'display_name' is missing"),
        ({"colour": "red"}, "there is no 'colour'"),
    ],
)
def test_an_impossible_application_is_refused(
    inside: Inside, change: dict[str, object], text: str
) -> None:
    before = inside.customers[-1].count("application")
    asked = {"display_name": "X", "home_tenant": inside.customers[-1].tenant_id} | change

    answer = inside.post("/_sandbox/applications", asked)

    assert answer.status == 400
    assert text in answer.data["error"]
    assert inside.customers[-1].count("application") == before


def test_the_clock_moves_when_told(inside: Inside) -> None:
    inside.post("/_sandbox/clock", {"set": "2031-05-06T07:08:09Z"})

    moved = inside.post("/_sandbox/clock", {"advance_seconds": 60}).data["now"]

    assert moved.startswith("2031-05-06T07:09:09")
    assert inside.get("/_sandbox/clock").data["now"].startswith("2031-05-06T07:09:09")
    assert inside.post("/_sandbox/clock", {"set": "tomorrow"}).status == 400
    assert inside.post("/_sandbox/clock", {}).status == 400


@pytest.mark.parametrize("name", ["ca-lockout", "hr-corruption", "quiet-takeover", "mass-delete"])
def test_an_incident_happens_to_the_tenant_named_and_to_no_other(inside: Inside, name: str) -> None:
    victim, other = inside.customers[0], inside.customers[1]
    before = other.changes.sequence

    answer = inside.post(f"/_sandbox/incidents/{name}", {"tenant": victim.tenant_id})

    assert answer.status == 200, answer.text
    assert victim.audit
    assert other.changes.sequence == before


def test_an_unknown_incident_or_tenant_is_refused(inside: Inside) -> None:
    tenant = inside.customers[0].tenant_id

    assert inside.post("/_sandbox/incidents/flood", {"tenant": tenant}).status == 400
    assert inside.post("/_sandbox/incidents/ca-lockout", {"tenant": "nobody"}).status == 404


def test_a_reset_brings_the_seed_back_fast(inside: Inside) -> None:
    tenant = inside.customers[0].tenant_id
    counts = f"/_sandbox/tenants/{tenant}/counts"
    before = inside.get(counts).data
    inside.post("/_sandbox/incidents/mass-delete", {"tenant": tenant})
    inside.post("/_sandbox/clock", {"advance_seconds": 1e6})
    assert inside.get(counts).data != before

    started = time.perf_counter()
    inside.post("/_sandbox/reset", {})
    elapsed = time.perf_counter() - started

    assert inside.get(counts).data == before
    assert elapsed < 0.05


def test_what_is_not_there_is_not_found(inside: Inside) -> None:
    assert inside.get("/_sandbox/nothing").status == 404
    assert inside.get("/_sandbox/static/..%2f__init__.py").status == 404
    assert inside.get("/_sandbox/tenants/nobody/counts").status == 404
    assert inside.post("/_sandbox/nothing", {}).status == 404
    assert inside.request("DELETE", "/_sandbox/").status == 405
    assert inside.request("POST", "/_sandbox/weather", b"{").status == 400
    assert inside.post("/_sandbox/weather", []).status == 400


def test_the_overview_of_a_large_tenant_stays_short(inside: Inside) -> None:
    directory = inside.customers[0]
    for number in range(80):
        body = {"userPrincipalName": f"u{number}@x", "passwordProfile": {"password": "x"}}
        directory.add("user", body)

    users = inside.get("/_sandbox/").data["users"]

    shown = [user for user in users if user["tenant"] == directory.tenant_id]
    assert len([user for user in shown if not user["roles"]]) == 50
