"""What small collections were like in the snapshot before, asked for once for all of them.

Most collections of most tenants are small and as they were. Of those whose newest versions are
held here, nothing is staged and nothing more is asked unless something differs (ADR 0115).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from apps.entra.catalogue import Kind
from apps.entra.reading import ObservedLink
from apps.history.capture.source import Wanted
from apps.history.database import rows

# A collection is small up to so many objects, and a tenant whose links are asked for too.
FEW_OBJECTS, SMALL_TENANT = 1_000, 5_000
# Where more are known than this, those that went away included, none are held.
MOST_KNOWN = 20_000

Head = tuple[str, bytes]
"""State and digest of an object's newest version."""

_OBJECTS = """
select distinct on (kind, object_id) kind, object_id, state, digest from history_objectversion
where tenant_id = %s and kind = any(%s::varchar[]) order by kind, object_id, seq desc limit %s
"""
_LINKS = """
select distinct on (link, source_id, target_id) link, source_id, target_id, present
from history_linkversion
where tenant_id = %s and link = any(%s::varchar[])
order by link, source_id, target_id, seq desc limit %s
"""


@dataclass(frozen=True, slots=True)
class Heads:
    """objects: by kind and id, of the kinds that are held. links: the targets that are there, by
    link and source; None where links are not held."""

    objects: Mapping[str, Mapping[str, Head]] = field(default_factory=dict)
    links: Mapping[tuple[str, str], set[str]] | None = None


class LinksHeldBack:
    """Links of one read that nothing has been asked about yet."""

    def __init__(self, heads: Heads) -> None:
        self._known = heads.links
        self.links: list[ObservedLink] = []
        self.link_sets: list[tuple[str, str]] = []

    def take(self, links: Sequence[ObservedLink], link_sets: Sequence[tuple[str, str]]) -> bool:
        """Hold some more back; False where that cannot be done."""
        if self._known is None or len(self.links) + len(links) > MOST_KNOWN:
            return False
        self.links += links
        self.link_sets += link_sets
        return True

    def is_news(self) -> bool:
        """Whether they differ from what was known. Later words about a link win."""
        known, nothing = self._known or {}, set[str]()
        said = {(item.link, item.source_id, item.target_id): item.present for item in self.links}
        return any(
            present != (target in known.get((link, source), nothing))
            for (link, source, target), present in said.items()
        ) or any(
            (link, source, target) not in said
            for link, source in self.link_sets
            for target in known.get((link, source), nothing)
        )


def heads_of(tenant_id: UUID, wanted: Sequence[Wanted], counts: Mapping[str, int]) -> Heads:
    """What is held for a capture. counts: how many objects there were, by collection; without those
    that were never read."""
    known = [item for item in wanted if item.kind.name in counts]
    whole = [
        item.kind.name
        for item in known
        if item.cursor is None and counts[item.kind.name] <= FEW_OBJECTS
    ]
    small = sum(counts.values()) <= SMALL_TENANT
    return Heads(
        _objects(tenant_id, whole) if whole else {},
        _links(tenant_id, [item.kind for item in known]) if small and known else None,
    )


def _objects(tenant_id: UUID, kinds: Sequence[str]) -> Mapping[str, Mapping[str, Head]]:
    known = rows(_OBJECTS, [tenant_id, list(kinds), MOST_KNOWN + 1])
    if len(known) > MOST_KNOWN:
        return {}
    found: dict[str, dict[str, Head]] = {name: {} for name in kinds}
    for name, object_id, state, digest in known:
        found[name][object_id] = (state, digest)
    return found


def _links(tenant_id: UUID, kinds: Sequence[Kind]) -> Mapping[tuple[str, str], set[str]] | None:
    names = [link.name for kind in kinds for link in kind.links]
    known = rows(_LINKS, [tenant_id, names, MOST_KNOWN + 1])
    if len(known) > MOST_KNOWN:
        return None
    found: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for link, source, target, present in known:
        if present:
            found[link, source].add(target)
    return dict(found)
