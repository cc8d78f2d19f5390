"""The client's address is what our own proxy saw, whatever the client writes."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from apps.access.models import User
from apps.core.middleware import ClientAddress, NotKept

PROXIES = ["127.0.0.1", "::1", "10.0.0.0/8"]


def seen_address(peer: str, forwarded: str = "") -> str:
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    request = RequestFactory().get("/", REMOTE_ADDR=peer, **headers)
    ClientAddress(lambda request: HttpResponse())(request)
    return str(request.META["REMOTE_ADDR"])


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("127.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("10.1.2.3", "203.0.113.9, 10.9.9.9", "203.0.113.9"),
        ("::1", "2001:db8::7", "2001:db8::7"),
        ("::ffff:127.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("", "203.0.113.9", "203.0.113.9"),
        # Written by a client, not by our proxy: it does not count.
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("127.0.0.1", "198.51.100.1, rubbish", "127.0.0.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("", "", ""),
    ],
)
def test_the_address_is_the_last_hop_that_is_not_ours(
    settings: Settings, peer: str, forwarded: str, client: str
) -> None:
    settings.HOLDFAST_TRUSTED_PROXIES = PROXIES
    assert seen_address(peer, forwarded) == client


@given(claimed=st.text(st.characters(codec="ascii", exclude_categories=("C",)), max_size=60))
def test_what_a_client_writes_never_becomes_its_address(claimed: str) -> None:
    from django.test import override_settings

    with override_settings(HOLDFAST_TRUSTED_PROXIES=PROXIES):
        assert seen_address("127.0.0.1", f"{claimed}, 203.0.113.9") == "203.0.113.9"


def test_without_a_proxy_of_ours_the_header_says_nothing(settings: Settings) -> None:
    settings.HOLDFAST_TRUSTED_PROXIES = []
    assert seen_address("127.0.0.1", "203.0.113.9") == "127.0.0.1"
    assert seen_address("", "203.0.113.9") == ""


@pytest.mark.parametrize(
    ("user", "said"), [(User(email="a@b.example"), "no-store, private"), (AnonymousUser(), None)]
)
def test_pages_of_signed_in_people_are_not_kept(user: object, said: str | None) -> None:
    request: HttpRequest = RequestFactory().get("/")
    request.user = user  # type: ignore[assignment]
    response = NotKept(lambda request: HttpResponse())(request)
    assert response.headers.get("Cache-Control") == said
