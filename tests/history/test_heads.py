"""Small collections that are as they were cost a capture next to nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection

from apps.history import selectors
from apps.history.capture import heads
from apps.tenants.models import Tenant
from tests.history.conftest import Capture
from tests.history.sources import MemorySource

# Questions of a capture that finds nothing, whatever the number of collections; COPY not counted.
BY_DELTA, WHOLE = 30, 50


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that are sent in the block."""
    said: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        said.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield said


@pytest.fixture
def directory(source: MemorySource) -> MemorySource:
    """Something of kinds that are read by list and by delta, with links between them."""
    for number in range(12):
        source.put("user", f"u{number}", displayName=f"User {number}")
        source.put("namedLocation", f"l{number}", displayName=f"Place {number}")
        source.link("user.manager", f"u{number}", "u0")
    source.put("administrativeUnit", "a1", displayName="Utrecht")
    source.link("administrativeUnit.members", "a1", "u1")
    return source


@pytest.mark.parametrize(("mode", "most"), [("delta", BY_DELTA), ("full", WHOLE)])
def test_a_capture_of_what_is_as_it_was_asks_little(
    directory: MemorySource, capture: Capture, mode: str, most: int
) -> None:
    capture()
    capture("delta")

    with counted() as said:
        result = capture(mode)

    assert result.counts == {}
    assert len(said) <= most, said


@pytest.mark.parametrize("mode", ["full", "delta"])
def test_what_differs_among_what_is_as_it_was_is_found(
    tenant: Tenant, directory: MemorySource, capture: Capture, mode: str
) -> None:
    capture()
    directory.put("namedLocation", "l1", displayName="Moved")
    directory.put("namedLocation", "new", displayName="New")
    directory.hard_delete("namedLocation", "l2")
    directory.soft_delete("user", "u3")
    directory.link("user.manager", "u5", "u0", present=False)
    directory.link("user.manager", "u5", "u6")

    result = capture(mode)

    assert result.counts == {
        "created": 1,
        "updated": 1,
        "hard_deleted": 1,
        "soft_deleted": 1,
        "links_added": 1,
        "links_removed": 2,
    }
    assert capture("full").counts == {}


def test_what_came_to_be_more_than_is_held_is_compared_all_the_same(
    directory: MemorySource, capture: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.history.capture.collection.FEW_OBJECTS", 4)
    capture()
    directory.hard_delete("namedLocation", "l2")
    directory.put("namedLocation", "l7", displayName="Moved")

    assert capture().counts == {"hard_deleted": 1, "updated": 1}


def test_of_links_without_end_none_are_held(
    tenant: Tenant, directory: MemorySource, capture: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heads, "MOST_KNOWN", 20)
    capture()
    directory.link("user.manager", "u5", "u0", present=False)

    result = capture()

    assert result.counts == {"links_removed": 1}
    there = selectors.links_at(tenant, 2, link="user.manager")
    assert {item.source_id for item in there} == {f"u{n}" for n in range(12) if n != 5}
