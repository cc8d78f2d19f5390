"""The order of a plan.

Undelete before making anew before update before links; whatever refers to everything else
(Conditional Access) last; then the removals, in the reverse order of creation; then what only they
make possible (`excluding`). Inside a wave nothing depends on anything else.

What Graph guards on administrators' accounts is written as soon as the account is there, before
groups are undeleted: one that carries a directory role would make its members administrators.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from apps.recovery.choices import Action
from apps.recovery.planning.drafts import Draft, Key

Rank = tuple[int, int, int]

_PHASES = {
    Action.UNDELETE: 1,
    Action.CREATE: 2,
    Action.PREPARE: 3,
    Action.UPDATE: 4,
    Action.RETURN: 4,
    Action.LINK_ADD: 5,
    Action.LINK_REMOVE: 6,
    Action.SECRET: 6,
}
_AFTER_ALL_ELSE = 6
_REMOVALS = 20


@dataclass(frozen=True, slots=True)
class Placed:
    """A draft with its number and its wave (both from 1; wave 0 writes nothing)."""

    draft: Draft
    order: int
    wave: int
    depends_on: tuple[int, ...]


def place(drafts: Iterable[Draft]) -> list[Placed]:
    """Number the drafts; the same drafts in any order give the same plan."""
    ordered = sorted(drafts, key=_sort_key)
    waves = _waves(ordered)
    numbers: dict[Key, int] = {draft.key: n for n, draft in enumerate(ordered, 1) if draft.writes}
    return [
        Placed(draft, number, waves[_rank(draft)] if draft.writes else 0, _numbers(draft, numbers))
        for number, draft in enumerate(ordered, 1)
    ]


def _rank(draft: Draft) -> Rank:
    if draft.action in {Action.SOFT_DELETE, Action.REMOVE} or draft.for_removal:
        return (_REMOVALS, -draft.kind_order, 0 if draft.for_removal else 1)
    if draft.at_the_end:
        return (_REMOVALS + 1, draft.kind_order, draft.part)
    if draft.guarded:
        return (_PHASES[Action.UNDELETE], draft.kind_order + 1, draft.part)
    phase = _PHASES[draft.action] + (_AFTER_ALL_ELSE if draft.last else 0)
    # Links of all kinds go side by side: by then every object is there.
    order = 0 if draft.action in Action.of_links() else draft.kind_order
    return (phase, order, draft.part)


def _sort_key(draft: Draft) -> tuple[bool, Rank, tuple[str, ...]]:
    identity = (draft.kind, draft.object_id, draft.link, *draft.targets, *draft.attributes)
    if not draft.writes:
        return (True, (0, draft.kind_order, 0), identity)
    return (False, _rank(draft), identity)


def _waves(ordered: Iterable[Draft]) -> Mapping[Rank, int]:
    ranks = sorted({_rank(draft) for draft in ordered if draft.writes})
    return {rank: wave for wave, rank in enumerate(ranks, 1)}


def _numbers(draft: Draft, numbers: Mapping[Key, int]) -> tuple[int, ...]:
    return tuple(sorted(numbers[key] for key in draft.needs if key in numbers))
