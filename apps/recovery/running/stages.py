"""What of a plan may go on side by side: stages, and which of them wait for which (ADR 0085).

A stage is what one lane has of one wave. The waves are in an order that is safe for everything; a
stage passes by an earlier one only where nothing can come of it:

- nothing refers to Conditional Access, so no other lane waits for it;
- what refers to nothing (a named location, an authentication strength) waits for its own lane only;
- attributes of people and applications decide nothing about what else is written.

Removals wait for everything, and everybody waits for the steps that he names.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import connection

from apps.entra.catalogue import Lane, kind
from apps.recovery.choices import Action
from apps.recovery.models import Plan, Step

StageKey: TypeAlias = tuple[int, str]

_PLAIN_KINDS = frozenset({"user", "application", "servicePrincipal"})
_PLAIN_ACTIONS = frozenset({Action.UPDATE, Action.RETURN})
_MAKING = frozenset({Action.UNDELETE, Action.CREATE})
_REMOVING = frozenset({Action.SOFT_DELETE, Action.REMOVE})
_APART = frozenset({Lane.CONDITIONAL_ACCESS, Lane.POLICY})

_NAMED = """
    select distinct step.wave, step.lane, needed.wave, needed.lane
    from recovery_step step
    cross join unnest(step.depends_on) as wanted (number)
    join recovery_step needed on needed.plan_id = step.plan_id and needed."order" = wanted.number
    where step.plan_id = %s
"""


@dataclass(frozen=True, slots=True)
class Stage:
    """The steps of one lane in one wave. makes_later: its lane brings objects back after it."""

    wave: int
    lane: str
    actions: frozenset[str]
    kinds: frozenset[str]
    links: bool
    makes_later: bool = False

    @property
    def key(self) -> StageKey:
        return self.wave, self.lane

    @property
    def removes(self) -> bool:
        return bool(self.actions & _REMOVING)

    @property
    def is_plain(self) -> bool:
        """Whether no other stage needs it unless it says so.

        What is written before objects come back may guard them (an administrator's account).
        """
        return (
            self.actions <= _PLAIN_ACTIONS
            and self.kinds <= _PLAIN_KINDS
            and self.lane not in _APART
            and not self.makes_later
        )

    @property
    def refers_to_nothing(self) -> bool:
        return not self.links and not any(kind(name).references for name in self.kinds)


def waits_of(plan: Plan) -> dict[StageKey, frozenset[StageKey]]:
    """The stages of a plan in their order, each with those that have to be over before it."""
    stages = _stages(plan)
    named = _named(plan)
    removing = min((one.wave for one in stages if one.removes), default=None)
    return {
        stage.key: frozenset(
            earlier.key
            for earlier in stages
            if earlier.key in named[stage.key]
            or (earlier.wave < stage.wave and blocks(earlier, stage, removing))
        )
        for stage in stages
    }


def blocks(earlier: Stage, stage: Stage, removing: int | None) -> bool:
    """Whether a stage waits for an earlier one that its steps do not name.

    removing: the first wave that removes anything, if one does.
    """
    if removing is not None and stage.wave >= removing:
        return True
    if earlier.lane == stage.lane:
        return not earlier.is_plain or bool(earlier.kinds & stage.kinds)
    if earlier.lane == Lane.CONDITIONAL_ACCESS:
        return False
    if stage.lane in _APART and stage.refers_to_nothing:
        return False
    return not earlier.is_plain


def _stages(plan: Plan) -> list[Stage]:
    rows = (
        Step.objects.filter(plan=plan, wave__gt=0)
        .order_by()
        .values("wave", "lane")
        .annotate(
            actions=ArrayAgg("action", distinct=True),
            kinds=ArrayAgg("kind", distinct=True),
            names=ArrayAgg("link", distinct=True),
        )
    )
    making = [(row["wave"], row["lane"]) for row in rows if _MAKING.intersection(row["actions"])]
    stages = [
        Stage(
            wave=row["wave"],
            lane=row["lane"],
            actions=frozenset(row["actions"]),
            kinds=frozenset(row["kinds"]),
            links=any(row["names"]),
            makes_later=any(wave > row["wave"] and lane not in _APART for wave, lane in making),
        )
        for row in rows
    ]
    return sorted(stages, key=lambda stage: stage.key)


def _named(plan: Plan) -> Mapping[StageKey, set[StageKey]]:
    """Which stages hold steps that others name as what they depend on."""
    named: dict[StageKey, set[StageKey]] = defaultdict(set)
    for stage, needed in _pairs(plan):
        if needed != stage:
            named[stage].add(needed)
    return named


def _pairs(plan: Plan) -> Iterable[tuple[StageKey, StageKey]]:
    with connection.cursor() as cursor:
        cursor.execute(_NAMED, [plan.pk])
        return [((one, lane), (other, of)) for one, lane, other, of in cursor.fetchall()]
