"""What is special about the groups that the plan writes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from apps.diffs.batches import batched
from apps.history import selectors as history
from apps.recovery.guards.effects import Edge, Effects
from apps.recovery.guards.looking import PlanLook

BATCH = 500
GROUP = "group"


class GroupFacts(NamedTuple):
    """licences: how many are assigned to the group. role_assignable: whether it may hold directory
    roles, so that its members are administrators."""

    licences: int
    role_assignable: bool


def special_groups(look: PlanLook, effects: Effects) -> dict[str, GroupFacts]:
    """Of the groups that the plan writes or changes the links of, those that carry licences or may
    hold roles."""
    written = effects.touched(GROUP)
    for way in (effects.added, effects.taken):
        written |= {edge.source for link in _LINKS for edge in way.get(link, ())}
    found = {}
    for batch in batched(sorted(written), BATCH):
        rows = history.bodies_at(look.tenant, [(GROUP, one) for one in batch], look.seq)
        for (_, object_id), body in rows.items():
            facts = _facts(body)
            if facts.licences or facts.role_assignable:
                found[object_id] = facts
    for (_, object_id), writes in effects.watched_of(GROUP).items():
        facts = _facts(writes[0].body())
        if object_id in effects.created.get(GROUP, {}) and facts.role_assignable:
            found[object_id] = facts
    return found


def link_edges(effects: Effects) -> tuple[list[Edge], list[Edge]]:
    """Members and owners of groups that the plan adds, and those that it takes away."""
    added = [edge for link in _LINKS for edge in effects.added.get(link, ())]
    return added, [edge for link in _LINKS for edge in effects.taken.get(link, ())]


def _facts(body: Mapping[str, Any]) -> GroupFacts:
    assigned = body.get("assignedLicenses")
    return GroupFacts(
        licences=len(assigned) if isinstance(assigned, list) else 0,
        role_assignable=body.get("isAssignableToRole") is True,
    )


_LINKS = ("group.members", "group.owners")
