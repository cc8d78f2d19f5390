"""Limits of Entra that the plan comes near or would pass."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from apps.diffs.choices import Risk
from apps.entra.catalogue import KINDS, SoftDelete
from apps.history import selectors as history
from apps.history.choices import ObjectState
from apps.recovery.guards.effects import Effects
from apps.recovery.guards.looking import PlanLook
from apps.recovery.guards.mass_change import counts_at
from apps.recovery.guards.risks import PlanRisk

# In whatever state: on, off, report-only. Tenants that Microsoft has not moved yet have the older.
# https://learn.microsoft.com/entra/identity/conditional-access/plan-conditional-access
MOST_POLICIES: Final = 240
MOST_POLICIES_BEFORE: Final = 195
# With a verified domain; what is in the bin counts, Microsoft may have raised it for a tenant.
# https://learn.microsoft.com/entra/identity/users/directory-service-limits-restrictions
MOST_OBJECTS: Final = 300_000
NEAR: Final = 0.9

_POLICY = "conditionalAccessPolicy"
# What counts as an object of the directory is what its bin takes, and devices nobody captures.
_COUNTED = tuple(one.name for one in KINDS if one.soft_delete == SoftDelete.DIRECTORY)


def limit_risks(look: PlanLook, effects: Effects) -> Iterator[PlanRisk]:
    """More policies than a tenant may have; more objects than the directory's quota."""
    counts = counts_at(look)
    yield from _policies(effects, counts)
    yield from _quota(look, effects, counts)


def _policies(effects: Effects, counts: Mapping[str, int]) -> Iterator[PlanRisk]:
    coming = len(effects.created.get(_POLICY, ())) + len(effects.undeleted.get(_POLICY, ()))
    total = counts.get(_POLICY, 0) + coming - len(effects.removed.get(_POLICY, ()))
    if coming and total > MOST_POLICIES_BEFORE:
        level = Risk.HIGH if total > MOST_POLICIES else Risk.MEDIUM
        data = {"count": total, "limit": MOST_POLICIES, "older_limit": MOST_POLICIES_BEFORE}
        yield PlanRisk("policy-limit", level, data=data)


def _quota(look: PlanLook, effects: Effects, counts: Mapping[str, int]) -> Iterator[PlanRisk]:
    """Only what is made anew takes room: what is undeleted counted in the bin already."""
    coming = sum(len(effects.created.get(kind, ())) for kind in _COUNTED)
    if not coming:
        return
    used, limit = _told_by_graph(look) or (_counted(look, counts), MOST_OBJECTS)
    if used + coming > NEAR * limit:
        level = Risk.HIGH if used + coming > limit else Risk.MEDIUM
        yield PlanRisk("directory-quota", level, data={"count": used + coming, "limit": limit})


def _told_by_graph(look: PlanLook) -> tuple[int, int] | None:
    """Used and total, where the snapshot of the organisation has them.

    https://learn.microsoft.com/graph/api/resources/directorysizequota
    """
    for one in history.state_at(look.tenant, look.seq, kinds=["organization"]):
        body = history.body_at(look.tenant, one.kind, one.object_id, look.seq) or {}
        quota: Any = body.get("directorySizeQuota")
        if isinstance(quota, Mapping) and quota.get("total"):
            return int(quota.get("used") or 0), int(quota["total"])
    return None


def _counted(look: PlanLook, counts: Mapping[str, int]) -> int:
    """The objects there are; with those in the recycle bin where there are so many that it can
    matter, since to count these all have to be looked at."""
    there = sum(counts.get(kind, 0) for kind in _COUNTED)
    if there < NEAR * MOST_OBJECTS / 2:
        return there
    found = history.state_at(look.tenant, look.seq, kinds=_COUNTED)
    return there + sum(1 for one in found if one.state == ObjectState.SOFT_DELETED)
