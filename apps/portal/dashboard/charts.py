"""What changed in a tenant lately, as a small chart: a bar a day, cut by risk."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from apps.diffs.lately import Risks

DAYS: Final = 14
# The chart's own units.
WIDTH, HEIGHT = 100.0, 20.0
BAR: Final = round(WIDTH / DAYS - 1.5, 2)
NONE: Final = Risks()


@dataclass(frozen=True, slots=True)
class Block:
    """One risk's part of a bar, in the chart's own units."""

    risk: str
    x: float
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Chart:
    """The last days of a tenant. paths: for each risk all its blocks, as an SVG path.

    total: over all the days, for whom the bars say nothing.
    """

    paths: tuple[tuple[str, str], ...]
    total: Risks
    days: int = DAYS


def chart_of(by_day: Mapping[date, Risks], today: date) -> Chart:
    """The bars of the last days, the one of today at the right."""
    days = [by_day.get(today - timedelta(days=ago), NONE) for ago in reversed(range(DAYS))]
    most = max(day.total for day in days)
    paths: dict[str, list[str]] = defaultdict(list)
    for place, day in enumerate(days):
        for block in stacked(day, place * WIDTH / DAYS, scaled(day.total, most, HEIGHT), HEIGHT):
            paths[block.risk].append(f"M{block.x:g} {block.y:g}h{BAR:g}v{block.height:g}h-{BAR:g}z")
    total = Risks(*(sum(numbers) for numbers in zip(*days, strict=True)))
    return Chart(tuple((risk, "".join(parts)) for risk, parts in paths.items()), total)


def stacked(risks: Risks, x: float, whole: float, top: float) -> list[Block]:
    """A bar that ends at `top`, cut by risk: high risk stands at the bottom, where bars are
    compared best. whole: its height."""
    blocks = []
    for risk, height in shares(risks, whole):
        top -= height
        blocks.append(Block(risk, round(x, 3), round(top, 2), round(height, 2)))
    return blocks


def scaled(number: int, most: int, height: float) -> float:
    """The height of a number by its logarithm, so that one change beside a thousand shows."""
    if not number:
        return 0.0
    return max(height / 10, height * math.log1p(number) / math.log1p(max(most, 1)))


def shares(day: Risks, whole: float) -> list[tuple[str, float]]:
    """A bar's height cut by risk, the highest first; what is there at all stays to be seen."""
    present = [(name, number) for name, number in zip(Risks._fields, day, strict=True) if number][
        ::-1
    ]
    least = whole / 6
    weights = [max(whole * number / day.total, least) for _, number in present]
    scale = whole / sum(weights) if weights else 0.0
    return [(name, weight * scale) for (name, _), weight in zip(present, weights, strict=True)]
