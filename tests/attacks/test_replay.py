"""Answers that come again, come to somebody else, or were never given: consent and sign-in."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from apps.access.models import User
from apps.connect import services as connect
from apps.connect.links import ConsentLink
from apps.core.scope import no_scope
from apps.core.scope import person as asked_by
from apps.tenants.models import Tenant
from tests.access.entra_people import START, Entra, asked, link, register
from tests.attacks.fingerprint import changed_tables, fingerprint
from tests.connect.conftest import Stage, stage
from tests.factories import actor_of, make_msp, make_tenant, make_user
from tests.portal.world import signed_in
from tests.support.sandboxes import Sandbox

__all__ = ["stage"]

CONSENT = "/connect/callback"
SIGN_IN = "/accounts/microsoft/callback"


def added(stage: Stage) -> ConsentLink:
    with asked_by(stage.cast.alice.pk):
        stage.register(stage.cast.north)
        return connect.add_customer(
            actor=actor_of(stage.cast.alice),
            msp=stage.cast.north,
            name="New customer",
            domain_or_tenant_id=stage.domain,
            cloud="sandbox",
        )


def writes_to_graph(sandbox: Sandbox) -> int:
    """How many requests the sandbox has seen that could have changed something in a tenant."""
    lines = sandbox.request_log.read_text().splitlines()
    return sum('"method":"GET"' not in line.replace(" ", "") for line in lines if "/v1.0/" in line)


def harmless(sandbox: Sandbox, send: Callable[[], HttpResponse]) -> int:
    """The status of an attempt that must have changed no row, made no job and written nothing."""
    before, written = fingerprint(), writes_to_graph(sandbox)
    answer = send()
    assert changed_tables(before, fingerprint()) == set()
    assert writes_to_graph(sandbox) == written
    return answer.status_code


def test_a_consent_is_taken_once_whoever_brings_it(stage: Stage) -> None:
    answer = stage.open_link(added(stage).url)
    assert Client().get(CONSENT, answer).status_code == 200

    for client in (Client(), signed_in(stage.cast.alice), signed_in(stage.cast.mallory)):
        assert harmless(stage.sandbox, lambda: client.get(CONSENT, answer)) == 400  # noqa: B023


@pytest.mark.parametrize(
    "state",
    [
        "",
        "0" * 43,
        "Zm9yZ2VkLWJ5LW1hbGxvcnktMzItYnl0ZXMtbG9uZyE",
        "a" * 5000,
        "\0",
        "' or 1=1 --",
        "../../etc/passwd",
        "eyJhbGciOiJub25lIn0.e30.",
    ],
)
def test_a_consent_that_nobody_asked_for_is_not_believed(stage: Stage, state: str) -> None:
    added(stage)
    answer = {"state": state, "tenant": str(stage.entra_id), "admin_consent": "True"}

    assert harmless(stage.sandbox, lambda: Client().get(CONSENT, answer)) == 400


def test_a_consent_to_another_tenant_than_the_one_asked_for_connects_nothing(stage: Stage) -> None:
    """Mallory opens her own link and comes back with the state of North's."""
    norths = asked(added(stage).url)["state"]
    other = stage.sandbox.tenants[1]["id"]
    answer = {"state": norths, "tenant": other, "admin_consent": "True"}

    Client().get(CONSENT, answer)

    with no_scope("a test looks"):
        assert not Tenant.objects.filter(msp=stage.cast.south, entra_id=stage.entra_id).exists()
        assert not Tenant.objects.filter(entra_id=UUID(other)).exists()


@pytest.fixture
def entra(sandbox: Sandbox, db: None) -> Entra:
    return register(sandbox)


@pytest.fixture
def dave(entra: Entra) -> tuple[User, dict[str, Any]]:
    """A customer's administrator, and who he is at Entra."""
    tenant = make_tenant(make_msp(), entra_id=UUID(entra.sandbox.tenants[0]["id"]))
    user, known = make_user("Dave", tenant, "backup-reader"), entra.user(str(tenant.entra_id))
    link(user, tenant, known)
    return user, known


def test_no_forged_token_signs_anybody_in(entra: Entra, dave: tuple[User, dict[str, Any]]) -> None:
    """Wrong issuers, keys, audiences, times and signatures: whatever the sandbox can forge."""
    _, known = dave
    client = Client()
    sent = asked(client.get(START)["Location"])
    faults = entra.sandbox.control("GET", "/tokens")["faults"]
    assert len(faults) > 10
    passed = {name: sent[name] for name in ("nonce", "redirect_uri", "code_challenge")}
    passed["code_challenge_method"] = sent["code_challenge_method"]

    for fault in faults:
        client = Client()
        sent = asked(client.get(START)["Location"])
        passed |= {name: sent[name] for name in passed}
        code = entra.mint(known["id"], fault=fault, **passed)["code"]
        query = urlencode({"code": code, "state": sent["state"]})
        status = harmless(entra.sandbox, lambda: client.get(f"{SIGN_IN}?{query}"))  # noqa: B023
        assert (fault, status) == (fault, 403)
        assert client.get("/").status_code == 302


def test_an_answer_of_entras_signs_in_once_and_only_who_asked(
    entra: Entra, dave: tuple[User, dict[str, Any]]
) -> None:
    _, known = dave
    client, thief = Client(), Client()
    back = entra.answer_to(client.get(START)["Location"], known["id"])
    thief.get(START)

    assert harmless(entra.sandbox, lambda: thief.get(back)) == 400
    assert client.get(back).status_code == 302
    client.post(reverse("account_logout"))
    for again in (client, thief, Client()):
        assert harmless(entra.sandbox, lambda: again.get(back)) == 400  # noqa: B023
        assert again.get("/").status_code == 302


@pytest.mark.parametrize("state", ["", "0" * 43, "\0", "a" * 5000])
def test_an_answer_that_nobody_waits_for_signs_nobody_in(entra: Entra, state: str) -> None:
    client = Client()
    client.get(START)
    query = urlencode({"code": "0.code", "state": state, "session_state": "x"})

    assert harmless(entra.sandbox, lambda: client.get(f"{SIGN_IN}?{query}")) == 400
    assert client.get("/").status_code == 302


def test_a_session_that_the_attacker_chose_is_not_signed_in(
    entra: Entra, dave: tuple[User, dict[str, Any]]
) -> None:
    """He plants a session of his own, or one that never was, into the victim's browser."""
    _, known = dave
    attacker = Client()
    attacker.get(START)
    planted = attacker.cookies[settings.SESSION_COOKIE_NAME].value

    for key in (planted, "a" * 32, secrets.token_hex(16)):
        victim = Client()
        victim.cookies[settings.SESSION_COOKIE_NAME] = key
        back = entra.answer_to(victim.get(START)["Location"], known["id"])
        assert victim.get(back).status_code == 302
        assert victim.get("/").status_code == 200
        assert victim.cookies[settings.SESSION_COOKIE_NAME].value != key
        thief = Client()
        thief.cookies[settings.SESSION_COOKIE_NAME] = key
        assert thief.get("/").status_code == 302


def test_a_session_that_was_ended_stays_ended(db: None) -> None:
    alice = make_user("Alice", make_msp(), "backup-reader")
    browser = signed_in(alice)
    kept = browser.cookies[settings.SESSION_COOKIE_NAME].value
    assert browser.get("/").status_code == 200
    browser.post(reverse("account_logout"))

    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = kept
    assert thief.get("/").status_code == 302
