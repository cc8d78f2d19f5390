"""Which groups somebody is in, through other groups too, before the plan and after it.

Asked upwards, from the few whose access matters: a group of everybody is never read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from apps.diffs.batches import batched
from apps.history import selectors as history
from apps.recovery.guards.effects import MEMBERS, Edge, Effects
from apps.recovery.guards.looking import PlanLook

BATCH = 1000
# Of more people who come back only those are looked at whose way in matters.
MOST_USERS = 5000
Parents = dict[str, set[str]]


@dataclass
class Memberships:
    """The groups directly above each id that was asked for, before and after."""

    look: PlanLook
    effects: Effects
    _before: Parents = field(default_factory=dict)
    _after: Parents = field(default_factory=dict)
    # Back from the bin, by target: what steps add and take is looked up when it is asked for.
    _returning: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def __post_init__(self) -> None:
        users = self.effects.undeleted.get("user", {})
        self._bring_back(self.effects.undeleted.get("group", {}))
        if len(users) <= MOST_USERS:
            self._bring_back(users)

    def _bring_back(self, ids: Iterable[str]) -> None:
        """Note the memberships that these come out of the bin with."""
        for batch in batched(sorted(ids), BATCH):
            found = history.links_of_deleted(self.look.tenant, batch, self.look.seq)
            for link, source, target in found:
                if link == MEMBERS:
                    self._returning[target].add(source)

    def load(self, ids: Iterable[str]) -> None:
        """Read what is above these, level by level: as many queries as groups are nested deep."""
        frontier = {one for one in ids if one not in self._before}
        while frontier:
            self._read(frontier)
            above = {up for one in frontier for up in (*self._before[one], *self._after[one])}
            frontier = above - self._before.keys()

    def before(self, one: str) -> frozenset[str]:
        """The groups that somebody is in now."""
        return _closure(one, self._before)

    def after(self, one: str) -> frozenset[str]:
        """The groups that he is in after the plan."""
        return _closure(one, self._after)

    def joining(self) -> Mapping[str, set[str]]:
        """By group who joins it: by a step, or back from the bin."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for edge in self.effects.added.get(MEMBERS, ()):
            found[edge.source].update(edge.targets)
        for target, sources in self._returning.items():
            for source in sources:
                found[source].add(target)
        return found

    def _read(self, ids: set[str]) -> None:
        self._before |= {one: set() for one in ids}
        for batch in batched(sorted(ids), BATCH):
            for row in history.links_at(
                self.look.tenant, self.look.seq, link=MEMBERS, target_ids=set(batch)
            ):
                self._before[row.target_id].add(row.source_id)
        users = self.effects.undeleted.get("user", {})
        if len(users) > MOST_USERS:
            self._bring_back(one for one in ids if one in users)
        added = _by_target(self.effects.added.get(MEMBERS, ()), ids)
        taken = _by_target(self.effects.taken.get(MEMBERS, ()), ids)
        gone = self.effects.removed.get("group", {})
        for one in ids:
            above = self._before[one] | added[one] | self._returning.get(one, set())
            self._after[one] = {up for up in above - taken[one] if up not in gone}


def members_of(
    look: PlanLook,
    groups: Iterable[str],
    limit: int,
    joining: Mapping[str, Iterable[str]] | None = None,
) -> set[str]:
    """Who is in these groups, through other groups too; no more than some above `limit` of them.

    What is a group itself is among them. Read downwards: only for groups that are small by nature.
    joining: by group who joins it as well.
    """
    found: set[str] = set()
    frontier = set(groups)
    while frontier and len(found) < limit:
        below = {one for group in frontier for one in (joining or {}).get(group, ())}
        for row in history.links_at(look.tenant, look.seq, link=MEMBERS, source_ids=frontier):
            below.add(row.target_id)
            if len(found) + len(below) >= limit:
                break
        frontier = below - found
        found |= below
    return found


def _closure(one: str, parents: Mapping[str, set[str]]) -> frozenset[str]:
    found: set[str] = set()
    waiting = [one]
    while waiting:
        for up in parents.get(waiting.pop(), ()):
            if up not in found:
                found.add(up)
                waiting.append(up)
    return frozenset(found)


def _by_target(edges: Iterable[Edge], ids: set[str]) -> defaultdict[str, set[str]]:
    """The groups that those among these join or leave. One pass over the plan's links."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for edge in edges:
        for target in ids.intersection(edge.targets):
            found[target].add(edge.source)
    return found
