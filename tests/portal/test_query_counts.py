"""How often pages ask the database: fewer than fifteen times, but for those that are named."""

from __future__ import annotations

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.demo.bench.portal.addresses import pages
from tests.portal.world import World, signed_in

FEWER_THAN = 15
# Pages that still take more, each with what it takes: to be lowered, never raised.
MORE = {"msp-powers": 16, "object": 17, "retention": 15}
# At least so many pages can be looked at with what the world has.
PAGES = 60


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
