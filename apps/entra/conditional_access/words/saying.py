"""The sentences that sum a policy up; its lines have all of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from apps.entra.conditional_access.words.grammar import CONTROLS, OPERATOR, Part
from apps.entra.conditional_access.words.reading import Line, Told
from apps.entra.conditional_access.words.terms import Item

Piece = str | Item
# More than that are counted in a sentence; the lines list them.
NAMED: Final = 4
# What holds for everybody anyway, so that a sentence need not say it.
_ANY: Final = frozenset({"all", "All"})
_NOBODY: Final = frozenset({"None", "none"})


@dataclass(frozen=True, slots=True)
class Sentence:
    """Text and items in turn. is_exclusion: it says who or what the policy lets off."""

    part: Part
    pieces: tuple[Piece, ...]
    is_exclusion: bool = False


def sentences(told: Told) -> Iterator[Sentence]:
    """Who, what, when, then, in that order; what is let off right after what it is let off from."""
    yield from _who_or_what(told, Part.WHO, "It applies to ", "It never applies to ", "nobody")
    yield from _who_or_what(told, Part.WHAT, "It covers ", "It does not cover ", "nothing")
    yield from _when(told)
    yield _grant(told)
    yield from _session(told)


def goes_without_saying(line: Line) -> bool:
    """Whether a line says nothing beyond the sentences: a condition that everybody meets, how the
    controls of a grant are joined, guests of whom the names stand in the next line."""
    is_any = line.place.part == Part.WHEN and not line.excludes and _is_any(line)
    return is_any or line.place.path == OPERATOR or _is_obvious(line) or _is_nobody(line)


def _who_or_what(told: Told, part: Part, begin: str, but: str, none: str) -> Iterator[Sentence]:
    lines = told.of(part)
    included = [line for line in lines if not line.excludes]
    excluded = [line for line in lines if line.excludes]
    if len(included) > 1:
        included = [line for line in included if not _is_nobody(line)]
    phrases = [_phrase(line) for line in included if not _is_obvious(line)]
    yield Sentence(part, (begin, *(joined(phrases, " and ") or (none,)), "."))
    if excluded:
        phrases = [_phrase(line) for line in excluded if not _is_obvious(line)]
        yield Sentence(part, (but, *joined(phrases, " and "), "."), is_exclusion=True)


def _is_obvious(line: Line) -> bool:
    """Guests of all organisations are guests; of those named, the names are in the next line."""
    return line.place.path.endswith(".membershipKind") and all(one.is_known for one in line.items)


def _is_nobody(line: Line) -> bool:
    """Policies for service principals say so of users."""
    return {item.raw for item in line.items} <= _NOBODY


def _when(told: Told) -> Iterator[Sentence]:
    lines = told.of(Part.WHEN)
    narrowing = [line for line in lines if not line.excludes and not _is_any(line)]
    excluded = [line for line in lines if line.excludes]
    if narrowing:
        phrases = joined([_phrase(line, " or ") for line in narrowing], ", and ")
        yield Sentence(Part.WHEN, ("It counts only when ", *phrases, "."))
    else:
        yield Sentence(Part.WHEN, ("It counts under all conditions.",))
    for line in excluded:
        phrase = _phrase(line, " or ")
        yield Sentence(Part.WHEN, ("It does not count when ", *phrase, "."), is_exclusion=True)


def _is_any(line: Line) -> bool:
    return {item.raw for item in line.items} <= _ANY


def _grant(told: Told) -> Sentence:
    lines = {line.place.path: line for line in told.of(Part.GRANT)}
    operator, controls = lines.pop(OPERATOR, None), lines.get(CONTROLS)
    if controls and any(item.raw == "block" for item in controls.items):
        return Sentence(Part.GRANT, ("Then access is blocked.",))
    asked = [before_and(line, [item]) for line in lines.values() for item in line.items]
    if not asked:
        return Sentence(Part.GRANT, ("Then nothing more is asked for.",))
    any_one = operator is not None and operator.items[0].raw.upper() == "OR"
    phrases = joined(asked, " or " if any_one else " and ")
    return Sentence(Part.GRANT, ("Then access takes ", *phrases, "."))


def _session(told: Told) -> Iterator[Sentence]:
    for line in told.of(Part.SESSION):
        yield Sentence(Part.SESSION, (f"{line.place.words}: ", *line.items, "."))


def _phrase(line: Line, last: str = " and ") -> tuple[Piece, ...]:
    """What a line names; ids are counted where there are many."""
    ids = sum(item.is_id for item in line.items)
    if ids <= NAMED:
        return before_and(line, line.items, last)
    words = line.place.words[:1].lower() + line.place.words[1:]
    others = tuple(item for item in line.items if not item.is_id)
    counted = f"{ids} {words}"
    return (*joined([(item,) for item in others], ", "), ", ", counted) if others else (counted,)


def before_and(line: Line, items: Sequence[Item], last: str = " and ") -> tuple[Piece, ...]:
    """Some items of a line, with what goes before them in a sentence."""
    noun = line.place.one if len(items) == 1 else line.place.many or line.place.one
    needs_noun = line.place.part in (Part.WHEN, Part.WHAT) or any(
        item.is_id or item.is_code for item in items
    )
    before = (f"{noun} ",) if noun and needs_noun else ()
    return (*before, *joined([(item,) for item in items], last))


def joined(phrases: Sequence[Iterable[Piece]], last: str) -> tuple[Piece, ...]:
    """Phrases one after the other: "a, b and c"."""
    pieces: list[Piece] = []
    for number, phrase in enumerate(phrases):
        if number:
            pieces.append(last if number == len(phrases) - 1 else ", ")
        pieces.extend(phrase)
    return tuple(pieces)
