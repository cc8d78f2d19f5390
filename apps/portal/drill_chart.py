"""Where a drill's time went, as a bar of parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from apps.recovery.drills.choices import Phase

WIDTH: Final = 1000.0
# A part is seen however short it was.
_THINNEST: Final = 4.0


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the bar, from 0 to 1,000. seconds, words: what it stands for."""

    name: str
    words: str
    seconds: float
    x: float
    width: float
    counts: bool

    @property
    def share(self) -> int:
        """Per cent of the bar."""
        return round(self.width / WIDTH * 100)


def chart_of(numbers: Mapping[str, Any]) -> list[Part]:
    """The parts in the order in which they came; none of a drill that measured nothing."""
    seconds: Mapping[str, float] = numbers.get("seconds", {})
    phases = [one for one in Phase if one in seconds]
    total = sum(seconds[one] for one in phases)
    if not total:
        return []
    room = WIDTH - _THINNEST * len(phases)
    parts, x = [], 0.0
    for phase in phases:
        width = _THINNEST + room * seconds[phase] / total
        counts = phase in Phase.of_recovery()
        name = str(phase)
        parts.append(Part(name, phase.label, seconds[phase], round(x, 1), round(width, 1), counts))
        x += width
    return parts
