"""Whether objects are still there at all, as the newest snapshot knows it."""

from __future__ import annotations

from collections.abc import Collection

from apps.history.choices import ObjectState
from apps.history.models import ObjectHead
from apps.tenants.models import Tenant


def hard_deleted(tenant: Tenant, object_ids: Collection[str]) -> set[str]:
    """Those of the ids that belonged to an object which is neither present nor in a recycle bin.

    Ids that no snapshot ever knew are not among them. One query.
    """
    heads = ObjectHead.objects.filter(tenant=tenant, object_id__in=list(object_ids))
    states: dict[str, set[str]] = {}
    for object_id, state in heads.values_list("object_id", "state"):
        states.setdefault(object_id, set()).add(state)
    return {one for one, seen in states.items() if seen == {ObjectState.HARD_DELETED}}
