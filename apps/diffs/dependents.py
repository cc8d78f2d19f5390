"""Grants, assignments and credentials that went into the bin with what they hang on.

Entra has no bin for them. They vanish with their owner and come back with it, so what looks
deleted for good may only be set aside (https://learn.microsoft.com/entra/architecture/recover-from-deletions).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from apps.diffs.existence import states_of
from apps.entra.catalogue import KINDS, Kind, kind
from apps.history import selectors as history
from apps.history.choices import ObjectState as State
from apps.history.records import ChangedObject, ObjectKey
from apps.tenants.models import Tenant

KINDS_WITH_OWNERS = frozenset(of.name for of in KINDS if of.lives_with)


def owner_ids(of: Kind, body: Mapping[str, Any]) -> tuple[str, ...]:
    """The ids of the objects that one of these lives as long as, each once."""
    named = (body.get(one.property) for one in of.lives_with)
    return tuple(dict.fromkeys(str(one) for one in named if one))


def owners_in_bin(
    tenant: Tenant, items: Iterable[ChangedObject], bodies: Mapping[ObjectKey, Mapping[str, Any]]
) -> dict[ObjectKey, str]:
    """For each dependent that vanished with an owner that is in the bin: that owner's id.

    One that was gone while its owners were still there was taken away by itself; one of whose
    owners was deleted for good does not come back. Two queries, and one for each position at
    which something vanished.
    """
    owners = {
        (item.kind, item.object_id): owner_ids(
            kind(item.kind), bodies.get((item.kind, item.object_id), {})
        )
        for item in items
        if item.kind in KINDS_WITH_OWNERS and item.after.state == State.HARD_DELETED
    }
    if not owners:
        return {}
    states = states_of(tenant, {one for found in owners.values() for one in found})
    aside: dict[int, dict[ObjectKey, str]] = defaultdict(dict)
    for item in items:
        key = (item.kind, item.object_id)
        known = {one: states.get(one) for one in owners.get(key, ())}
        binned = [one for one, state in known.items() if state == State.SOFT_DELETED]
        if binned and State.HARD_DELETED not in known.values():
            aside[item.after.seq][key] = binned[0]
    found: dict[ObjectKey, str] = {}
    for seq, of_seq in aside.items():
        gone_by_then = _not_present(tenant, seq, set(of_seq.values()))
        found |= {key: owner for key, owner in of_seq.items() if owner in gone_by_then}
    return found


def _not_present(tenant: Tenant, seq: int, object_ids: Collection[str]) -> set[str]:
    present = {
        item.object_id
        for item in history.state_at(tenant, seq, object_ids=object_ids)
        if item.state == State.PRESENT
    }
    return set(object_ids) - present
