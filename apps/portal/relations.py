"""What an object is tied to, at one snapshot: by links, and by ids that stand in bodies.

The same ties are drawn as a small graph and listed in words; either way a bounded number of them,
with how many more there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from apps.entra.catalogue import KINDS, LINKS, Reference
from apps.entra.catalogue import kind as kind_named
from apps.history.choices import ObjectState as State
from apps.history.models import Snapshot
from apps.history.records import ObjectKey
from apps.history.search import finding, objects, uses
from apps.history.search.objects import KIND_NAMES
from apps.history.search.referring import mentions
from apps.portal.presenting import words
from apps.tenants.models import Tenant

# Of these kinds something in the catalogue names the objects; nothing is looked for of the others.
_NAMED_KINDS: Final = frozenset(one.kind for entry in KINDS for one in entry.references)
# So many of each sort are named.
EACH: Final = 4
# So many bodies that name the object are looked for.
USES: Final = 24
# So many ids of its own body are looked up.
MENTIONS: Final = 200


@dataclass(frozen=True, slots=True)
class Node:
    """An object at the other end of a tie. state None: nobody knows it."""

    kind: str
    object_id: str
    label: str
    state: State | None
    # Where in the other's body the object stands.
    places: str = ""

    @property
    def is_deleted(self) -> bool:
        return self.state not in (State.PRESENT, None)


@dataclass(frozen=True, slots=True)
class Tie:
    """Ties of one sort. words: what it is to the object. total: how many there are; is_more: there
    may be even more. all_of: which page lists them all, "links" or "uses"; empty for none."""

    name: str
    words: str
    nodes: tuple[Node, ...]
    total: int
    is_more: bool = False
    all_of: str = ""

    @property
    def others(self) -> int:
        return self.total - len(self.nodes)


@dataclass(frozen=True, slots=True)
class Relations:
    """Ties that lead to the object, and ties that lead from it. looks_on: what names the object
    was not looked for to the end."""

    to: tuple[Tie, ...]
    away: tuple[Tie, ...]
    looks_on: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.to and not self.away


def relations_of(
    tenant: Tenant,
    snapshot: Snapshot,
    found: objects.ObjectVersion,
    known: Mapping[str, finding.FoundObject] | None = None,
) -> Relations:
    """An object's ties. known: what its body names, by id, where that was looked up already."""
    kind, object_id, seq = found.kind, found.object_id, snapshot.seq
    away, to = (
        objects.links_by_name(tenant, kind, object_id, seq, outgoing=outgoing, each=EACH)
        for outgoing in (True, False)
    )
    mentioned = list(_mentioned(found))
    keys = {key for tie in (*away, *to) for key in _keys(tie)}
    if known is None:
        keys |= {(one.kind, value) for one, value in mentioned[:MENTIONS] if one.by == "id"}
    ends = finding.objects_by_id(tenant, seq, {key for key in keys if key[0] in KIND_NAMES})
    names = uses.ids_of(object_id, found.body) if kind in _NAMED_KINDS else ()
    used = uses.used_by(tenant, seq, names, besides=(kind, object_id), limit=USES)
    nodes = _Nodes({**(known or {}), **{one.object_id: one for one in ends.values()}})
    return Relations(
        (*nodes.of_links(to, "of"), *_naming(used)),
        (*nodes.of_links(away, ""), *nodes.of_mentions(mentioned)),
        looks_on=used.stopped,
    )


def _keys(tie: objects.NamedLinks) -> Iterator[ObjectKey]:
    """What may be at the other ends: an id of one of these kinds."""
    link = LINKS[tie.link]
    kinds = link.target_kinds if tie.outgoing else (link.source_kind,)
    return ((kind, one) for kind in kinds for one in tie.object_ids)


def _mentioned(found: objects.ObjectVersion) -> Iterator[tuple[Reference, str]]:
    """What the object's own body refers to, where the catalogue says of what kind it is."""
    entry = kind_named(found.kind)
    references = {one.path: one for one in entry.references if not one.pattern}
    seen: set[tuple[str, str]] = set()
    for one in mentions(entry, found.body):
        reference = references.get(one.path)
        if reference is None or (one.path, one.value) in seen:
            continue
        seen.add((one.path, one.value))
        yield reference, one.value


def _naming(page: uses.UsePage) -> Iterator[Tie]:
    """What names the object, by kind."""
    by_kind: dict[str, list[uses.Use]] = {}
    for use in page.uses:
        by_kind.setdefault(use.object.kind, []).append(use)
    for kind, those in by_kind.items():
        nodes = tuple(_node(use.object, ", ".join(use.paths)) for use in those[:EACH])
        is_more = page.after is not None
        said = _("Named in: %(kind)s") % {"kind": words(kind)}
        yield Tie(kind, said, nodes, len(those), is_more=is_more, all_of="uses")


def _node(found: finding.FoundObject, places: str = "") -> Node:
    return Node(found.kind, found.object_id, found.label, found.state, places)


@dataclass(frozen=True, slots=True)
class _Nodes:
    """Makes nodes of ids."""

    known: Mapping[str, finding.FoundObject]

    def of_links(self, ties: Iterable[objects.NamedLinks], of: str) -> Iterator[Tie]:
        for one in ties:
            said = f"{words(one.link)} {of}".strip()
            nodes = tuple(self._of(end) for end in one.object_ids)
            said = said[:1].upper() + said[1:]
            yield Tie(one.link, said, nodes, one.total, is_more=one.is_more, all_of="links")

    def of_mentions(self, mentioned: Iterable[tuple[Reference, str]]) -> Iterator[Tie]:
        by_path: dict[str, list[Node]] = {}
        for reference, value in mentioned:
            by_path.setdefault(reference.path, []).append(self._of(value, reference))
        for path, nodes in by_path.items():
            yield Tie(path, f"Names: {_last(path)}", tuple(nodes[:EACH]), len(nodes))

    def _of(self, object_id: str, reference: Reference | None = None) -> Node:
        if (found := self.known.get(object_id)) is not None:
            return _node(found)
        is_looked_for = reference and reference.by == "id" and reference.kind in KIND_NAMES
        state = State.HARD_DELETED if is_looked_for else None
        return Node("", object_id, object_id, state)


def _last(path: str) -> str:
    """The end of a path in words: "exclude groups"."""
    return words(path.removesuffix("[]").removesuffix(".id").rpartition(".")[2])
