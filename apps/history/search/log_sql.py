"""What search reads of the log itself: the one place here that knows the tables of versions."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple
from uuid import UUID

from apps.history import newest
from apps.history.bodies import BodyOpener, Place
from apps.history.database import rows, stream
from apps.history.records import ObjectKey

# Everything there is, as the table is ordered.
_WHOLE_LOG = """
select kind, object_id, seq, state, body from history_objectversion
where tenant_id = %s and seq > %s and seq <= %s
order by kind, object_id, seq
"""

# A few of many: found by position first, and put in order then.
_NEWER = """
with newer as materialized (
    select kind, object_id, seq, state, body from history_objectversion
    where tenant_id = %s and seq > %s and seq <= %s
)
select kind, object_id, seq, state, body from newer order by kind, object_id, seq
"""

_CHANGED = """
select distinct on (kind, object_id) kind, object_id, seq, state, body
from history_objectversion
where tenant_id = %s and seq > %s and seq <= %s and (kind, object_id) > (%s, %s) {filters}
order by kind, object_id, seq desc limit %s
"""

_EVERYTHING = """
select distinct kind, object_id from history_objectversion
where tenant_id = %s and (kind, object_id) > (%s, %s) {filters}
order by kind, object_id limit %s
"""

_OF_OBJECT = f"""
select kind, object_id, seq, state, body from history_objectversion
where tenant_id = %s and {newest.of_one("%s, %s, 0", "%s, %s, %s")}
order by kind desc, object_id desc, seq desc limit %s
"""  # noqa: S608 - put together from the part above

_LINKS = """
select link, source_id, target_id from (
    select distinct on (link, source_id, target_id) link, source_id, target_id, present
    from history_linkversion
    where tenant_id = %(tenant)s and {near} = %(object_id)s and seq <= %(seq)s
        and (link, {far}) > (%(after_link)s, %(after_id)s) {filters}
    order by link, source_id, target_id, seq desc
) found
where present order by link, {far} limit %(limit)s
"""


_THERE = newest.of_object(
    "seq",
    "k.kind",
    "k.object_id",
    seq="%(seq)s",
    tenant="%(tenant)s",
    where="and state = 'present'",
)
_DELETIONS = f"""
select k.kind, k.object_id, gone.seq
from unnest(%(kinds)s::text[], %(ids)s::text[]) k(kind, object_id)
join lateral {_THERE} there on true
join lateral (
    select seq from history_objectversion
    where tenant_id = %(tenant)s
        and {newest.of_one("k.kind, k.object_id, there.seq", "k.kind, k.object_id, %(seq)s")}
    order by kind, object_id, seq limit 1
) gone on true
"""  # noqa: S608 - put together from the parts above


_BESIDE = """
select
    (select max(seq) from history_objectversion
        where tenant_id = %(tenant)s and kind = %(kind)s and object_id = %(id)s and seq < %(seq)s),
    (select min(seq) from history_objectversion
        where tenant_id = %(tenant)s and kind = %(kind)s and object_id = %(id)s and seq > %(seq)s)
