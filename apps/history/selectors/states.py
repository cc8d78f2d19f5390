"""What was there at a position: objects and links, without bodies.

Of each key the newest version up to the position is the answer: one pass over the index of the
versions, or over that part of it that a filter leaves.
"""

from collections.abc import Collection, Iterator

from apps.history.choices import ObjectState as State
from apps.history.database import TenantRef, scoped_id, stream
from apps.history.records import LinkState, ObjectState

_OBJECTS = """
select kind, object_id, state, digest, seq from (
    select distinct on (kind, object_id) kind, object_id, state, digest, seq
    from history_objectversion
    where tenant_id = %s and seq <= %s {filters}
    order by kind, object_id, seq desc
) v
where state <> 'hard-deleted'
"""

_LINKS = """
select link, source_id, target_id, seq from (
    select distinct on (link, source_id, target_id) link, source_id, target_id, present, seq
    from history_linkversion
    where tenant_id = %s and seq <= %s {filters}
    order by link, source_id, target_id, seq desc
) v
where present
"""


_NEWEST_STATES = """
select distinct on (kind, object_id) kind, object_id, state from history_objectversion
where tenant_id = %s and object_id = any(%s) order by kind, object_id, seq desc
"""


def state_at(
    tenant: TenantRef,
    seq: int,
    *,
    kinds: Collection[str] | None = None,
    object_ids: Collection[str] | None = None,
) -> Iterator[ObjectState]:
    """The objects present or soft-deleted at a position, in no particular order.

    kinds, object_ids: only these; None for all.
    """
    filters, values = _filters({"kind": kinds, "object_id": object_ids})
    sql = _OBJECTS.format(filters=filters)
    for kind, object_id, state, digest, version_seq in stream(
        sql, [scoped_id(tenant), seq, *values]
    ):
        yield ObjectState(kind, object_id, State(state), digest, version_seq)


def links_at(
    tenant: TenantRef,
    seq: int,
    *,
    link: str | None = None,
    source_ids: Collection[str] | None = None,
    target_ids: Collection[str] | None = None,
) -> Iterator[LinkState]:
    """The links there at a position, in no particular order.

    link: only this one ("group.members"); source_ids, target_ids: only from or to these.
    """
    filters, values = _filters(
        {
            "link": None if link is None else [link],
            "source_id": source_ids,
            "target_id": target_ids,
        }
    )
    sql = _LINKS.format(filters=filters)
    for row in stream(sql, [scoped_id(tenant), seq, *values]):
        yield LinkState(*row)


def newest_states(
    tenant: TenantRef, object_ids: Collection[str]
) -> Iterator[tuple[str, str, State]]:
    """Kind, id and state in the newest snapshot of the objects that some snapshot knew.

    One query. An id is given once for each kind that it ever had.
    """
    for kind, object_id, state in stream(_NEWEST_STATES, [scoped_id(tenant), list(object_ids)]):
        yield kind, object_id, State(state)


def _filters(wanted: dict[str, Collection[str] | None]) -> tuple[str, list[list[str]]]:
    """SQL conditions on the key of a version, and their values."""
    given = {column: list(values) for column, values in wanted.items() if values is not None}
    return "".join(f" and {column} = any(%s)" for column in given), list(given.values())
