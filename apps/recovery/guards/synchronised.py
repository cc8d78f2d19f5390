"""Writes to what is mastered on premises: the next synchronisation may take them back."""

from __future__ import annotations

from collections.abc import Iterator

from apps.diffs.batches import batched
from apps.diffs.choices import Risk
from apps.entra.catalogue import kind
from apps.history import selectors as history
from apps.recovery.guards.effects import Effects
from apps.recovery.guards.looking import PlanLook
from apps.recovery.guards.risks import PlanRisk, about

BATCH = 500
KINDS = ("user", "group")
_CLOUD_ONLY = {
    name: frozenset(one.name for one in kind(name).properties if one.despite_locks)
    for name in KINDS
}


def synchronised_risks(look: PlanLook, effects: Effects) -> Iterator[PlanRisk]:
    """Synchronised users and groups that the plan undeletes, removes or writes what it may of.

    Of attributes the planner writes none to such an object but those that only the cloud has; so
    no update is looked into unless it writes one of these.
    """
    steps: dict[tuple[str, str], int] = {}
    for name in KINDS:
        for way in (effects.undeleted, effects.removed):
            steps |= {(name, one): step for one, step in way.get(name, {}).items()}
    for key, writes in effects.watched_of(*KINDS).items():
        if any(not _CLOUD_ONLY[key[0]].isdisjoint(write.attributes) for write in writes):
            steps.setdefault(key, writes[0].order)
    found = {}
    for batch in batched(sorted(steps), BATCH):
        for key, body in history.bodies_at(look.tenant, batch, look.seq).items():
            if body.get("onPremisesSyncEnabled") is True:
                found[key[1]] = steps[key]
    if found:
        yield PlanRisk(
            "synchronised-objects", Risk.MEDIUM, tuple(sorted(found.values())), about(found)
        )