"""

# Links are counted so far.
COUNTED = 1000
# Of an object to which much leads, PostgreSQL stops where the counting does.
_EACH_LINK = """
select n.link, f.other, f.total from unnest(%(links)s::text[]) with ordinality n(link, place)
cross join lateral (
    select other, count(*) over () as total, row_number() over (order by other) as number
    from (
        select other from (
            select distinct on (link, source_id, target_id) {far} as other, present
            from history_linkversion v
            where v.tenant_id = %(tenant)s and v.link = n.link and v.{near} = %(object_id)s
                and v.seq <= %(seq)s
            order by link, source_id, target_id, seq desc
        ) newest where present limit %(most)s
    ) counted
) f
where f.number <= %(each)s order by n.place, f.number
"""


class LoggedVersion(NamedTuple):
    """A version as the index takes it. body: sealed, None where the version has none."""

    kind: str
    object_id: str
    seq: int
    state: str
    body: bytes | None


def versions_after(tenant_id: UUID, low: int, high: int) -> Iterator[LoggedVersion]:
    """The versions past one position up to another, by kind, id and position."""
    sql = _NEWER if low else _WHOLE_LOG
    for row in stream(sql, [tenant_id, low, high]):
        yield LoggedVersion(*row)


def open_body(opener: BodyOpener, version: LoggedVersion) -> dict[str, object] | None:
    """The body of a version. Raises DamagedBody."""
    if version.body is None:
        return None
    return opener.open(Place(version.kind, version.object_id, version.seq), bytes(version.body))


def newest_between(
    tenant_id: UUID,
    low: int,
    high: int,
    after: ObjectKey,
    limit: int,
    kinds: Collection[str] | None,
) -> list[LoggedVersion]:
    """The newest version of each object that changed past `low` up to `high`, in order."""
    filters, values = _of_kinds(kinds)
    params = [tenant_id, low, high, *after, *values, limit]
    return [LoggedVersion(*row) for row in rows(_CHANGED.format(filters=filters), params)]


def all_keys(
    tenant_id: UUID, after: ObjectKey, limit: int, kinds: Collection[str] | None
) -> list[ObjectKey]:
    """Every object that the log knows, in order."""
    filters, values = _of_kinds(kinds)
    params = [tenant_id, *after, *values, limit]
    return [(kind, one) for kind, one in rows(_EVERYTHING.format(filters=filters), params)]


def _of_kinds(kinds: Collection[str] | None) -> tuple[str, list[list[str]]]:
    return ("", []) if kinds is None else (" and kind = any(%s)", [list(kinds)])


def versions_of_object(
    tenant_id: UUID, kind: str, object_id: str, *, before: int, limit: int
) -> list[LoggedVersion]:
    """The versions of one object with positions under `before`, newest first."""
    params = [tenant_id, kind, object_id, kind, object_id, before - 1, limit]
    return [LoggedVersion(*row) for row in rows(_OF_OBJECT, params)]


def links_each(
    tenant_id: UUID,
    object_id: str,
    seq: int,
    *,
    outgoing: bool,
    links: Collection[str],
    each: int,
) -> list[tuple[str, str, int]]:
    """Some links of each name at an object: the name, the id at the other end, and how many of
    that name there are, COUNTED + 1 for more."""
    near, far = ("source_id", "target_id") if outgoing else ("target_id", "source_id")
    params = {
        "tenant": tenant_id,
        "object_id": object_id,
        "seq": seq,
        "links": list(links),
        "each": each,
        "most": COUNTED + 1,
    }
    return [(*row,) for row in rows(_EACH_LINK.format(near=near, far=far), params)]


def deletions(tenant_id: UUID, wanted: Collection[ObjectKey], seq: int) -> dict[ObjectKey, int]:
    """The positions up to `seq` since which objects that were there are not."""
    params = {
        "tenant": tenant_id,
        "kinds": [kind for kind, _ in wanted],
        "ids": [object_id for _, object_id in wanted],
        "seq": seq,
    }
    return {(kind, one): since for kind, one, since in rows(_DELETIONS, params)}


def positions_beside(
    tenant_id: UUID, kind: str, object_id: str, seq: int
) -> tuple[int | None, int | None]:
    """The positions of an object's versions before and after one."""
    params = {"tenant": tenant_id, "kind": kind, "id": object_id, "seq": seq}
    ((before, after),) = rows(_BESIDE, params)
    return before, after


def links_of_object(
    tenant_id: UUID,
    object_id: str,
    seq: int,
    *,
    outgoing: bool,
    links: Collection[str] | None,
    after: tuple[str, str],
    limit: int,
) -> list[tuple[str, str, str]]:
    """Links from (or else to) an object at a position, by link and the id at the other end."""
    near, far = ("source_id", "target_id") if outgoing else ("target_id", "source_id")
    filters = "" if links is None else " and link = any(%(links)s)"
    params = {
        "tenant": tenant_id,
        "object_id": object_id,
        "seq": seq,
        "after_link": after[0],
        "after_id": after[1],
        "limit": limit,
        "links": list(links or ()),
    }
    return [(*row,) for row in rows(_LINKS.format(near=near, far=far, filters=filters), params)]
