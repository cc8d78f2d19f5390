"""Whether anybody at all could still get in to administer the tenant.

Where the holders of Global Administrator are known, one of them or a break-glass account has to.
Where they are not, everybody counts: whoever no policy makes an exception for stands for all of
them, and where he is shut out, somebody has to be left among the exceptions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import IntEnum

from apps.diffs.choices import Risk
from apps.entra.conditional_access import Answer, Level, Who, best_way_in
from apps.recovery.guards.lock_out import LockOut, Moment
from apps.recovery.guards.memberships import members_of
from apps.recovery.guards.people import ADMINISTRATOR, BREAK_GLASS, people_of, who
from apps.recovery.guards.policies import Body, excluded_guests, named_by
from apps.recovery.guards.risks import PlanRisk

# Of the members of excluded groups so many are looked at; groups of exceptions are small.
MOST = 200


class Left(IntEnum):
    """Who is left that gets in."""

    NOBODY = 0
    PERHAPS = 1
    SOMEBODY = 2


def nobody_risks(case: LockOut) -> Iterator[PlanRisk]:
    """A risk that blocks the plan when it would leave nobody who could; where there was nobody
    before, it is only said."""
    after = left(case, case.after, is_after=True)
    if after == Left.SOMEBODY:
        return
    before = left(case, case.before, is_after=False)
    if after == Left.NOBODY and before > Left.NOBODY:
        yield PlanRisk("nobody-gets-in", Risk.HIGH, case.steps, blocks=True)
    elif after == Left.NOBODY:
        yield PlanRisk("still-nobody-gets-in", Risk.MEDIUM, case.steps)
    elif before == Left.SOMEBODY:
        yield PlanRisk("perhaps-nobody-gets-in", Risk.HIGH, case.steps)


def left(case: LockOut, moment: Moment, *, is_after: bool) -> Left:
    """Who could still get in at one of the two moments."""
    reasons = case.subjects.by_reason
    known = reasons.get(ADMINISTRATOR, frozenset())
    if known:
        ways = (case.ways(one)[is_after] for one in known | reasons[BREAK_GLASS])
        return _of(way.level for way in ways)
    stranger = Who(object_id="", roles_at_hand=moment.rules.roles)
    if moment.way_of(stranger).level < Level.SHUT:
        return Left.SOMEBODY
    return _among_exceptions(case, moment, stranger, is_after=is_after)


def _among_exceptions(case: LockOut, moment: Moment, stranger: Who, *, is_after: bool) -> Left:
    """Whoever gets in has to be excepted from each policy that shuts the stranger out: so it is
    enough to look among the exceptions of one of them."""
    shutting = _shutting(moment, stranger)
    if not shutting:
        return Left.PERHAPS
    policy = min(shutting, key=_width)
    if named_by(policy, "exclude", "Roles") or excluded_guests(policy):
        return Left.PERHAPS
    ids = set(named_by(policy, "exclude", "Users"))
    groups = named_by(policy, "exclude", "Groups")
    joining = case.memberships.joining() if is_after else None
    ids |= members_of(case.look, groups, MOST, joining)
    found = sorted(ids)[:MOST]
    levels = list(_levels(case, moment, found, is_after=is_after))
    best = _of(levels)
    return Left.PERHAPS if best == Left.NOBODY and len(ids) > MOST else best


def _levels(case: LockOut, moment: Moment, ids: list[str], *, is_after: bool) -> Iterator[Level]:
    people = people_of(case.look, case.effects, ids)
    case.memberships.load(ids)
    bodies = people.after if is_after else people.before
    groups = case.memberships.after if is_after else case.memberships.before
    for one, body in bodies.items():
        yield moment.way_of(who(one, body, groups(one), moment.roles, moment.rules)).level


def _shutting(moment: Moment, stranger: Who) -> list[Body]:
    """The policies that block somebody without any exception, whatever he does."""
    decision = best_way_in(moment.rules.policies, stranger, moment.rules.where).decision
    ids = {one.policy_id for one in decision.blocked_by if one.applies == Answer.YES}
    return [policy for policy in moment.rules.policies if policy.get("id") in ids]


def _width(policy: Body) -> tuple[bool, int]:
    """How many exceptions a policy makes, as far as it tells by itself."""
    named = (named_by(policy, "exclude", what) for what in ("Users", "Groups"))
    wide = bool(named_by(policy, "exclude", "Roles")) or excluded_guests(policy)
    return wide, sum(len(one) for one in named)


def _of(levels: Iterable[Level]) -> Left:
    best = min(levels, default=Level.SHUT)
    return Left.NOBODY if best == Level.SHUT else Left.SOMEBODY
