"""One object: as it was at a snapshot, in all its versions, and what it is linked with."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from apps.core.errors import NotFound
from apps.entra.catalogue import KINDS, LINKS
from apps.entra.catalogue import kind as kind_named
from apps.history.choices import ObjectState as State
from apps.history.database import TenantRef, scoped_id
from apps.history.models import Snapshot
from apps.history.records import ObjectKey
from apps.history.search.entries import texts_of
from apps.history.search.log_sql import (
    COUNTED,
    deletions,
    links_each,
    links_of_object,
    open_body,
    positions_beside,
    versions_of_object,
)
from apps.history.selectors.bodies import body_opener, last_bodies

PAGE: Final = 50
_NEWEST: Final = 2**62
_START: Final = ("", "")
KIND_NAMES: Final = frozenset(entry.name for entry in KINDS)


@dataclass(frozen=True, slots=True)
class ObjectVersion:
    """An object from one position on. body: as kept; of what was deleted, the last one before.

    snapshot: the one that first saw it so, with its time.
    """

    kind: str
    object_id: str
    seq: int
    state: State
    body: Mapping[str, Any]
    snapshot: Snapshot | None = None

    @property
    def label(self) -> str:
        """What people call it; its id where it has no name."""
        return texts_of(kind_named(self.kind), self.body)[0] or self.object_id


@dataclass(frozen=True, slots=True)
class VersionPage:
    """Some versions, newest first. before: go on below this position, None at the end.

    earlier: the version below the last one shown, to compare it with.
    """

    versions: list[ObjectVersion]
    before: int | None = None
    earlier: ObjectVersion | None = None


class LinkEnd(NamedTuple):
    """A link as one of its ends sees it: its name, and the id at the other end."""

    link: str
    object_id: str


@dataclass(frozen=True, slots=True)
class LinkPage:
    """Some links by name and id. after: where to go on, None at the end."""

    links: list[LinkEnd]
    after: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class NamedLinks:
    """Links of one name at an object. object_ids: some of the other ends. total: how many there
    are; is_more: at least, because nobody counted on."""

    link: str
    outgoing: bool
    object_ids: tuple[str, ...]
    total: int
    is_more: bool


def access_object(tenant: TenantRef, kind: str, object_id: str, seq: int) -> ObjectVersion:
    """An object as it was at a position, deleted or not.

    Raises NotFound when it was not known then, with the code "not-known-yet" when it came later.
    """
    tenant_id = scoped_id(tenant)
    _check_kind(kind)
    if newest := versions_of(tenant_id, kind, object_id, before=seq + 1, limit=1).versions:
        return newest[0]
    if versions_of_object(tenant_id, kind, object_id, before=_NEWEST, limit=1):
        raise NotFound(
            f"Snapshot {seq} does not know this object: it was first seen later.",
            code="not-known-yet",
            todo="Look at it in a later snapshot.",
        )
    raise NotFound("There is no such object in the history of this tenant.", code="no-such-object")


def versions_of(
    tenant: TenantRef, kind: str, object_id: str, *, before: int = _NEWEST, limit: int = PAGE
) -> VersionPage:
    """All that is known of an object, newest first, from under a position on.

    Two or three queries. Raises NotFound for a kind that there is not, DamagedBody.
    """
    tenant_id = scoped_id(tenant)
    _check_kind(kind)
    rows = versions_of_object(tenant_id, kind, object_id, before=before, limit=limit + 1)
    if not rows:
        return VersionPage([])
    opener = body_opener(tenant_id)
    seen_in = {one.seq: one for one in _snapshots(tenant_id, [row.seq for row in rows])}
    body: Mapping[str, Any] = {}
    if rows[-1].body is None:
        body = _body_below(tenant_id, kind, object_id, rows[-1].seq)
    found = []
    for row in reversed(rows):
        body = open_body(opener, row) or body
        state = State(row.state)
        found.append(ObjectVersion(kind, object_id, row.seq, state, body, seen_in.get(row.seq)))
    found.reverse()
    if len(found) <= limit:
        return VersionPage(found)
    return VersionPage(found[:limit], found[limit - 1].seq, found[limit])


def neighbours_of(
    tenant: TenantRef, kind: str, object_id: str, seq: int
) -> tuple[int | None, int | None]:
    """The positions of the versions right before and right after the one at a position, None for
    none. One query."""
    return positions_beside(scoped_id(tenant), kind, object_id, seq)


def links_of(
    tenant: TenantRef,
    kind: str,
    object_id: str,
    seq: int,
    *,
    outgoing: bool,
    after: tuple[str, str] | None = None,
    limit: int = PAGE,
) -> LinkPage:
    """The links from an object at a position, or else those to it. One query."""
    names = [name for name, link in LINKS.items() if _touches(link, kind, outgoing=outgoing)]
    if not names:
        return LinkPage([])
    rows = links_of_object(
        scoped_id(tenant),
        object_id,
        seq,
        outgoing=outgoing,
        links=names,
        after=after or _START,
        limit=limit + 1,
    )
    found = [LinkEnd(link, target if outgoing else source) for link, source, target in rows]
    return LinkPage(found[:limit], found[limit - 1] if len(found) > limit else None)


def links_by_name(
    tenant: TenantRef, kind: str, object_id: str, seq: int, *, outgoing: bool, each: int
) -> list[NamedLinks]:
    """An object's links by their names, some of each and how many there are. One query, which
    counts to a thousand and no further."""
    names = [name for name, link in LINKS.items() if _touches(link, kind, outgoing=outgoing)]
    if not names:
        return []
    found: dict[str, list[str]] = {}
    totals: dict[str, int] = {}
    for link, other, total in links_each(
        scoped_id(tenant), object_id, seq, outgoing=outgoing, links=names, each=each
    ):
        found.setdefault(link, []).append(other)
        totals[link] = total
    return [
        NamedLinks(link, outgoing, tuple(ids), min(totals[link], COUNTED), totals[link] > COUNTED)
        for link, ids in found.items()
    ]


def deleted_at(
    tenant: TenantRef, keys_wanted: Collection[ObjectKey], seq: int
) -> dict[ObjectKey, int]:
    """Since which position objects have not been there, up to a position; those that are there
    then, and those that never were before, are left out. One query."""
    return deletions(scoped_id(tenant), keys_wanted, seq)


def _touches(link: Any, kind: str, *, outgoing: bool) -> bool:
    return link.source_kind == kind if outgoing else kind in link.target_kinds


def _snapshots(tenant_id: Any, seqs: list[int]) -> list[Snapshot]:
    return list(Snapshot.objects.filter(tenant_id=tenant_id, seq__in=seqs))


def _body_below(tenant_id: Any, kind: str, object_id: str, seq: int) -> Mapping[str, Any]:
    """The last body under a position, for a page that begins with a deletion."""
    key = (kind, object_id)
    return last_bodies(tenant_id, [key], seq - 1).get(key, {})


def _check_kind(kind: str) -> None:
    if kind not in KIND_NAMES:
        raise NotFound("There is no such kind of object.", code="no-such-kind")
