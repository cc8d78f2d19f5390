"""The index follows the log: when enough is new, and when something was pruned."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import call_command
from pytest_django import DjangoCaptureOnCommitCallbacks

from apps.history.models import SearchIndex, SearchLeaf
from apps.history.search import keeping_up
from apps.history.search.entries import STATES as CODES
from apps.history.search.entries import Entry, Record
from apps.history.search.finding import search_objects
from apps.history.search.indexing import indexed_up_to, update_index
from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.tenants.models import Tenant
from tests.history.conftest import Capture
from tests.history.pruning.conftest import Prune, prune
from tests.history.sources import MemorySource

PRESENT, BINNED, GONE = CODES
__all__ = ["prune"]


def test_a_worker_updates_the_index_when_enough_is_new(
    tenant: Tenant,
    source: MemorySource,
    capture: Capture,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    monkeypatch.setattr(keeping_up, "BEHIND_AT_MOST", 2)
    asked = []
    for number in range(4):
        source.put("user", f"u{number}", displayName=f"User {number}")
        with django_capture_on_commit_callbacks(execute=True):
            capture()
        waiting = Job.objects.filter(kind="search-index", state="queued")
        asked.append(waiting.count())
        if number == 0:
            jobs.run_here(waiting.get())

    assert asked == [1, 0, 0, 1]  # at first, and when more than two are missing
    assert indexed_up_to(tenant) == 1
    assert len(search_objects(tenant, 4, "user").objects) == 4


def test_what_only_pruned_snapshots_knew_goes_out_of_the_index(
    tenant: Tenant, source: MemorySource, capture: Capture, prune: Prune
) -> None:
    for name in ("Ada", "Secret", "Ada King"):
        source.put("user", "u1", displayName=name)
        capture()
    update_index(tenant)
    before = bytes(SearchLeaf.objects.get().content)

    prune(2)
    update_index(tenant)

    assert SearchIndex.objects.get().pruned == 1
    assert bytes(SearchLeaf.objects.get().content) != before
    assert search_objects(tenant, 2, "secret").objects == []
    assert [one.label for one in search_objects(tenant, 3, "ada").objects] == ["Ada King"]
    assert [one.label for one in search_objects(tenant, 1, "ada").objects] == ["Ada"]


@pytest.mark.parametrize(
    ("kept", "left"),
    [
        ([1, 2, 3, 4], [1, 2, 3, 4]),
        ([1, 4], [1, 4]),
        ([2, 3], [2, 3]),
        ([3], [3]),
        ([4, 9], [4]),
    ],
)
def test_an_entry_without_what_was_pruned_says_the_same_at_what_is_kept(
    kept: list[int], left: list[int]
) -> None:
    whole = Entry(
        "u1",
        (
            Record(1, PRESENT, ("Ada",), ("g1",)),
            Record(2, PRESENT, ("Ada King",), ()),
            Record(3, BINNED),
            Record(4, PRESENT, ("Ada Lovelace",), ()),
        ),
    )

    less = whole.without_pruned(kept)

    assert less is not None
    assert [record.seq for record in less.records] == left
    assert [less.at(seq) for seq in kept] == [whole.at(seq) for seq in kept]
    assert Entry.from_line(less.to_line()) == less


def test_an_entry_that_no_kept_snapshot_knows_goes() -> None:
    entry = Entry("u1", (Record(2, PRESENT, ("Ada",), ()), Record(3, GONE)))

    assert entry.without_pruned([1]) is None
    assert entry.without_pruned([1, 4]) is None
    assert entry.without_pruned([2, 4]) == entry


def test_the_operator_has_the_indexes_made_anew(
    tenant: Tenant, source: MemorySource, capture: Capture
) -> None:
    source.put("user", "u1", displayName="Ada")
    capture()
    out = StringIO()

    call_command("reindex", str(tenant.pk), "--json", stdout=out)
    call_command("reindex", "--update", "--json", stdout=StringIO())

    assert json.loads(out.getvalue()) == [{"tenant": str(tenant.pk), "seq": 1, "objects": 1}]
    assert indexed_up_to(tenant) == 1
