"""Whatever the index knows, a search finds what is there at the snapshot asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.entra.catalogue import kind
from apps.history import selectors
from apps.history.choices import ObjectState as State
from apps.history.records import ObjectKey
from apps.history.search import indexing
from apps.history.search.entries import texts_of
from apps.history.search.finding import DELETED, EXISTING, search_objects
from apps.history.search.folding import Question
from apps.history.search.indexing import update_index
from apps.tenants.models import Tenant
from tests.history.conftest import Capture
from tests.history.sources import MemorySource

KINDS = ("group", "user", "application")
NAMES = (
    "Ada",
    "Zoë Müller",
    "ada lovelace",
    'quo"te\\d',
    "\uff21\uff24\uff21",  # in full width
    "x",
    "Straße 7",
    "日本語の名前",
)
APP_IDS = ("0a1b2c3d-0000-4000-8000-00000000000a", "0a1b2c3d-ffff-4000-8000-00000000000b")
GUIDS = [f"{number:08x}-0000-4000-8000-000000000000" for number in range(12)]
IDS = (*GUIDS, "Fido2", "ada1")
QUESTIONS = (
    "", "ada", "a", "ADA love", "lovelace ada", "zoe  mull", "strasse", 'e"t', "本語", "0000000",
    "0a1b2c3d", APP_IDS[0], IDS[3], "Fido", "nobody at all", "-ffff-", "contoso",
)  # fmt: skip

acts = st.tuples(
    st.sampled_from(
        ("put", "put", "put", "soft_delete", "hard_delete", "restore", "seal", "index")
    ),
    st.sampled_from(KINDS),
    st.sampled_from(IDS),
    st.sampled_from(NAMES),
    st.sampled_from(APP_IDS),
)


@pytest.fixture(autouse=True)
def small_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "ENTRIES", 2)
    monkeypatch.setattr(indexing, "SPLIT_OVER", 4)
    monkeypatch.setattr(indexing, "SLICED_FROM", 3)


def perform(
    source: MemorySource, act: str, name: str, object_id: str, label: str, app: str
) -> None:
    present, binned = source.objects[name], source.binned[name]
    if act == "put" and object_id not in binned:
        extra = {"appId": app} if name == "application" else {"mail": f"{label}@Contoso.com"}
        source.put(name, object_id, displayName=label, **extra)
    elif act == "soft_delete" and object_id in present:
        source.soft_delete(name, object_id)
    elif act == "hard_delete" and object_id in (present | binned):
        source.hard_delete(name, object_id)
    elif act == "restore" and object_id in binned:
        source.restore(name, object_id)


def everything(tenant: Tenant, seq: int) -> list[tuple[ObjectKey, State, tuple[str, ...]]]:
    """Every object that was ever known by a position, opened."""
    ever = {key for past in range(1, seq + 1) for key in known_keys(tenant, past)}
    there = known_keys(tenant, seq)
    return [
        (key, there.get(key, State.HARD_DELETED), texts_of(kind(key[0]), body))
        for key, body in sorted(selectors.last_bodies(tenant, ever, seq).items())
    ]


def looked_at(
    objects: list[tuple[ObjectKey, State, tuple[str, ...]]], text: str, states: tuple[State, ...]
) -> list[Any]:
    question = Question.of(text)
    return [
        (*key, state, texts[0] or key[1])
        for key, state, texts in objects
        if state in states and (not question or question.matches(key[1], texts))
    ]


def known_keys(tenant: Tenant, seq: int) -> dict[ObjectKey, State]:
    return {(one.kind, one.object_id): one.state for one in selectors.state_at(tenant, seq)}


def by_pages(tenant: Tenant, seq: int, text: str, states: tuple[State, ...]) -> Iterator[Any]:
    after = None
    while True:
        page = search_objects(tenant, seq, text, states=states, after=after, limit=7)
        yield from (found[:4] for found in page.objects)
        after = page.after
        if after is None:
            return


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(acts, min_size=5, max_size=30))
def test_a_search_finds_what_looking_at_every_object_finds(
    tenant: Tenant, capture: Capture, source: MemorySource, script: list[tuple[str, ...]]
) -> None:
    with transaction.atomic():
        point = transaction.savepoint()
        source.__init__()  # type: ignore[misc]
        source.put("user", IDS[0], displayName="Ada")
        capture()
        for act, *what in script:
            if act == "seal":
                capture()
            elif act == "index":
                update_index(tenant)
            else:
                perform(source, act, *what)
        newest = selectors.latest_snapshot(tenant)
        assert newest is not None
        for seq in {1, (newest.seq + 1) // 2, newest.seq}:
            objects = everything(tenant, seq)
            for text in QUESTIONS:
                for states in (EXISTING, DELETED):
                    found = list(by_pages(tenant, seq, text, states))
                    assert found == looked_at(objects, text, states), (seq, text)
        transaction.savepoint_rollback(point)
