"""How much of the tenant the plan touches at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from apps.diffs.choices import Risk
from apps.history import selectors as history
from apps.recovery.guards.effects import MEMBERS, Effects
from apps.recovery.guards.looking import PlanLook
from apps.recovery.guards.risks import PlanRisk


@dataclass(frozen=True, slots=True)
class Threshold:
    """From which number and which share (of 1) of a kind's objects on a level is reached; both have
    to be."""

    level: Risk
    number: int
    share: float


# Worst first. Small tenants reach a share with three objects, large ones a number with a trifle.
CHANGED: Final = {
    "user": (Threshold(Risk.HIGH, 500, 0.5), Threshold(Risk.MEDIUM, 50, 0.1)),
    "group": (Threshold(Risk.HIGH, 100, 0.5), Threshold(Risk.MEDIUM, 20, 0.1)),
    "application": (Threshold(Risk.HIGH, 50, 0.5), Threshold(Risk.MEDIUM, 10, 0.1)),
    "servicePrincipal": (Threshold(Risk.HIGH, 100, 0.5), Threshold(Risk.MEDIUM, 20, 0.1)),
    "conditionalAccessPolicy": (Threshold(Risk.HIGH, 10, 0.75), Threshold(Risk.MEDIUM, 3, 0.25)),
}
REMOVED: Final = {
    "user": (Threshold(Risk.HIGH, 50, 0.05), Threshold(Risk.MEDIUM, 10, 0.01)),
    "group": (Threshold(Risk.HIGH, 20, 0.05), Threshold(Risk.MEDIUM, 5, 0.01)),
    "application": (Threshold(Risk.HIGH, 10, 0.05), Threshold(Risk.MEDIUM, 3, 0.01)),
    "servicePrincipal": (Threshold(Risk.HIGH, 20, 0.05), Threshold(Risk.MEDIUM, 5, 0.01)),
    "conditionalAccessPolicy": (Threshold(Risk.HIGH, 3, 0.1), Threshold(Risk.MEDIUM, 1, 0.01)),
}


def mass_change_risks(look: PlanLook, effects: Effects) -> Iterator[PlanRisk]:
    """For each kind of which the plan writes, or removes, a good part."""
    counts = counts_at(look)
    for kind, thresholds in CHANGED.items():
        touched = effects.touched(kind)
        if kind == "group":
            touched |= {one.source for way in (effects.added, effects.taken)
                        for one in way.get(MEMBERS, ())}  # fmt: skip
        yield from _risk("mass-change", kind, len(touched), counts.get(kind, 0), thresholds)
    for kind, thresholds in REMOVED.items():
        removed = len(effects.removed.get(kind, ()))
        yield from _risk("mass-removal", kind, removed, counts.get(kind, 0), thresholds)


def counts_at(look: PlanLook) -> dict[str, int]:
    """How many objects of each kind the snapshot has. One query."""
    rows = history.snapshot_at(look.tenant, look.seq).collections
    return dict(rows.values_list("collection", "count"))


def _risk(
    code: str, kind: str, number: int, count: int, thresholds: tuple[Threshold, ...]
) -> Iterator[PlanRisk]:
    of = max(count, number)
    for one in thresholds:
        if number >= one.number and number >= one.share * of:
            data = {"kind": kind, "count": number, "of": of}
            yield PlanRisk(code, one.level, data=data)
            return
