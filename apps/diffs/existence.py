"""Whether objects are still there, as the newest snapshot knows it, whatever their kind."""

from __future__ import annotations

from collections.abc import Collection

from apps.history.choices import ObjectState
from apps.history.models import ObjectHead
from apps.tenants.models import Tenant

_RANK = {ObjectState.HARD_DELETED: 0, ObjectState.SOFT_DELETED: 1, ObjectState.PRESENT: 2}


def kinds_of(tenant: Tenant, object_ids: Collection[str]) -> dict[str, str]:
    """The kind of each of the ids that some snapshot knew. One query."""
    heads = ObjectHead.objects.filter(tenant=tenant, object_id__in=list(object_ids))
    return dict(heads.values_list("object_id", "kind"))


def states_of(tenant: Tenant, object_ids: Collection[str]) -> dict[str, str]:
    """The state of each of the ids that some snapshot knew; the others are left out. One query."""
    heads = ObjectHead.objects.filter(tenant=tenant, object_id__in=list(object_ids))
    states: dict[str, str] = {}
    for object_id, state in heads.values_list("object_id", "state"):
        known = states.get(object_id)
        if known is None or _RANK[ObjectState(state)] > _RANK[ObjectState(known)]:
            states[object_id] = state
    return states
