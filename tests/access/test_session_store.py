"""A session and its person are read together, and prove no more than apart."""

from __future__ import annotations

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.access.models import User
from apps.access.signin import sessions
from apps.access.signin.session_store import SessionStore, held_by
from tests.factories import Cast, make_cast
from tests.portal.world import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def browser(cast: Cast) -> Client:
    client = signed_in(cast.alice)
    UserSession.objects.get_or_create(
        session_key=client.session.session_key, defaults={"user": cast.alice, "ip": "127.0.0.1"}
    )
    return client


def _store(client: Client) -> SessionStore:
    return SessionStore(client.session.session_key)


def test_the_person_comes_with_the_session(cast: Cast, browser: Client) -> None:
    store = _store(browser)

    with CaptureQueriesContext(connection) as asked:
        held = held_by(store)

    assert held == cast.alice
    assert held is not None
    assert held.email == cast.alice.email
    assert len(asked) == 1


def test_a_session_that_was_ended_opens_nothing(cast: Cast, browser: Client) -> None:
    sessions.end_all(cast.alice)

    assert held_by(_store(browser)) is None
    assert browser.get(reverse("portal:account")).status_code == 302


def test_whoever_may_not_sign_in_any_more_is_out(cast: Cast, browser: Client) -> None:
    User.objects.filter(pk=cast.alice.pk).update(is_active=False)

    assert held_by(_store(browser)) is None
    assert browser.get(reverse("portal:account")).status_code == 302


def test_another_password_ends_what_began_with_the_old_one(cast: Cast, browser: Client) -> None:
    cast.alice.set_password("another word on another rock")
    cast.alice.save()

    assert held_by(_store(browser)) is None
    assert browser.get(reverse("portal:account")).status_code == 302


def test_the_session_says_whose_it_is(cast: Cast, browser: Client) -> None:
    UserSession.objects.filter(session_key=browser.session.session_key).update(user=cast.bob)

    store = _store(browser)

    assert store[SESSION_KEY] == str(cast.alice.pk)
    assert held_by(store) is None
    shown = browser.get(reverse("portal:account"))
    assert shown.context["user"] == cast.alice


def test_a_session_without_a_persons_row_works_as_it_always_did(
    cast: Cast, browser: Client
) -> None:
    UserSession.objects.all().delete()

    assert browser.get(reverse("portal:account")).context["user"] == cast.alice
