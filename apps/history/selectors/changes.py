"""What differs between two positions: it costs the versions in between, not what exists."""

from collections.abc import Collection, Iterator
from itertools import islice
from typing import Any
from uuid import UUID

from apps.core.errors import Invalid
from apps.history import newest
from apps.history.choices import ObjectState as State
from apps.history.database import TenantRef, rows, scoped_id, stream
from apps.history.records import ChangedLink, ChangedObject, VersionRef

# The newest version of each object in between, in order: nothing else of it, so that the first of
# many are there at once.
_AFTER = """
select distinct on (kind, object_id) kind, object_id, seq, state, digest
from history_objectversion
where tenant_id = %s and seq > %s and seq <= %s {filters}
order by kind, object_id, seq desc
"""
_BEFORE = f"""
select b.seq, b.state, b.digest
from unnest(%s::text[], %s::text[]) with ordinality k(kind, object_id, place)
left join lateral {newest.of_object("seq, state, digest", "k.kind", "k.object_id")} b on true
order by k.place
"""  # noqa: S608 - put together from the part above
_STATES = {str(state): state for state in State}
_FIRST_PORTION, _LARGEST_PORTION = 125, 1000

_LINK_BEFORE = newest.of_link("present", "a.link", "a.source_id", "a.target_id")
_LINKS = f"""
select a.link, a.source_id, a.target_id, coalesce(b.present, false), a.present
from (
    select distinct on (link, source_id, target_id) link, source_id, target_id, present
    from history_linkversion
    where tenant_id = %s and seq > %s and seq <= %s {{filters}}
    order by link, source_id, target_id, seq desc
) a
left join lateral {_LINK_BEFORE} b on true
where a.present <> coalesce(b.present, false)
order by a.link, a.source_id, a.target_id
"""  # noqa: S608 - put together from the part above

# `gone`: objects present at the one position and in the bin at the other. `away`: the position at
# which they went there, and took their links with them.
_THERE_BEFORE = newest.of_object("state", "n.kind", "n.object_id")
_LAST_THERE = newest.of_object(
    "seq", "g.kind", "g.object_id", seq="g.seq", where="and state = 'present'"
)
_SINCE = newest.of_one("g.kind, g.object_id, there.seq", "g.kind, g.object_id, g.seq")
_ASIDE_THERE = newest.of_link("present", "aside.link", "aside.source_id", "aside.target_id")
_SET_ASIDE = f"""
with newest as (
    select distinct on (kind, object_id) kind, object_id, seq, state
    from history_objectversion
    where tenant_id = %s and seq > %s and seq <= %s
    order by kind, object_id, seq desc
), gone as (
    select n.kind, n.object_id, n.seq from newest n
    cross join lateral {_THERE_BEFORE} b
    where n.state = 'soft-deleted' and b.state = 'present'
), away as (
    select g.object_id, v.seq from gone g
    cross join lateral {_LAST_THERE} there
    cross join lateral (
        select seq from history_objectversion where tenant_id = %s and {_SINCE}
        order by kind, object_id, seq limit 1
    ) v
), aside as (
    select l.link, l.source_id, l.target_id from away a
    join history_linkversion l
        on l.tenant_id = %s and l.seq = a.seq and l.source_id = a.object_id and not l.present
    union
    select l.link, l.source_id, l.target_id from away a
    join history_linkversion l
        on l.tenant_id = %s and l.seq = a.seq and l.target_id = a.object_id and not l.present
)
select link, source_id, target_id from aside
where not coalesce({_ASIDE_THERE}, false) {{filters}}
order by link, source_id, target_id
"""  # noqa: S608 - put together from the parts above


def changed_between(
    tenant: TenantRef,
    low_seq: int,
    high_seq: int,
    *,
    kinds: Collection[str] | None = None,
    object_ids: Collection[str] | None = None,
) -> Iterator[ChangedObject]:
    """The objects that differ between two positions, by kind and id. Raises Invalid if low > high.

    What came and was hard-deleted in between, and what changed and changed back, is no difference.
    """
    _check_order(low_seq, high_seq)
    newest_ones = _newest_between(tenant, low_seq, high_seq, kinds, object_ids)
    return filter(_differs, _with_before(scoped_id(tenant), low_seq, newest_ones))


def binned_between(tenant: TenantRef, low_seq: int, high_seq: int) -> Iterator[ChangedObject]:
    """Those of changed_between() that lie in the recycle bin at the higher position. Only these
    cost a look at what was before. Raises Invalid if low > high."""
    _check_order(low_seq, high_seq)
    newest_ones = _newest_between(tenant, low_seq, high_seq, None, None)
    binned = (row for row in newest_ones if row[3] == State.SOFT_DELETED)
    return filter(_differs, _with_before(scoped_id(tenant), low_seq, binned))


