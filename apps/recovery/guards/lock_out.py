"""Whom the plan would lock out: Conditional Access as it would be afterwards, for those who matter.

What was shut before and stays shut is told apart from what the plan newly shuts. Whatever cannot be
known (a place, a device, a risk, a dynamic group's members) counts against the plan.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from apps.diffs.choices import Risk
from apps.entra.conditional_access import Level, Who, best_way_in
from apps.recovery.guards.dynamic import uncertain_groups
from apps.recovery.guards.effects import MEMBERS, Effects
from apps.recovery.guards.looking import PlanLook
from apps.recovery.guards.memberships import Memberships
from apps.recovery.guards.people import (
    ADMINISTRATOR,
    BREAK_GLASS,
    USER,
    People,
    Subjects,
    people_of,
    subjects_of,
    who,
)
from apps.recovery.guards.policies import (
    LOCATION,
    POLICY,
    Rules,
    rules_after,
    rules_before,
    rules_of,
)
from apps.recovery.guards.risks import NAMED, PlanRisk, about
from apps.recovery.guards.roles import KINDS_OF_ROLES, Roles, roles_before_and_after


class Way(NamedTuple):
    """How hard it is for somebody to get in, and the policies that make it so."""

    level: Level
    because_of: frozenset[str] = frozenset()


# Who is gone or disabled, whatever the policies say.
NO_ACCOUNT = Way(Level.SHUT)


@dataclass
class Moment:
    """The tenant before or after: rules, roles, and how people get in under them."""

    rules: Rules
    roles: Roles
    uncertain: frozenset[str] = frozenset()
    decided: dict[Who, Way] = field(default_factory=dict)

    def way_of(self, one: Who) -> Way:
        """The best way in of somebody; of those who are alike only the first is worked out."""
        if one not in self.decided:
            ways = (self._best(variant) for variant in self._variants(one))
            self.decided[one] = max(ways, key=lambda way: way.level)
        return self.decided[one]

    def _variants(self, one: Who) -> Iterator[Who]:
        """Somebody with, and without, the groups whose members nobody can tell beforehand."""
        yield one
        doubtful = self.uncertain & self.rules.groups
        if doubtful:
            yield _in_groups(one, one.groups | doubtful)
            yield _in_groups(one, one.groups - doubtful)

    def _best(self, one: Who) -> Way:
        found = best_way_in(self.rules.policies, one, self.rules.where)
        decision = found.decision
        demanding = decision.blocked_by or decision.asked_by
        return Way(found.level, frozenset(each.policy_id for each in demanding))


class LockOut:
    """Both moments of a plan, read once."""

    def __init__(self, look: PlanLook, effects: Effects) -> None:
        self.look, self.effects = look, effects
        bodies = rules_before(look)
        roles_now, roles_then = roles_before_and_after(look, effects)
        self.before = Moment(rules_of(bodies), roles_now)
        self.memberships = Memberships(look, effects)
        self.after = Moment(
            rules_of(rules_after(look, effects, bodies)), roles_then, self._doubtful()
        )
        if self.after.rules == self.before.rules and not self.after.uncertain:
            # Who is as before gets in as before.
            self.after.decided = self.before.decided
        self.subjects: Subjects = subjects_of(look, roles_now, roles_then)

    def _doubtful(self) -> frozenset[str]:
        """The groups of which nobody knows the members afterwards, with those that hold them."""
        found = uncertain_groups(self.effects)
        self.memberships.load(found)
        return found.union(*(self.memberships.after(one) for one in found))

    @cached_property
    def people(self) -> People:
        ids = self.subjects.ids
        self.memberships.load(ids)
        return people_of(self.look, self.effects, ids)

    @property
    def steps(self) -> tuple[int, ...]:
        """The steps that the way in hangs on: those that write policies and locations."""
        writes = self.effects.watched_of(POLICY, LOCATION).values()
        return tuple(sorted(write.order for steps in writes for write in steps))[:NAMED]

    @property
    def rules_change(self) -> bool:
        return bool(self.effects.watched_of(POLICY, LOCATION))

    def ways(self, object_id: str) -> tuple[Way, Way]:
        """How somebody gets in before and after."""
        return self._way_before(object_id), self._way_after(object_id)

    def _way_before(self, object_id: str) -> Way:
        body = self.people.before.get(object_id)
        if body is None:
            return NO_ACCOUNT
        groups, moment = self.memberships.before(object_id), self.before
        return moment.way_of(who(object_id, body, groups, moment.roles, moment.rules))

    def _way_after(self, object_id: str) -> Way:
        body = self.people.after.get(object_id)
        if body is None:
            return NO_ACCOUNT
        groups, moment = self.memberships.after(object_id), self.after
        return moment.way_of(who(object_id, body, groups, moment.roles, moment.rules))


def concerns(effects: Effects) -> bool:
    """Whether the plan writes anything that somebody's way in may hang on."""
    return bool(
        effects.watched_of(POLICY, LOCATION, USER, "group", *KINDS_OF_ROLES)
        or effects.added.get(MEMBERS)
        or effects.taken.get(MEMBERS)
    )


def lock_out_risks(case: LockOut) -> Iterator[PlanRisk]:
    """Whom of those who matter the plan shuts out, may shut out, or leaves shut out."""
    if case.rules_change:
        yield from _unknown(case)
    for reason, ids in case.subjects.by_reason.items():
        yield from _of_one_sort(case, reason, ids)


def _unknown(case: LockOut) -> Iterator[PlanRisk]:
    if not case.subjects.by_reason[BREAK_GLASS]:
        yield PlanRisk("no-break-glass-named", Risk.MEDIUM, case.steps)
    if not case.before.roles.known:
        yield PlanRisk("role-holders-unknown", Risk.MEDIUM, case.steps)


def _of_one_sort(case: LockOut, reason: str, ids: frozenset[str]) -> Iterator[PlanRisk]:
    found: dict[str, dict[str, Way]] = {}
    for one in sorted(ids):
        before, after = case.ways(one)
        code = _finding(before, after, reason, changed=case.rules_change)
        if code:
            found.setdefault(code, {})[one] = after
    for code, ways in found.items():
        because = frozenset().union(*(way.because_of for way in ways.values()))
        yield PlanRisk(
            code,
            _LEVELS[code],
            case.steps,
            about(ways, who=reason, policies=sorted(because)[:NAMED]),
        )


def _finding(before: Way, after: Way, reason: str, *, changed: bool) -> str:
    if after.level == Level.SHUT:
        if before.level < Level.SHUT:
            return "shut-out"
        return "stays-shut-out" if changed else ""
    if after.level <= before.level:
        return ""
    if after.level == Level.DEPENDS:
        return "may-be-shut-out"
    # A Global Administrator has his devices; the account in the safe may have none.
    demands = reason in {BREAK_GLASS, ADMINISTRATOR} and after.level == Level.DEVICE
    return "needs-device" if demands else ""


def _in_groups(one: Who, groups: frozenset[str]) -> Who:
    return Who(
        one.object_id,
        groups=groups,
        roles=one.roles,
        roles_at_hand=one.roles_at_hand,
        guest=one.guest,
    )


_LEVELS = {
    "shut-out": Risk.HIGH,
    "may-be-shut-out": Risk.HIGH,
    "needs-device": Risk.MEDIUM,
    "stays-shut-out": Risk.MEDIUM,
}
