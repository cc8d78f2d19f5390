"""What of a snapshot goes across, what is there already, what cannot and why: before anything is
written, and once more while it is brought over."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from apps.recovery.transfer.choices import Fate


@dataclass
class Findings:
    """Numbers, by kind; no id and no name of anybody.

    fates: what becomes of how many. reasons: of those that cannot go across, by reason. renamed:
    how many got another value because theirs is taken. gone: how many were brought by an earlier
    transfer and are no more at the source. links: how many would be there; following: of how
    many objects the links follow from a rule or from another directory, and are left to that.
    licences: products that people have there and that are not bought here.
    """

    fates: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    reasons: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    renamed: dict[str, int] = field(default_factory=dict)
    gone: int = 0
    links: int = 0
    following: int = 0
    licences: list[str] = field(default_factory=list)

    def note(self, kind: str, fate: Fate, reason: str = "") -> None:
        """One object of a kind."""
        self.fates[kind][str(fate)] += 1
        if reason:
            self.reasons[kind][reason] += 1

    def total(self, fate: Fate) -> int:
        """How many of all kinds."""
        return sum(counts[str(fate)] for counts in self.fates.values())

    def as_json(self) -> dict[str, Any]:
        return {
            "totals": {str(fate): self.total(fate) for fate in Fate},
            "kinds": {kind: dict(counts) for kind, counts in self.fates.items()},
            "reasons": {kind: dict(counts) for kind, counts in self.reasons.items()},
            "renamed": dict(self.renamed),
            "gone": self.gone,
            "links": self.links,
            "following": self.following,
            "licences": list(self.licences),
        }
