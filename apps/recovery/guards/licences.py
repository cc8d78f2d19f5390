"""Groups that carry licences: whoever joins takes a seat that is paid for, whoever leaves loses
what the licence holds.

https://learn.microsoft.com/entra/identity/users/licensing-groups-assign
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from apps.diffs.choices import Risk
from apps.recovery.guards.effects import MEMBERS, Edge, Effects
from apps.recovery.guards.groups import GroupFacts
from apps.recovery.guards.risks import PlanRisk, about

# So many people losing their licences at once is an outage.
MANY = 50


def licence_risks(effects: Effects, groups: dict[str, GroupFacts]) -> Iterator[PlanRisk]:
    """Members that join, or leave, groups to which licences are assigned."""
    carrying = {one: facts.licences for one, facts in groups.items() if facts.licences}
    if carrying:
        added, taken = effects.added.get(MEMBERS, []), effects.taken.get(MEMBERS, [])
        yield from _risk("licences-taken", added, carrying, Risk.MEDIUM)
        yield from _risk("licences-lost", taken, carrying, Risk.HIGH)


def _risk(code: str, edges: list[Edge], carrying: dict[str, int], many: Risk) -> Iterator[PlanRisk]:
    people: defaultdict[str, set[str]] = defaultdict(set)
    steps = set()
    for edge in edges:
        if edge.source in carrying:
            people[edge.source].update(edge.targets)
            steps.add(edge.step)
    if not people:
        return
    members = sum(len(each) for each in people.values())
    seats = sum(len(each) * carrying[group] for group, each in people.items())
    level = many if members >= MANY else Risk.MEDIUM
    data = about(people, members=members, seats=seats)
    yield PlanRisk(code, level, tuple(sorted(steps)), data)