def gone_between(
    tenant: TenantRef,
    low_seq: int,
    high_seq: int,
    *,
    kinds: Collection[str] | None = None,
    object_ids: Collection[str] | None = None,
) -> Iterator[ChangedObject]:
    """The objects that came after the one position and were hard-deleted by the other.

    changed_between() does not name them. Raises Invalid if low > high.
    """
    _check_order(low_seq, high_seq)
    newest_ones = _newest_between(tenant, low_seq, high_seq, kinds, object_ids)
    gone = (row for row in newest_ones if row[3] == State.HARD_DELETED)
    for item in _with_before(scoped_id(tenant), low_seq, gone):
        if _state_of(item.before) in ("", State.HARD_DELETED):
            yield item


def _newest_between(
    tenant: TenantRef,
    low_seq: int,
    high_seq: int,
    kinds: Collection[str] | None,
    object_ids: Collection[str] | None,
) -> Iterator[tuple[Any, ...]]:
    filters, values = _object_filters(kinds, object_ids)
    return stream(_AFTER.format(filters=filters), [scoped_id(tenant), low_seq, high_seq, *values])


def _with_before(
    tenant_id: UUID, seq: int, newest_ones: Iterator[tuple[Any, ...]]
) -> Iterator[ChangedObject]:
    """Each with its version at a position. One query for a portion."""
    size = _FIRST_PORTION
    while portion := list(islice(newest_ones, size)):
        keys = [[row[place] for row in portion] for place in (0, 1)]
        before = rows(_BEFORE, [*keys, tenant_id, seq])
        for row, (then, state, digest) in zip(portion, before, strict=True):
            known = None if then is None else VersionRef(then, _STATES[state], digest)
            now = VersionRef(row[2], _STATES[row[3]], row[4])
            yield ChangedObject(row[0], row[1], known, now)
        size = min(2 * size, _LARGEST_PORTION)


def _differs(item: ChangedObject) -> bool:
    """Whether it is not the same at both positions; what neither has, is."""
    before, after = item.before, item.after
    if before is None or before.state != after.state:
        return before is not None or after.state != State.HARD_DELETED
    return before.digest != after.digest and after.state != State.HARD_DELETED


def _state_of(version: VersionRef | None) -> str:
    return version.state if version else ""


def _object_filters(
    kinds: Collection[str] | None, object_ids: Collection[str] | None
) -> tuple[str, list[list[str]]]:
    filters, values = "", []
    if kinds is not None:
        filters += " and kind = any(%s)"
        values.append(list(kinds))
    if object_ids is not None:
        filters += " and object_id = any(%s)"
        values.append(list(object_ids))
    return filters, values


def changed_links_between(
    tenant: TenantRef,
    low_seq: int,
    high_seq: int,
    *,
    links: Collection[str] | None = None,
    object_ids: Collection[str] | None = None,
) -> Iterator[ChangedLink]:
    """The links that differ between two positions, ordered. Raises Invalid if low > high.

    object_ids: only links from or to one of these.
    """
    _check_order(low_seq, high_seq)
    filters, values = _link_filters(links, object_ids)
    for row in stream(_LINKS.format(filters=filters), _params(tenant, low_seq, high_seq, values)):
        yield ChangedLink(*row)


def links_set_aside(
    tenant: TenantRef,
    low_seq: int,
    high_seq: int,
    *,
    links: Collection[str] | None = None,
    object_ids: Collection[str] | None = None,
) -> Iterator[ChangedLink]:
    """Links that undeleting brings back although they were not there at the lower position.

    They came after it, and went into the bin with one of their ends: at neither position are they
    there, so changed_links_between() does not name them. Links that came and went within one
    capture are not known. Raises Invalid if low > high.
    """
    _check_order(low_seq, high_seq)
    filters, values = _link_filters(links, object_ids)
    tenant_id = scoped_id(tenant)
    of_objects = [tenant_id, low_seq, high_seq, tenant_id, low_seq, tenant_id, tenant_id]
    of_links = [tenant_id, tenant_id, tenant_id, low_seq]
    sql = _SET_ASIDE.format(filters=filters)
    for link, source_id, target_id in stream(sql, [*of_objects, *of_links, *values]):
        yield ChangedLink(link, source_id, target_id, before=False, after=True)


def _link_filters(
    links: Collection[str] | None, object_ids: Collection[str] | None
) -> tuple[str, list[list[str]]]:
    filters, values = "", []
    if links is not None:
        filters += " and link = any(%s)"
        values.append(list(links))
    if object_ids is not None:
        filters += " and (source_id = any(%s) or target_id = any(%s))"
        values += [list(object_ids), list(object_ids)]
    return filters, values


def _check_order(low_seq: int, high_seq: int) -> None:
    if low_seq > high_seq:
        raise Invalid("The earlier of two positions is given second.")


def _params(tenant: TenantRef, low: int, high: int, values: list[list[str]]) -> list[Any]:
    tenant_id = scoped_id(tenant)
    return [tenant_id, low, high, *values, tenant_id, low]
