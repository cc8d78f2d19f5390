"""Applications, service principals and groups that would be left without an owner."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from apps.diffs.batches import batched
from apps.diffs.choices import Risk
from apps.entra.catalogue import LINKS
from apps.history import selectors as history
from apps.recovery.guards.effects import Effects
from apps.recovery.guards.looking import PlanLook
from apps.recovery.guards.risks import PlanRisk, about

BATCH = 500
OWNERS = tuple(sorted(name for name in LINKS if name.endswith(".owners")))


def owner_risks(look: PlanLook, effects: Effects) -> Iterator[PlanRisk]:
    """For each sort of owned thing, those whose last owner goes."""
    leaving = {
        one for kind in ("user", "servicePrincipal") for one in effects.removed.get(kind, ())
    }
    for link in OWNERS:
        steps: dict[str, int] = {}
        gone: defaultdict[str, set[str]] = defaultdict(set)
        for edge in effects.taken.get(link, ()):
            steps.setdefault(edge.source, edge.step)
            gone[edge.source].update(edge.targets)
        for source, owner in _owned_by(look, link, leaving):
            steps.setdefault(source, _step_of(effects, owner))
            gone[source].add(owner)
        orphans = set(_ownerless(look, effects, link, gone))
        if orphans:
            numbers = tuple(sorted(steps[one] for one in orphans))
            kind = LINKS[link].source_kind
            yield PlanRisk("last-owner-removed", Risk.MEDIUM, numbers, about(orphans, kind=kind))


def _ownerless(
    look: PlanLook, effects: Effects, link: str, gone: dict[str, set[str]]
) -> Iterator[str]:
    coming = {edge.source for edge in effects.added.get(link, ())}
    removed = effects.removed.get(LINKS[link].source_kind, {})
    sources = sorted(one for one in gone if one not in coming and one not in removed)
    for batch in batched(sources, BATCH):
        left: defaultdict[str, set[str]] = defaultdict(set)
        for row in history.links_at(look.tenant, look.seq, link=link, source_ids=set(batch)):
            left[row.source_id].add(row.target_id)
        yield from (one for one in batch if left[one] and not left[one] - gone[one])


def _owned_by(look: PlanLook, link: str, owners: set[str]) -> Iterator[tuple[str, str]]:
    for batch in batched(sorted(owners), BATCH):
        for row in history.links_at(look.tenant, look.seq, link=link, target_ids=set(batch)):
            yield row.source_id, row.target_id


def _step_of(effects: Effects, owner: str) -> int:
    return next(
        effects.removed[kind][owner]
        for kind in ("user", "servicePrincipal")
        if owner in effects.removed.get(kind, {})
    )
