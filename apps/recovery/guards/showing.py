"""Risks as people and programs see them: with words, and with names where a page asks for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.diffs.choices import Risk
from apps.diffs.selectors import labels
from apps.recovery.guards.words import words_of
from apps.recovery.models import Plan

# So many objects of a risk are named on a page.
SHOWN = 8


@dataclass(frozen=True, slots=True)
class RiskView:
    """One risk of a plan with its words. named: id and name of some of the objects that it is
    about; policies: the same of the policies that cause it; more: how many objects are left out."""

    code: str
    level: Risk
    what: str
    why: str
    todo: str
    steps: tuple[int, ...]
    data: dict[str, Any]
    named: tuple[tuple[str, str], ...] = field(default=())
    policies: tuple[tuple[str, str], ...] = field(default=())
    more: int = 0


def ids_at_risk(plan: Plan) -> set[str]:
    """What risk_views() names."""
    return {one for risk in plan.risks for one in (*_ids(risk, "ids"), *_ids(risk, "policies"))}


def risk_views(plan: Plan, names: Mapping[str, str] | None = None) -> list[RiskView]:
    """A plan's risks in its order, with names as of the state that it assumes.

    names: of ids_at_risk(), where they are known; else one query.
    """
    if names is None:
        names = labels(plan.tenant, ids_at_risk(plan), plan.assumed_seq)
    return [_view(risk, names) for risk in plan.risks]


def risks_with_words(plan: Plan) -> list[RiskView]:
    """The same without names. No query."""
    return [_view(risk, {}) for risk in plan.risks]


def _view(risk: dict[str, Any], names: Mapping[str, str]) -> RiskView:
    data = risk.get("data", {})
    said = words_of(risk["code"], data)
    ids = _ids(risk, "ids")
    return RiskView(
        code=risk["code"],
        level=Risk(risk["level"]),
        what=said.what,
        why=said.why,
        todo=said.todo,
        steps=tuple(risk.get("steps", ())),
        data=data,
        named=_named(ids, names),
        policies=_named(_ids(risk, "policies"), names),
        more=max(int(data.get("count", 0)) - min(len(ids), SHOWN), 0) if ids else 0,
    )


def _named(ids: Iterable[str], names: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((one, names.get(one, one)) for one in list(ids)[:SHOWN])


def _ids(risk: dict[str, Any], name: str) -> list[str]:
    return [str(one) for one in risk.get("data", {}).get(name, ())]
