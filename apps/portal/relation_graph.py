"""An object's ties as a drawing: it in the middle, what leads to it left, what it leads to right.

Only places are worked out here; the template draws. The list of the same ties is what is read out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from apps.portal.relations import Node, Relations, Tie

WIDTH: Final = 980
# More sorts of ties than that are left to the list.
SORTS: Final = 7
_COLUMN, _MIDDLE = 300, 220
_HEAD, _NODE, _GAP, _BETWEEN = 20, 26, 4, 14
_LETTERS = 38


@dataclass(frozen=True, slots=True)
class Box:
    """node None: it says how many more there are."""

    x: int
    y: int
    width: int
    height: int
    text: str
    node: Node | None = None


@dataclass(frozen=True, slots=True)
class Bundle:
    """Ties of one sort: a heading over boxes, and the line that joins them to the middle."""

    tie: Tie
    x: int
    y: int
    line: str
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Graph:
    """left_out: sorts of ties that are not drawn."""

    width: int
    height: int
    middle: Box
    bundles: tuple[Bundle, ...]
    left_out: int


def graph_of(relations: Relations, label: str) -> Graph:
    """Where everything goes, in units that the page scales."""
    sides = (relations.to[:SORTS], relations.away[:SORTS])
    height = max(_height(ties) for ties in sides)
    middle = Box(
        (WIDTH - _MIDDLE) // 2,
        max(0, height // 2 - 24),
        _MIDDLE,
        48,
        Truncator(label).chars(28),
    )
    bundles = [
        bundle
        for ties, is_left in zip(sides, (True, False), strict=True)
        for bundle in _column(ties, middle, height, is_left=is_left)
    ]
    left_out = len(relations.to) + len(relations.away) - len(bundles)
    return Graph(WIDTH, max(height, middle.y + middle.height), middle, tuple(bundles), left_out)


def _height(ties: Sequence[Tie]) -> int:
    return max(48, sum(_needs(tie) + _BETWEEN for tie in ties) - _BETWEEN)


def _needs(tie: Tie) -> int:
    return _HEAD + (len(tie.nodes) + bool(_more(tie))) * (_NODE + _GAP)


def _more(tie: Tie) -> str:
    if tie.others:
        said = _("and at least %(number)s more") if tie.is_more else _("and %(number)s more")
        return said % {"number": tie.others}
    return _("and more") if tie.is_more else ""


def _column(ties: Sequence[Tie], middle: Box, height: int, *, is_left: bool) -> list[Bundle]:
    x = 0 if is_left else WIDTH - _COLUMN
    y = (height - _height(ties)) // 2
    found = []
    for tie in ties:
        found.append(Bundle(tie, x, y + 14, _line(tie, y, middle, is_left), _boxes(tie, x, y)))
        y += _needs(tie) + _BETWEEN
    return found


def _boxes(tie: Tie, x: int, y: int) -> tuple[Box, ...]:
    texts = [(Truncator(node.label).chars(_LETTERS), node) for node in tie.nodes]
    more = [(_more(tie), None)] if _more(tie) else []
    return tuple(
        Box(x, y + _HEAD + number * (_NODE + _GAP), _COLUMN, _NODE, text, node)
        for number, (text, node) in enumerate([*texts, *more])
    )


def _line(tie: Tie, y: int, middle: Box, is_left: bool) -> str:
    """A curve in the direction in which the tie leads."""
    outer = (_COLUMN, y + _HEAD + (_needs(tie) - _HEAD) // 2)
    inner = (middle.x - 8, middle.y + middle.height // 2)
    if not is_left:
        outer, inner = (WIDTH - _COLUMN - 8, outer[1]), (middle.x + middle.width, inner[1])
    start, end = (outer, inner) if is_left else (inner, outer)
    half = (start[0] + end[0]) // 2
    return f"M{start[0]} {start[1]} C{half} {start[1]} {half} {end[1]} {end[0]} {end[1]}"
