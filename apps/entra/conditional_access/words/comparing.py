"""What differs between two policies, in words: "Now excludes the group ..."."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from apps.core import canonical
from apps.entra.conditional_access.words.grammar import CONTROLS, PLACES, Part, Place, verbs
from apps.entra.conditional_access.words.reading import Line, Told, read
from apps.entra.conditional_access.words.saying import Piece, before_and, joined
from apps.entra.conditional_access.words.terms import Item

_BLOCK = {True: "Now blocks access.", False: "No longer blocks access."}


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. pieces: text and items in turn. is_exclusion: who or what is let off
    differs. is_known: False for what the grammar has no place for."""

    pieces: tuple[Piece, ...]
    is_exclusion: bool = False
    is_known: bool = True

    @property
    def items(self) -> Iterator[Item]:
        return (piece for piece in self.pieces if isinstance(piece, Item))


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """All that differs in what two policies demand, exclusions first, then in their own order.

    Names and dates of the policies are left out: those are theirs as any object has them.
    """
    old, new = read(before), read(after)
    found = [*_state(old, new), *_lines(old, new), *_unknown(old, new)]
    return sorted(found, key=lambda change: not change.is_exclusion)


def _state(old: Told, new: Told) -> Iterator[Change]:
    if old.state != new.state:
        yield Change((f"State: was {old.state_words}, is now {new.state_words}.",))


def _lines(old: Told, new: Told) -> Iterator[Change]:
    was, now = ({line.place.path: line for line in told.lines} for told in (old, new))
    for place in PLACES:
        before, after = was.get(place.path), now.get(place.path)
        if place.is_setting:
            yield from _setting(place, before, after)
        else:
            yield from _coming_and_going(before, after)


def _setting(place: Place, before: Line | None, after: Line | None) -> Iterator[Change]:
    was, now = _said(before), _said(after)
    if was != now:
        yield Change((f"{place.words}: was {was}, is now {now}.",))


def _said(line: Line | None) -> str:
    return "; ".join(item.text for item in line.items) if line else "not set"


def _coming_and_going(before: Line | None, after: Line | None) -> Iterator[Change]:
    """Item by item. A rule that turns from one that includes into one that excludes is another."""
    was, now = _by_key(before), _by_key(after)
    come = [item for key, item in now.items() if key not in was]
    gone = [item for key, item in was.items() if key not in now]
    if after is not None and come:
        yield _moved(after, come, "only " if before is None and _narrows(after) else "", came=True)
    if before is not None and gone:
        yield (
            _unasked(before)
            if after is None and _narrows(before)
            else _moved(before, gone, "", came=False)
        )


def _narrows(line: Line) -> bool:
    """Whether its being there at all makes the policy count for less."""
    return line.place.part == Part.WHEN and not line.excludes


def _unasked(line: Line) -> Change:
    """A condition that is gone holds for everybody."""
    items = joined([(item,) for item in line.items], " or ")
    return Change((f"{line.place.words}: no longer a condition, was ", *items, "."))


def _by_key(line: Line | None) -> dict[tuple[str, bool], Item]:
    if line is None:
        return {}
    return {
        (item.raw.lower() if item.is_id else item.raw, line.excludes): item for item in line.items
    }


def _moved(line: Line, items: list[Item], only: str, *, came: bool) -> Change:
    if line.place.path == CONTROLS and any(item.raw == "block" for item in items):
        return Change((_BLOCK[came],))
    begin = verbs(line.place.part, excludes=line.excludes)[not came]
    begin = begin.replace(" when", f" {only}when") if only else begin
    last = " or " if line.place.part == Part.WHEN else " and "
    pieces = (f"{begin} ", *before_and(line, items, last), ".")
    return Change(pieces, is_exclusion=line.excludes)


def _unknown(old: Told, new: Told) -> Iterator[Change]:
    was, now = ({one.path: one.value for one in told.unknown} for told in (old, new))
    for path in sorted(was.keys() | now.keys()):
        if was.get(path) != now.get(path):
            sides = (_plain(side.get(path)) for side in (was, now))
            pieces = (f"{path}: was ", *_between(sides), ".")
            yield Change(pieces, is_known=False)


def _between(sides: Iterable[Item]) -> tuple[Piece, ...]:
    was, now = sides
    return was, ", is now ", now


def _plain(value: Any) -> Item:
    if value is None:
        return Item("", "not set")
    text = canonical.dumps(value).decode()
    return Item(text, text, is_code=True)
