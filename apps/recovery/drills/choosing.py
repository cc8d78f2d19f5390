"""What a scenario hits: drawn from the snapshot, always the same for the same snapshot."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from apps.core import digests
from apps.diffs.batches import batched
from apps.history import selectors as history
from apps.history.choices import ObjectState
from apps.history.models import Snapshot
from apps.recovery.drills.scenarios import Damage, Scenario
from apps.tenants.models import Tenant

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Hit:
    """One sort of damage and the objects that it is done to. targets: of an emptied link."""

    damage: Damage
    object_ids: tuple[str, ...]
    targets: Mapping[str, tuple[str, ...]]


def hits_of(scenario: Scenario, root: bytes, held: Tenant, seq: int) -> Iterator[Hit]:
    """What the scenario does to what a tenant holds at a position. In that tenant's scope.

    root: of the snapshot that is rehearsed, from which everything is drawn. What one damage has
    taken another does not take again.
    """
    taken: set[str] = set()
    for number, damage in enumerate(scenario.damages):
        candidates = [one for one in _candidates(damage, held, seq) if one not in taken]
        draw = random.Random(digests.sha256(root + f"{scenario.name}/{number}".encode()))  # noqa: S311 - no secret
        wanted = min(damage.most, max(damage.least, round(damage.share * len(candidates))))
        chosen = tuple(draw.sample(candidates, min(wanted, len(candidates))))
        taken.update(chosen)
        if damage.along:
            kind, _ = damage.along
            along = _along(damage, chosen, held, seq)
            taken.update(along)
            yield Hit(replace(damage, kind=kind, along=None), along, {})
        yield Hit(damage, chosen, _targets(damage, chosen, held, seq))


def _candidates(damage: Damage, held: Tenant, seq: int) -> list[str]:
    """The ids that the damage may take, in an order that depends on nothing else."""
    ids = sorted(
        one.object_id
        for one in history.state_at(held, seq, kinds=[damage.kind])
        if one.state == ObjectState.PRESENT
    )
    if damage.without or damage.having:
        ids = [one for batch in batched(ids, _BATCH) for one in _fitting(damage, batch, held, seq)]
    if damage.link:
        with_targets = {one.source_id for one in history.links_at(held, seq, link=damage.link)}
        ids = [one for one in ids if one in with_targets]
    return ids


def _fitting(damage: Damage, ids: tuple[str, ...], held: Tenant, seq: int) -> Iterator[str]:
    bodies = history.bodies_at(held, [(damage.kind, one) for one in ids], seq)
    for one in ids:
        body: Mapping[str, Any] = bodies.get((damage.kind, one), {})
        kept_out = any(body.get(name) == value for name, value in damage.without.items())
        if not kept_out and all(body.get(name) == value for name, value in damage.having.items()):
            yield one


def _along(damage: Damage, chosen: tuple[str, ...], held: Tenant, seq: int) -> tuple[str, ...]:
    """What is hit along with the chosen objects, because it has their value of a property."""
    kind, name = damage.along or ("", "")
    bodies = history.bodies_at(held, [(damage.kind, one) for one in chosen], seq)
    values = {body.get(name) for body in bodies.values()} - {None}
    ids = sorted(one.object_id for one in history.state_at(held, seq, kinds=[kind]))
    found: list[str] = []
    for batch in batched(ids, _BATCH):
        others = history.bodies_at(held, [(kind, one) for one in batch], seq)
        found += [one for (_, one), body in others.items() if body.get(name) in values]
    return tuple(sorted(found))


def _targets(
    damage: Damage, chosen: tuple[str, ...], held: Tenant, seq: int
) -> dict[str, tuple[str, ...]]:
    if not damage.link or not chosen:
        return {}
    found: dict[str, list[str]] = {}
    for item in history.links_at(held, seq, link=damage.link, source_ids=chosen):
        found.setdefault(item.source_id, []).append(item.target_id)
    return {source: tuple(sorted(targets)) for source, targets in found.items()}


def root_of(snapshot: Snapshot) -> bytes:
    """What the drawing of a snapshot begins with: the root that stands for all of it."""
    return bytes(snapshot.root)
