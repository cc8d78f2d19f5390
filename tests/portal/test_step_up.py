"""Before an act of weight one proves again who one is; without, nothing happens."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from apps.access.models import User
from apps.core import clock
from apps.core.scope import no_scope
from apps.jobs.models import Job
from apps.recovery.models import RecoveryRequest, Run
from tests.access.trail_of import records
from tests.factories import PASSWORD, code_now
from tests.portal.world import World, signed_in


def approve(world: World, client: Client, **headers: str) -> tuple[int, str]:
    url = reverse("portal:approve", args=[world.tenant.pk, world.waiting.pk])
    form = {"digest": world.waiting.plan.digest_hex, "back": "/requests/"}
    answer = client.post(url, form, headers=headers)
    return answer.status_code, answer.get("Location", answer.get("HX-Redirect", ""))


def rows(world: World) -> tuple[str, int, int]:
    with no_scope("a test counts"):
        state = RecoveryRequest.objects.get(pk=world.waiting.pk).state
        return state, Run.objects.count(), Job.objects.count()


def prove(client: Client, code: str = "", password: str = PASSWORD) -> int:
    cache.clear()
    form = {"password": password, "code": code or code_now(), "next": "/requests/"}
    return client.post("/account/confirm/", form).status_code


def test_an_old_proof_is_refused_and_nothing_happens(world: World) -> None:
    before = rows(world)
    with clock.frozen(clock.now()) as time:
        client = signed_in(world.cast.dave)
        time.advance(timedelta(minutes=10))

        assert approve(world, client) == (302, "/account/confirm/?next=%2Frequests%2F")
        assert rows(world) == before
        assert approve(world, client, hx_request="true")[0] == 204
        assert rows(world) == before


def test_after_a_proof_the_same_button_works_and_the_session_is_a_new_one(world: World) -> None:
    client = signed_in(world.cast.dave, confirmed=False)
    assert "/account/confirm/" in approve(world, client)[1]
    before = client.session.session_key

    assert prove(client) == 302

    assert client.session.session_key != before
    assert "/runs/" in approve(world, client)[1]
    assert len(records("identity.confirmed")) == 1


@pytest.mark.parametrize(("code", "password"), [("000000", PASSWORD), ("", "wrong")])
def test_a_wrong_proof_is_none(world: World, code: str, password: str) -> None:
    client = signed_in(world.cast.dave, confirmed=False)
    before = rows(world)

    assert prove(client, code, password) == 400
    assert "/account/confirm/" in approve(world, client)[1]
    assert rows(world) == before


def test_a_password_alone_is_no_proof_for_who_came_through_entra(world: World) -> None:
    Authenticator.objects.filter(user=world.cast.dave).delete()
    client = signed_in(world.cast.dave, confirmed=False)
    session = client.session
    session["holdfast_through"] = "entra"
    session.save()

    client.post("/account/confirm/", {"password": PASSWORD})

    assert "/account/confirm/" in approve(world, client)[1]


def test_a_wrong_password_does_not_spend_the_code(world: World) -> None:
    client = signed_in(world.cast.dave, confirmed=False)
    code = code_now()
    client.post("/account/confirm/", {"password": "wrong", "code": code})

    assert client.post("/account/confirm/", {"password": PASSWORD, "code": code}).status_code == 302


@pytest.mark.parametrize("leading_away", ["https://evil.example", "//evil.example", "/\\evil"])
def test_the_proof_does_not_lead_away(world: World, leading_away: str) -> None:
    client = signed_in(world.cast.dave, confirmed=False)
    form = {"password": PASSWORD, "code": code_now(), "next": leading_away}

    assert client.post("/account/confirm/", form)["Location"] == "/"


def test_what_changes_sign_in_needs_a_proof(world: World) -> None:
    carol: User = world.cast.carol
    client = signed_in(carol, confirmed=False)

    for path in (
        "/account/password/",
        "/account/factors/app/remove/",
        "/account/factors/passkeys/add/",
        "/account/factors/codes/",
        "/account/factors/codes/new/",
    ):
        assert client.get(path)["Location"].startswith("/account/confirm/?next=%2Faccount%2F")
