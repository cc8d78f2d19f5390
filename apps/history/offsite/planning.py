"""Which parts of the log a bundle takes over from the one before, and which are written anew.

New positions become a part of their own. So that their number stays small, eight parts of like
size at the end are written together as one: a row is written once for each size, not each time.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from apps.history.offsite.manifests import LogPart

AT_ONCE = 8
_SMALLEST = 1000


@dataclass(frozen=True, slots=True)
class Range:
    """Positions after low up to high, to be written. rows: about how many there will be."""

    low: int
    high: int
    rows: int


def plan_log(
    parts: Sequence[LogPart],
    newest: int,
    *,
    rows: int,
    state: Callable[[int, int], str],
) -> list[LogPart | Range]:
    """The log up to `newest`, in order: parts that are there, and ranges to be written.

    rows: about how many the new positions have. state: digest over what may have changed since a
    part was written (LogPart.state); then it is written again, as it is now.
    """
    planned: list[LogPart | Range] = [
        part if part.state == state(part.low, part.high) else _again(part) for part in parts
    ]
    through = parts[-1].high if parts else 0
    if newest > through:
        planned = _joined(planned, Range(through, newest, rows))
    return planned


def _again(part: LogPart) -> Range:
    return Range(part.low, part.high, part.rows)


def _joined(planned: list[LogPart | Range], new: Range) -> list[LogPart | Range]:
    kept = list(planned)
    while True:
        like = _like_at_end(kept, new)
        if len(like) < AT_ONCE - 1:
            return [*kept, new]
        new = Range(like[0].low, new.high, new.rows + sum(one.rows for one in like))
        del kept[-len(like) :]


def _like_at_end(planned: Sequence[LogPart | Range], new: Range) -> list[LogPart | Range]:
    like: list[LogPart | Range] = []
    for one in reversed(planned):
        if _size(one.rows) > _size(new.rows):
            break
        like.insert(0, one)
    return like


def _size(rows: int) -> int:
    return max(0, math.floor(math.log(max(rows, 1) / _SMALLEST, AT_ONCE)) + 1)
