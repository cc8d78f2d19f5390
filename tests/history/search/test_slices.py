"""Slices name every leaf that may hold what is looked for, and few of the others."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import pytest

from apps.history import selectors
from apps.history.choices import ObjectState
from apps.history.models import SearchLeaf, SearchSlice
from apps.history.search import indexing
from apps.history.search.finding import DELETED, EXISTING, search_objects
from apps.history.search.indexing import update_index
from apps.history.search.leaves import LeafPlace, Leaves
from apps.history.search.slices import Slices, places_of
from apps.tenants import keys
from apps.tenants.models import Tenant
from tests.history.conftest import Capture
from tests.history.sources import MemorySource

PEOPLE = 120


def id_of(number: int) -> str:
    return f"{number * 7919 % 65536:04x}0000-0000-4000-8000-{number:012x}"


@pytest.fixture
def many(
    tenant: Tenant, source: MemorySource, capture: Capture, monkeypatch: pytest.MonkeyPatch
) -> Tenant:
    """A tenant whose people fill forty leaves of three, each of another name."""
    monkeypatch.setattr(indexing, "ENTRIES", 3)
    monkeypatch.setattr(indexing, "SPLIT_OVER", 6)
    for number in range(PEOPLE):
        source.put("user", id_of(number), displayName=f"Person {number:04d} of {number % 7}")
    capture()
    update_index(tenant)
    return tenant


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The first ids of leaves that were opened."""
    seen: list[str] = []
    read = Leaves.read

    def noted(leaves: Leaves, places: Sequence[LeafPlace]) -> Iterator[tuple[LeafPlace, bytes]]:
        for place, content in read(leaves, places):
            seen.append(place.first_id)
            yield place, content

    monkeypatch.setattr(Leaves, "read", noted)
    return seen


def search(tenant: Tenant, text: str, *, states: Collection[ObjectState] = EXISTING) -> list[str]:
    newest = selectors.latest_snapshot(tenant)
    assert newest is not None
    page = search_objects(tenant, newest.seq, text, states=states, limit=200)
    return [one.object_id for one in page.objects]


def test_one_of_many_is_found_by_reading_a_leaf_or_two(many: Tenant, opened: list[str]) -> None:
    assert SearchLeaf.objects.filter(kind="user").count() == 40
    assert SearchSlice.objects.exists()
    opened.clear()

    assert search(many, "nobody is called so") == []
    assert search(many, "", states=DELETED) == []
    assert not opened
    assert search(many, "person 0077") == [id_of(77)]
    assert search(many, id_of(50)) == [id_of(50)]
    assert len(opened) <= 4


def test_what_was_deleted_is_found_among_those_that_share_its_name(
    many: Tenant, source: MemorySource, capture: Capture, opened: list[str]
) -> None:
    source.soft_delete("user", id_of(14))
    capture()
    update_index(many)
    opened.clear()

    assert search(many, "of 0", states=DELETED) == [id_of(14)]
    assert len(opened) == 1


def test_what_comes_later_is_found_too(
    many: Tenant, source: MemorySource, capture: Capture
) -> None:
    for number in range(500, 660):
        source.put("user", id_of(number), displayName=f"Newcomer {number}")
    capture()
    update_index(many)

    assert len(search(many, "newcomer")) == 160
    numbers = SearchLeaf.objects.filter(kind="user").values_list("number", flat=True)
    assert len(set(numbers)) == len(numbers) > 40


def test_a_walk_begins_anew_when_the_index_is_written_meanwhile(
    many: Tenant, source: MemorySource, capture: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    stamps = iter(["before", "after"])
    real = Leaves.stamp
    monkeypatch.setattr(Leaves, "stamp", lambda leaves: next(stamps, None) or real(leaves))

    assert search(many, "person 0077") == [id_of(77)]
    assert next(stamps, None) is None


def test_slices_are_sealed_for_their_tenant(many: Tenant) -> None:
    content = b"".join(bytes(one.content) for one in SearchSlice.objects.all())
    known = Slices(many.pk, keys.data_key(many.pk)).leaves_with([places_of([1])])

    assert set(known) == {"user"}
    assert bytes(64) not in content
