"""What a German reader sees is German: no text of ours that nobody looked up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client

from apps.core.languages import catalogues, choosing
from tests.portal.test_every_page_in_browser import NOWHERE, paths
from tests.portal.world import make_world, signed_in

# Words that no name in the world has, and every English sentence.
_ENGLISH = re.compile(r"\b(the|of|is|are|were|you|this|and|until|which|nobody|not|with)\b")
# Texts, not code: what these hold is shown as it is everywhere.
_AS_IT_IS = frozenset({"script", "style", "code", "pre", "textarea"})
_SHOWN_IN = frozenset({"title", "placeholder", "aria-label", "alt", "data-confirm"})
# Whose names happen to be words of ours, and what programs are called.
OWN_NAMES = frozenset({"Engineers", "Groups", "Snapshot", "Name", "Plan"})
FEWEST = 60
# What the world's people wrote themselves, and names of routes.
OWN_WORDS = ("the incident", "storage is dear", "it was settled", "portal:sign-in-of")


class Texts(HTMLParser):
    """The texts of a page, with those of attributes that are read out or shown."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self._within: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _AS_IT_IS:
            self._within.append(tag)
        self.found |= {
            " ".join(value.split()) for name, value in attrs if name in _SHOWN_IN and value
        }

    def handle_endtag(self, tag: str) -> None:
        if self._within and self._within[-1] == tag:
            self._within.pop()

    def handle_data(self, data: str) -> None:
        if not self._within and (said := " ".join(data.split())):
            self.found.add(said)


def texts_of(page: str) -> set[str]:
    reader = Texts()
    reader.feed(page)
    return reader.found


def left_in_english(texts: set[str]) -> Iterator[str]:
    """What the catalogue has another German for, or what reads like an English sentence."""
    english, german = _catalogue()
    for said in texts:
        if said in OWN_NAMES or said in german or any(map(said.__contains__, OWN_WORDS)):
            continue
        if said in english or _ENGLISH.search(said):
            yield said


@cache
def _catalogue() -> tuple[frozenset[str], frozenset[str]]:
    """The texts that are said otherwise in German, and the German ones."""
    said = [(one.id, one.string) for one in catalogues.read("de") if isinstance(one.id, str)]
    german = frozenset(str(text) for _, text in said)
    return frozenset(text for text, other in said if text != other) - german, german


@pytest.fixture(autouse=True)
def _language_stays() -> Iterator[None]:
    """Requests leave their reader's language behind, in which the next test would begin."""
    with choosing.in_english():
        yield


@pytest.mark.django_db
def test_no_page_says_anything_in_english_to_a_german_reader(settings: Any) -> None:
    settings.HOLDFAST_SANDBOX_URL = NOWHERE
    world = make_world()
    alice, olivia = world.cast.alice, world.cast.olivia
    for user in (alice, olivia):
        user.language = "de"
        user.save(update_fields=["language"])
    clients: list[Client] = [signed_in(alice), signed_in(olivia)]

    left: dict[str, str] = {}
    seen = 0
    for path in paths(world):
        for client in clients:
            answer = client.get(path)
            if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
                continue
            seen += 1
            left |= dict.fromkeys(left_in_english(texts_of(answer.content.decode())), path)
            break

    assert seen >= FEWEST
    assert not left, "\n".join(f"{path}: {said}" for said, path in sorted(left.items()))
