"""How often pages ask the database: fewer than fifteen times, but for those that are named."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from apps.demo.bench.portal.addresses import pages
from tests.factories import make_tenant
from tests.portal.world import World, signed_in

FEWER_THAN = 15
# Pages that still take more, each with what it takes: to be lowered, never raised.
MORE = {"object": 16}
# At least so many pages can be looked at with what the world has.
PAGES = 60
# Those that show something of every tenant.
OF_ALL_TENANTS = ("dashboard", "requests", "runs", "people", "audit", "tokens", "create-token")


@pytest.fixture(autouse=True)
def _brands_are_known(settings: Settings) -> None:
    """They are asked for again after a while, which may end between two looks at a page."""
    settings.HOLDFAST_BRANDING_SECONDS = 3600


def _queries(browser: Client, address: str) -> int | None:
    """Of a page that was seen a moment ago; None for what is no page."""
    answer = browser.get(address)
    if answer.status_code != 200 or answer.headers.get("Content-Disposition"):
        return None
    with CaptureQueriesContext(connection) as asked:
        browser.get(address)
    return len(asked)


def test_pages_ask_less_than_fifteen_times(world: World) -> None:
    alice = signed_in(world.cast.alice)
    known = {**world.ids, "msp_id": world.cast.north.pk, "user_id": world.cast.alice.pk}

    counts = {name: _queries(alice, address) for name, address in pages(known).items()}

    found = {name: count for name, count in counts.items() if count is not None}
    assert len(found) >= PAGES
    allowed = {name: MORE.get(name, FEWER_THAN - 1) for name in found}
    assert {name: count for name, count in found.items() if count > allowed[name]} == {}


def test_pages_over_all_tenants_ask_no_oftener_for_thirty_than_for_three(world: World) -> None:
    alice = signed_in(world.cast.alice)
    addresses = {name: pages(world.ids)[name] for name in OF_ALL_TENANTS}
    before = {name: _queries(alice, address) or 0 for name, address in addresses.items()}

    for number in range(27):
        make_tenant(world.cast.north, f"Customer {number}")

    after = {name: _queries(alice, address) or 0 for name, address in addresses.items()}
    assert min(before.values()) > 0
    assert {name: count for name, count in after.items() if count > before[name]} == {}
