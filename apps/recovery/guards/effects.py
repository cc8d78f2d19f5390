"""What the steps of a plan do, gathered in one pass: how many of what, and which ones matter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from apps.recovery.choices import Action
from apps.recovery.guards.looking import Write

ObjectKey = tuple[str, str]
REMOVING = frozenset({Action.SOFT_DELETE, Action.REMOVE})
# Of these kinds each write matters by what it writes; of users and groups some attributes do.
_WATCHED = frozenset(
    {
        "conditionalAccessPolicy",
        "namedLocation",
        "appRoleAssignment",
        "oauth2PermissionGrant",
        "roleAssignment",
        "roleEligibility",
    }
)
_WATCHED_ATTRIBUTES = {
    "user": frozenset({"accountEnabled", "userType", "perUserMfaState"}),
    "group": frozenset({"membershipRule", "groupTypes", "membershipRuleProcessingState"}),
    "servicePrincipal": frozenset({"accountEnabled"}),
}
MEMBERS = "group.members"


class Edge(NamedTuple):
    """The links of one source that a step adds or removes."""

    source: str
    targets: tuple[str, ...]
    step: int


@dataclass
class Effects:
    """By kind the ids of what is created, undeleted, removed and changed in place; by link what is
    added and removed; and the writes that need to be looked into, by object."""

    created: defaultdict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    undeleted: defaultdict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    removed: defaultdict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    updated: defaultdict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    added: defaultdict[str, list[Edge]] = field(default_factory=lambda: defaultdict(list))
    taken: defaultdict[str, list[Edge]] = field(default_factory=lambda: defaultdict(list))
    watched: defaultdict[ObjectKey, list[Write]] = field(default_factory=lambda: defaultdict(list))

    def touched(self, kind: str) -> set[str]:
        """The objects of a kind that the plan writes in any way, links of theirs aside."""
        ways = (self.created, self.undeleted, self.removed, self.updated)
        return {one for way in ways for one in way.get(kind, ())}

    def watched_of(self, *kinds: str) -> dict[ObjectKey, list[Write]]:
        return {key: writes for key, writes in self.watched.items() if key[0] in kinds}

    def add(self, write: Write) -> None:
        """Take one more step into account."""
        if write.link:
            edges = self.added if write.action == Action.LINK_ADD else self.taken
            edges[write.link].append(Edge(write.object_id, write.targets, write.order))
            return
        self._way(write.action)[write.kind].setdefault(write.object_id, write.order)
        if is_watched(write):
            self.watched[write.kind, write.object_id].append(write)

    def _way(self, action: str) -> defaultdict[str, dict[str, int]]:
        if action == Action.CREATE:
            return self.created
        if action == Action.UNDELETE:
            return self.undeleted
        return self.removed if action in REMOVING else self.updated


def gather(writes: Iterable[Write]) -> Effects:
    """The effects of a plan. Memory grows with the ids that it names, not with its requests."""
    effects = Effects()
    for write in writes:
        effects.add(write)
    return effects


def is_watched(write: Write) -> bool:
    """Whether what the step writes has to be looked into."""
    if write.kind in _WATCHED:
        return True
    attributes = _WATCHED_ATTRIBUTES.get(write.kind)
    if attributes is None:
        return False
    return write.action != Action.UPDATE or not attributes.isdisjoint(write.attributes)
