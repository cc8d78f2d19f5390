"""The order of a plan.

Undelete before making anew before update before links; whatever refers to everything else
(Conditional Access) last; then the removals, in the reverse order of creation; then what only they
make possible (`excluding`). Inside a wave nothing depends on anything else of another kind, and
what needs something that all this puts later comes right after that.

What Graph guards on administrators' accounts is written as soon as the account is there, before
groups are undeleted: one that carries a directory role would make its members administrators.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from apps.recovery.choices import Action
from apps.recovery.planning.drafts import Draft, Key

Rank = tuple[int, int, int, int]

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
# Of steps that are put off one because of the other; more than a plan has phases.
_LONGEST_CHAIN = 50


@dataclass(frozen=True, slots=True)
class Placed:
    """A draft with its number and its wave (both from 1; wave 0 writes nothing)."""

    draft: Draft
    order: int
    wave: int
    depends_on: tuple[int, ...]


def place(drafts: Iterable[Draft]) -> list[Placed]:
    """Number the drafts; the same drafts in any order give the same plan."""
    unordered = list(drafts)
    put_off = _put_off([draft for draft in unordered if draft.writes])
    ordered = sorted(unordered, key=lambda draft: _sort_key(draft, put_off))
    ranks = {_rank(draft, put_off) for draft in ordered if draft.writes}
    waves = {rank: wave for wave, rank in enumerate(sorted(ranks), 1)}
    numbers: dict[Key, int] = {draft.key: n for n, draft in enumerate(ordered, 1) if draft.writes}

    def wave_of(draft: Draft) -> int:
        return waves[_rank(draft, put_off)] if draft.writes else 0

    return [
        Placed(draft, number, wave_of(draft), _numbers(draft, numbers))
        for number, draft in enumerate(ordered, 1)
    ]


def _put_off(writing: list[Draft]) -> Mapping[Key, Rank]:
    """The drafts that need something of a later rank, or of another lane in theirs, each with the
    rank that comes next after that.

    What Graph guards goes early, and may yet name what is only made anew: an application's id.
    """
    needing = [draft for draft in writing if draft.needs]
    needed = {key for draft in needing for key in draft.needs}
    known = {draft.key: draft for draft in writing if draft.key in needed}
    put_off: dict[Key, Rank] = {}
    # Whoever waits for one that is put off is put off too; round in a circle nobody can be.
    for _ in range(_LONGEST_CHAIN):
        late: dict[Key, Rank] = {}
        for draft in needing:
            own = _rank(draft, put_off)
            for one in (known[key] for key in draft.needs if key in known):
                rank = _rank(one, put_off)
                if rank > own or (rank == own and one.lane != draft.lane):
                    after = (*rank[:3], rank[3] + 1)
                    late[draft.key] = max(after, late.get(draft.key, after))
        if not late:
            break
        put_off |= late
    return put_off


def _rank(draft: Draft, put_off: Mapping[Key, Rank]) -> Rank:
    return (put_off and put_off.get(draft.key)) or (*_own_rank(draft), 0)


def _own_rank(draft: Draft) -> tuple[int, int, int]:
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


def _sort_key(draft: Draft, put_off: Mapping[Key, Rank]) -> tuple[bool, Rank, tuple[str, ...]]:
    identity = (draft.kind, draft.object_id, draft.link, *draft.targets, *draft.attributes)
    if not draft.writes:
        return (True, (0, draft.kind_order, 0, 0), identity)
    return (False, _rank(draft, put_off), identity)


def _numbers(draft: Draft, numbers: Mapping[Key, int]) -> tuple[int, ...]:
    return tuple(sorted(numbers[key] for key in draft.needs if key in numbers))
