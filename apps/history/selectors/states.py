"""What was there at a position: objects and links, without bodies.

A head whose position is not past the one asked for is already the answer; only for things that
changed since is the log asked. So the state at the newest position reads the heads alone.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from apps.history.choices import ObjectState as State
from apps.history.database import TenantRef, scoped_id, stream
from apps.history.records import LinkState, ObjectState

_OBJECTS = """
select h.kind, h.object_id, h.state, h.digest, h.seq from history_objecthead h
where h.tenant_id = %s and h.seq <= %s and h.state <> 'hard-deleted' {filters}
union all
select h.kind, h.object_id, v.state, v.digest, v.seq from history_objecthead h
cross join lateral (
    select state, digest, seq from history_objectversion
    where tenant_id = h.tenant_id and kind = h.kind and object_id = h.object_id and seq <= %s
    order by seq desc limit 1
) v
where h.tenant_id = %s and h.seq > %s and v.state <> 'hard-deleted' {filters}
"""

_LINKS = """
select h.link, h.source_id, h.target_id, h.seq from history_linkhead h
where h.tenant_id = %s and h.seq <= %s and h.present {filters}
union all
select h.link, h.source_id, h.target_id, v.seq from history_linkhead h
cross join lateral (
    select present, seq from history_linkversion
    where tenant_id = h.tenant_id and link = h.link and source_id = h.source_id
        and target_id = h.target_id and seq <= %s
    order by seq desc limit 1
) v
where h.tenant_id = %s and h.seq > %s and v.present {filters}
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
        sql, _params(scoped_id(tenant), seq, values)
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
    for row in stream(sql, _params(scoped_id(tenant), seq, values)):
        yield LinkState(*row)


def _filters(wanted: dict[str, Collection[str] | None]) -> tuple[str, list[list[str]]]:
    """SQL conditions on the head `h`, and their values."""
    given = {column: list(values) for column, values in wanted.items() if values is not None}
    return "".join(f" and h.{column} = any(%s)" for column in given), list(given.values())


def _params(tenant_id: Any, seq: int, values: Sequence[list[str]]) -> list[Any]:
    return [tenant_id, seq, *values, seq, tenant_id, seq, *values]
