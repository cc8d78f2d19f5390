"""One thing that could go wrong: a code and what it is about, without a name and without a word.

The words are made when it is shown (`apps.recovery.guards.words`), so that they are the newest ones
and no personal data is kept in a plan.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from apps.diffs.choices import Risk

# A risk names so many steps and ids; `data` says how many there are.
NAMED = 100
_RANK = {Risk.LOW: 0, Risk.MEDIUM: 1, Risk.HIGH: 2}


@dataclass(frozen=True, slots=True)
class PlanRisk:
    """code: one of `words.WORDS`. steps: numbers of the plan's steps. data: ids and numbers; "ids"
    are those of the objects that it is about, "count" how many there are. blocks: the plan must not
    run at all."""

    code: str
    level: Risk
    steps: tuple[int, ...] = ()
    data: dict[str, Any] = field(default_factory=dict)
    blocks: bool = False

    def as_json(self) -> dict[str, Any]:
        """As plans keep it."""
        steps = list(self.steps[:NAMED])
        return {"code": self.code, "level": str(self.level), "steps": steps, "data": self.data}

    @property
    def subjects(self) -> set[tuple[str, str]]:
        """What is compared to tell a new risk from a known one: the code with each id."""
        return subjects_of(self.code, self.data)


def subjects_of(code: str, data: dict[str, Any]) -> set[tuple[str, str]]:
    """The code with each id that a risk names; with none for a risk that is about no object."""
    scope = str(data.get("who", ""))
    return {(f"{code}:{scope}", one) for one in data.get("ids", ())} or {(f"{code}:{scope}", "")}


def highest(risks: Iterable[PlanRisk]) -> Risk:
    """The level of the worst; low where there is none."""
    return max((risk.level for risk in risks), key=_RANK.__getitem__, default=Risk.LOW)


def ordered(risks: Iterable[PlanRisk]) -> list[PlanRisk]:
    """The worst first, then by code: the same risks in any order give the same list."""
    return sorted(
        risks, key=lambda one: (not one.blocks, -_RANK[one.level], one.code, str(one.data))
    )


def about(ids: Collection[str], **more: Any) -> dict[str, Any]:
    """The data of a risk that is about objects: some of their ids, and how many there are."""
    return {"ids": sorted(ids)[:NAMED], "count": len(ids), **more}


def new_among(now: Iterable[PlanRisk], known: Iterable[dict[str, Any]]) -> Iterator[PlanRisk]:
    """The risks that are not among those that a plan keeps, or are so of further objects."""
    before = {
        (str(one["level"]), subject)
        for one in known
        for subject in subjects_of(one["code"], one.get("data", {}))
    }
    for risk in now:
        if any((str(risk.level), subject) not in before for subject in risk.subjects):
            yield risk
