"""The licence seats that a plan takes up, and how many are free.

An undeleted user takes his licences again, where there are free seats
(https://learn.microsoft.com/entra/fundamentals/users-restore); a new member of a group with
licences is given them (https://learn.microsoft.com/entra/fundamentals/concept-group-based-licensing).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.diffs.batches import batched
from apps.entra.catalogue import KINDS
from apps.history import selectors as history
from apps.recovery.choices import Action
from apps.recovery.planning.ordering import Placed
from apps.tenants.models import Tenant

BATCH = 500
_SKUS = "subscribedSku"
_MEMBERS = "group.members"


@dataclass
class Seats:
    """Who will hold licences that he does not hold now, gathered step by step."""

    undeleted: list[str] = field(default_factory=list)
    joining: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, one: Placed) -> None:
        draft = one.draft
        if draft.action == Action.UNDELETE and draft.kind == "user":
            self.undeleted.append(draft.object_id)
        elif draft.action == Action.LINK_ADD and draft.link == _MEMBERS:
            self.joining[draft.object_id].extend(draft.targets)

    def estimate(self, tenant: Tenant, seq: int) -> list[dict[str, Any]]:
        """[{"sku", "name", "needed", "free"}]; free: None where no capture knows.

        seq: the position that the plan assumes.
        """
        holders = self._holders(tenant, seq)
        known = _known_skus(tenant, seq)
        return [
            {"sku": sku, "name": name, "needed": len(people), "free": free}
            for sku, people in sorted(holders.items())
            for name, free in [known.get(sku, ("", None))]
        ]

    def _holders(self, tenant: Tenant, seq: int) -> Mapping[str, set[str]]:
        holders: dict[str, set[str]] = defaultdict(set)
        for object_id, skus in _licences(tenant, "user", self.undeleted, seq):
            for sku in skus:
                holders[sku].add(object_id)
        for group, skus in _licences(tenant, "group", self.joining, seq):
            members = self.joining[group]
            held = dict(_licences(tenant, "user", members, seq))
            for sku in skus:
                holders[sku].update(one for one in members if sku not in held.get(one, ()))
        return holders


def _licences(
    tenant: Tenant, kind: str, object_ids: Iterable[str], seq: int
) -> Iterator[tuple[str, list[str]]]:
    for batch in batched(iter(object_ids), BATCH):
        bodies = history.bodies_at(tenant, [(kind, one) for one in batch], seq)
        for (_, object_id), body in bodies.items():
            if skus := [str(one.get("skuId")) for one in body.get("assignedLicenses") or ()]:
                yield object_id, skus


def _known_skus(tenant: Tenant, seq: int) -> dict[str, tuple[str, int | None]]:
    """Name and free seats by skuId, as far as captures read what the tenant has bought."""
    if all(one.name != _SKUS for one in KINDS):
        return {}
    keys = [(one.kind, one.object_id) for one in history.state_at(tenant, seq, kinds=[_SKUS])]
    found = {}
    for body in history.bodies_at(tenant, keys, seq).values():
        bought = (body.get("prepaidUnits") or {}).get("enabled")
        used = body.get("consumedUnits")
        free = None
        if isinstance(bought, int) and isinstance(used, int):
            free = max(0, bought - used)
        found[str(body.get("skuId"))] = (str(body.get("skuPartNumber") or ""), free)
    return found
