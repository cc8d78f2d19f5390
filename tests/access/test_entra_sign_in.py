"""Signing in through Entra: over HTTP against the sandbox, as the browser and MSAL do it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID, uuid4

import pytest
from django.test import Client

from apps.access.models import EntraIdentity, TenantSignIn, User
from apps.access.signin import sessions
from apps.core.scope import no_scope
from apps.tenants.models import Tenant
from tests.access.entra_people import START, Entra, asked, link, register, sign_in
from tests.access.trail_of import records
from tests.factories import make_msp, make_tenant, make_user
from tests.portal.world import signed_in
from tests.support.sandboxes import Sandbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def entra(sandbox: Sandbox, db: None) -> Entra:
    return register(sandbox)


@pytest.fixture
def contoso(entra: Entra) -> Tenant:
    return make_tenant(make_msp(), entra_id=UUID(entra.sandbox.tenants[0]["id"]))


@pytest.fixture
def daves(entra: Entra, contoso: Tenant) -> dict[str, Any]:
    return entra.user(str(contoso.entra_id))


@pytest.fixture
def dave(contoso: Tenant, daves: dict[str, Any]) -> User:
    user = make_user("Dave", contoso, "backup-reader")
    link(user, contoso, daves)
    return user


def is_signed_in(client: Client) -> bool:
    return client.get("/").status_code == 200


def failures() -> list[str]:
    return [record.data["method"] for record in records("sign_in.failed")]


def test_a_linked_person_comes_in_and_where_he_wanted(
    entra: Entra, dave: User, daves: dict[str, Any]
) -> None:
    client = Client()
    before = client.get(START)["Location"]
    answer = sign_in(entra, client, daves["id"], START + "?next=/requests/")

    assert answer["Location"] == "/requests/"
    assert is_signed_in(client)
    assert client.session[sessions.THROUGH] == "entra"
    assert [record.data["method"] for record in records("sign_in.succeeded")] == ["entra"]
    sent = asked(before)
    assert sent["code_challenge_method"] == "S256"
    assert {"state", "nonce", "code_challenge"} <= sent.keys()
    assert "offline_access" not in sent["scope"]
    assert urlsplit(before).path == "/organizations/oauth2/v2.0/authorize"


def test_nobody_comes_in_who_was_not_invited(entra: Entra, dave: User, contoso: Tenant) -> None:
    stranger = entra.user(str(contoso.entra_id), 1)
    client = Client()

    answer = sign_in(entra, client, stranger["id"])

    assert answer.status_code == 403
    assert not is_signed_in(client)
    assert failures() == ["entra-unknown"]


def test_the_same_address_in_another_tenant_is_another_person(
    entra: Entra, dave: User, daves: dict[str, Any]
) -> None:
    other = entra.sandbox.tenants[1]["id"]
    lookalike = entra.user(other)
    body = {"mail": dave.email, "displayName": dave.name}
    entra.sandbox.graph("PATCH", f"/users/{lookalike['id']}", body, tenant=other)

    answer = sign_in(entra, Client(), lookalike["id"])

    assert answer.status_code == 403


@pytest.mark.parametrize(
    "fault",
    [
        "wrong-issuer",
        "issuer-of-another-tenant",
        "issuer-of-version-1",
        "tenant-of-another-issuer",
        "tenant-no-guid",
        "no-tenant",
        "no-object-id",
        "wrong-audience",
        "wrong-nonce",
        "no-nonce",
        "expired",
        "not-yet-valid",
        "wrong-key",
        "unknown-key",
        "consumer-tenant",
        "consumer-key",
        "no-signature",
        "symmetric-signature",
        "changed-after-signing",
    ],
)
def test_a_token_with_any_fault_is_refused(
    entra: Entra, dave: User, daves: dict[str, Any], fault: str
) -> None:
    client = Client()
    address = client.get(START)["Location"]
    back = entra.answer_to(address, daves["id"])
    sent = asked(address)
    more = {
        name: sent[name]
        for name in ("nonce", "redirect_uri", "code_challenge", "code_challenge_method")
    }
    code = entra.mint(daves["id"], fault=fault, **more)["code"]

    answer = client.get(
        "?".join((back.split("?")[0], urlencode({"code": code, "state": sent["state"]})))
    )

    assert answer.status_code == 403
    assert "could not be trusted" in answer.content.decode()
    assert not is_signed_in(client)
    assert len(failures()) == 1


def test_every_fault_that_the_sandbox_knows_is_tried(entra: Entra) -> None:
    known = set(entra.sandbox.control("GET", "/tokens")["faults"])
    mark = next(
        mark
        for mark in test_a_token_with_any_fault_is_refused.pytestmark  # type: ignore[attr-defined]
        if mark.name == "parametrize"
    )

    assert set(mark.args[1]) == known


def test_an_answer_works_once_and_for_the_browser_that_asked(
    entra: Entra, dave: User, daves: dict[str, Any]
) -> None:
    mine, other = Client(), Client()
    address = mine.get(START)["Location"]
    back = entra.answer_to(address, daves["id"])
    other.get(START)

    assert other.get(back).status_code == 400
    assert not is_signed_in(other)
    assert mine.get(back).status_code == 302
    mine.post("/accounts/logout/")
    assert mine.get(back).status_code == 400
    assert not is_signed_in(mine)


def test_a_code_of_another_sign_in_does_not_fit(
    entra: Entra, dave: User, daves: dict[str, Any]
) -> None:
    """Somebody's own code, slipped into another's session, is stopped by PKCE."""
    attacker, victim = Client(), Client()
    theirs = entra.answer_to(attacker.get(START)["Location"], daves["id"])
    state = asked(victim.get(START)["Location"])["state"]
    code = dict(asked(theirs))["code"]

    answer = victim.get(f"/accounts/microsoft/callback?{urlencode({'code': code, 'state': state})}")

    assert answer.status_code in (403, 409)
    assert not is_signed_in(victim)


def test_a_refusal_of_entras_is_told_in_our_words(entra: Entra, dave: User) -> None:
    client = Client()
    state = asked(client.get(START)["Location"])["state"]
    query = {
        "error": "access_denied",
        "error_description": "AADSTS65004: <b>dave@contoso.example</b> declined",
        "state": state,
    }
    answer = client.get(f"/accounts/microsoft/callback?{urlencode(query)}")

    assert answer.status_code == 409
    assert "dave@" not in answer.content.decode()


def test_one_is_not_led_away(entra: Entra, dave: User, daves: dict[str, Any]) -> None:
    for leading_away in ("https://evil.example/", "//evil.example", "/\\evil.example"):
        answer = sign_in(
            entra, Client(), daves["id"], f"{START}?{urlencode({'next': leading_away})}"
        )

        assert answer["Location"] == "/"


def test_a_closed_account_stays_closed(entra: Entra, dave: User, daves: dict[str, Any]) -> None:
    User.objects.filter(pk=dave.pk).update(is_active=False)

    assert sign_in(entra, Client(), daves["id"]).status_code == 403


def test_switched_off_means_off_for_that_customer(
    entra: Entra, dave: User, daves: dict[str, Any], contoso: Tenant
) -> None:
    with no_scope("a test"):
        TenantSignIn.objects.create(tenant=contoso, entra_enabled=False)

    answer = sign_in(entra, Client(), daves["id"])

    assert answer.status_code == 403
    assert "switched off" in answer.content.decode()
    assert failures() == ["entra-is-off"]


def test_an_identity_that_left_its_side_opens_nothing(
    entra: Entra, dave: User, daves: dict[str, Any]
) -> None:
    with no_scope("a test"):
        dave.memberships.all().delete()

    assert sign_in(entra, Client(), daves["id"]).status_code == 403


def test_a_key_that_was_rotated_is_learnt(
    entra: Entra, dave: User, daves: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sign_in(entra, Client(), daves["id"]).status_code == 302
    entra.sandbox.control("POST", "/keys/rotate", {})
    monkeypatch.setattr("apps.access.signin.entra.signing_keys._AT_MOST_EVERY", -1.0)

    assert sign_in(entra, Client(), daves["id"]).status_code == 302


def test_a_local_account_is_linked_by_its_owner_after_a_proof(
    entra: Entra, contoso: Tenant, daves: dict[str, Any]
) -> None:
    carol = make_user("Carol", contoso, "backup-reader")
    hesitant = signed_in(carol, confirmed=False)
    assert "/account/confirm/" in hesitant.get("/accounts/microsoft/link")["Location"]
    client = signed_in(carol)

    answer = sign_in(entra, client, daves["id"], "/accounts/microsoft/link")

    assert answer["Location"] == "/account/"
    assert EntraIdentity.objects.get(user=carol).entra_object_id == UUID(daves["id"])
    assert sign_in(entra, Client(), daves["id"]).status_code == 302


def test_an_identity_of_a_strange_tenant_is_not_linked(entra: Entra, contoso: Tenant) -> None:
    carol = make_user("Carol", contoso, "backup-reader")
    stranger = entra.user(entra.sandbox.tenants[1]["id"])

    answer = sign_in(entra, signed_in(carol), stranger["id"], "/accounts/microsoft/link")

    assert answer.status_code == 403
    assert not EntraIdentity.objects.exists()


def test_a_link_begun_by_one_is_not_finished_by_another(
    entra: Entra, contoso: Tenant, daves: dict[str, Any]
) -> None:
    carol, bob = make_user("Carol", contoso), make_user("Bob", contoso)
    client = signed_in(carol)
    back = entra.answer_to(client.get("/accounts/microsoft/link")["Location"], daves["id"])
    kept = client.session["holdfast_entra_trips"]
    other = signed_in(bob)
    session = other.session
    session["holdfast_entra_trips"] = kept
    session.save()

    assert other.get(back).status_code == 400
    assert not EntraIdentity.objects.exists()


def test_without_a_set_up_nothing_is_begun(db: None) -> None:
    answer = Client().get(START)

    assert answer.status_code == 409
    assert "not set up" in answer.content.decode()


def test_an_unknown_state_is_refused(entra: Entra) -> None:
    answer = Client().get(f"/accounts/microsoft/callback?code=x&state={uuid4()}")

    assert answer.status_code == 400
