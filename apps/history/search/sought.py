"""What is sought in the index: which leaves and lines may hold it, and whether an object is it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from apps.history.choices import ObjectState as State
from apps.history.search.entries import Known
from apps.history.search.folding import Question, fold
from apps.history.search.leaves import LeafPlace
from apps.history.search.slices import Places, places_of
from apps.history.search.tokens import (
    Wanted,
    beginning_with,
    sliced_deleted,
    sliced_reference,
    sliced_wanted,
    wanted_by,
)

LAST = chr(0x10FFFF)  # follows everything that an id begins with
# How JSON spells these depends on where they come from, so lines are not searched for them.
_SPELT_OTHERWISE = re.compile(r'["\\]')
# A record that says that an object was deleted: its position, then 1 or 2 (see entries).
_DELETION = re.compile(rb"\[\d+,[12][],]")


@dataclass(frozen=True, slots=True)
class Sought:
    """wanted: leaves that lack all of these need not be opened; empty: all are. beginnings: ids
    that begin so are sought too. parts: folded lines without any of these need not be read; empty:
    all are. deleted: nor need lines that tell of no deletion. sliced: where kinds have slices, only
    leaves that have all places of one of these are opened.
    """

    accepts: Callable[[str, Known], bool]
    wanted: tuple[Wanted, ...] = ()
    beginnings: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    deleted: bool = False
    sliced: tuple[Places, ...] = ()

    def may_be_in(self, place: LeafPlace, bitmap: bytes) -> bool:
        """Whether it is worth opening a leaf."""
        if self.deleted and not Wanted.deleted().possible(bitmap):
            return False
        if not self.wanted or any(wanted.possible(bitmap) for wanted in self.wanted):
            return True
        return any(
            place.first_id <= beginning + LAST
            and (place.ends is None or beginning < place.ends)
            and beginning_with(beginning).possible(bitmap)
            for beginning in self.beginnings
        )

    def lines(self, content: bytes) -> Iterator[bytes]:
        """The lines of a leaf that may hold it, in their order."""
        if not self.parts:
            found: Iterable[bytes] = content.split(b"\n")
        else:
            found = _lines_with(self.parts, content)
        return (line for line in found if not self.deleted or _DELETION.search(line))

    @property
    def sees_all(self) -> bool:
        """Whether every leaf has to be opened."""
        return not self.wanted and not self.deleted


def by_text(question: Question, states: Collection[State]) -> Sought:
    """Objects in one of these states that a question finds; all of them if it asks for nothing."""
    deleted = State.PRESENT not in states
    if not question:
        sliced = (places_of(sliced_deleted()),) if deleted else ()
        return Sought(lambda _, known: known.state in states, deleted=deleted, sliced=sliced)
    return Sought(
        lambda object_id, known: known.state in states and question.matches(object_id, known.texts),
        wanted_by(question),
        question.beginnings,
        _to_look_for(question.text),
        deleted,
        tuple(map(places_of, sliced_wanted(question, deleted=deleted))),
    )


def by_key(keys: Collection[str], states: Collection[State]) -> Sought:
    """Objects in one of these states that people know by exactly one of these: appIds, say."""
    sought = frozenset(map(fold, keys))
    parts = [_to_look_for(one) for one in sorted(sought)]
    questions = [Question.of(one) for one in sorted(sought)]
    sliced = (sliced_wanted(one, deleted=False) for one in questions)
    return Sought(
        lambda _, known: known.state in states and not sought.isdisjoint(map(fold, known.texts)),
        tuple(chain.from_iterable(map(wanted_by, questions))),
        parts=tuple(chain.from_iterable(parts)) if all(parts) else (),
        sliced=tuple(map(places_of, chain.from_iterable(sliced))),
    )


def by_reference(ids: Collection[str], states: Collection[State]) -> Sought:
    """Objects in one of these states that refer to one of these ids."""
    sought = frozenset(ids)
    parts = [_to_look_for(fold(one)) for one in sorted(sought)]
    return Sought(
        lambda _, known: known.state in states and not sought.isdisjoint(known.refers),
        tuple(map(Wanted.referring_to, sorted(sought))),
        parts=tuple(chain.from_iterable(parts)) if all(parts) else (),
        sliced=tuple(places_of(sliced_reference(one)) for one in sorted(sought)),
    )


def _to_look_for(text: str) -> tuple[str, ...]:
    """The longest part of a folded text that is spelt the same in every line; none if there is
    no such part."""
    longest = max(_SPELT_OTHERWISE.split(text), key=len)
    return (longest,) if longest else ()


def _lines_with(parts: Collection[str], content: bytes) -> Iterator[bytes]:
    folded = fold(content.decode())
    numbers = sorted({number for part in parts for number in _line_numbers(part, folded)})
    if numbers:
        lines = content.split(b"\n")
        yield from (lines[number] for number in numbers)


def _line_numbers(part: str, folded: str) -> Iterator[int]:
    number, counted_to = 0, 0
    at = folded.find(part)
    while at >= 0:
        number += folded.count("\n", counted_to, at)
        yield number
        counted_to = folded.find("\n", at)
        if counted_to < 0:
            return
        at = folded.find(part, counted_to)
