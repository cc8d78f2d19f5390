"""Whether objects are still there, as the newest snapshot knows it, whatever their kind."""

from __future__ import annotations

from collections.abc import Collection

from apps.history.choices import ObjectState
from apps.history.selectors import newest_states
from apps.tenants.models import Tenant

_RANK = {ObjectState.HARD_DELETED: 0, ObjectState.SOFT_DELETED: 1, ObjectState.PRESENT: 2}


def kinds_of(tenant: Tenant, object_ids: Collection[str]) -> dict[str, str]:
    """The kind of each of the ids that some snapshot knew. One query."""
    return {object_id: kind for kind, object_id, _ in newest_states(tenant, object_ids)}


def states_of(tenant: Tenant, object_ids: Collection[str]) -> dict[str, str]:
    """The state of each of the ids that some snapshot knew; the others are left out. One query."""
    states: dict[str, str] = {}
    for _, object_id, state in newest_states(tenant, object_ids):
        known = states.get(object_id)
        if known is None or _RANK[state] > _RANK[ObjectState(known)]:
            states[object_id] = state
    return states
