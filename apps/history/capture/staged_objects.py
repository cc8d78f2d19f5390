"""Objects of the collection that is being read: compared, staged, accepted."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from apps.history.capture.staging import copy_rows
from apps.history.choices import ObjectState
from apps.history.database import execute, rows


class StagedObject(NamedTuple):
    """A row of capture_reading_object. Unchanged ones only note that the object was seen."""

    object_id: str
    state: str = ObjectState.PRESENT
    digest: bytes | None = None
    body: bytes | None = None
    changed: bool = False


_HEADS = """
select object_id, state, digest from history_objecthead
where tenant_id = %s and kind = %s and object_id = any(%s::varchar[])
"""

_ACCEPT_CHANGED = """
insert into capture_accepted_object (kind, object_id, state, digest, body, before)
select %s, r.object_id, r.state, coalesce(r.digest, h.digest), r.body, h.state
from capture_reading_object r
left join history_objecthead h
    on h.tenant_id = %s and h.kind = %s and h.object_id = r.object_id
where r.changed and (
    r.state = 'present' or h.state = 'present' or r.body is not null
    or (r.state = 'hard-deleted' and h.state = 'soft-deleted')
)
"""

_GONE = """
from history_objecthead h
where h.tenant_id = %s and h.kind = %s and h.state = %s and not exists (
    select 1 from capture_reading_object r where r.object_id = h.object_id
)
"""

_ACCEPT_GONE = f"""
insert into capture_accepted_object (kind, object_id, state, digest, before)
select h.kind, h.object_id, 'hard-deleted', h.digest, h.state {_GONE}
"""

_COUNT_GONE = f"select count(*) {_GONE}"

_COUNT_LOGGED = f"""
with logged as (
    select distinct unnest(target_ids) object_id from history_auditevent
    where tenant_id = %s and deletes and at >= %s
)
select count(*) {_GONE} and h.object_id in (select object_id from logged)
"""  # noqa: S608 - put together from the part above


def heads(tenant_id: UUID, kind: str, ids: Sequence[str]) -> dict[str, tuple[str, bytes]]:
    """State and digest of those objects that are known."""
    found = rows(_HEADS, [tenant_id, kind, list(ids)])
    return {object_id: (state, digest) for object_id, state, digest in found}


def seen(ids: Sequence[str]) -> set[str]:
    """Those of the objects that this read has named before."""
    sql = "select object_id from capture_reading_object where object_id = any(%s::varchar[])"
    return {row[0] for row in rows(sql, [list(ids)])}


def staged_bodies(ids: Sequence[str]) -> dict[str, bytes]:
    """Sealed bodies staged by this read, by object id."""
    sql = (
        "select object_id, body from capture_reading_object"
        " where object_id = any(%s::varchar[]) and body is not null"
    )
    return dict(rows(sql, [list(ids)]))


def unstage(ids: Iterable[str]) -> None:
    """Take objects back that this read names again."""
    sql = "delete from capture_reading_object where object_id = any(%s::varchar[])"
    execute(sql, [list(ids)])


def stage(objects: Iterable[StagedObject]) -> None:
    """Add objects that are not staged yet."""
    copy_rows(
        "capture_reading_object",
        "object_id, state, digest, body, changed",
        ("varchar", "text", "bytea", "bytea", "bool"),
        objects,
    )


def vanished(tenant_id: UUID, kind: str) -> int:
    """How many objects present before a whole read named neither live nor in the bin."""
    return int(rows(_COUNT_GONE, [tenant_id, kind, ObjectState.PRESENT])[0][0])


def logged_as_deleted(tenant_id: UUID, kind: str, *, since: datetime) -> int:
    """How many of those the copied audit log says were deleted, from that time on."""
    params = [tenant_id, since, tenant_id, kind, ObjectState.PRESENT]
    return int(rows(_COUNT_LOGGED, params)[0][0])


def accept(
    tenant_id: UUID, kind: str, *, apply_vanished: bool = False, apply_emptied_bin: bool = False
) -> None:
    """Accept what the read changed.

    apply_vanished: what was present and was not named is hard-deleted. apply_emptied_bin: what
    was soft-deleted and is neither present nor in the bin now is hard-deleted.
    """
    execute("analyze capture_reading_object")
    execute(_ACCEPT_CHANGED, [kind, tenant_id, kind])
    if apply_vanished:
        execute(_ACCEPT_GONE, [tenant_id, kind, ObjectState.PRESENT])
    if apply_emptied_bin:
        execute(_ACCEPT_GONE, [tenant_id, kind, ObjectState.SOFT_DELETED])


def accepted_counts() -> list[tuple[Any, ...]]:
    """Rows of (kind, state before or None, state now, number)."""
    return rows(
        "select kind, before, state, count(*) from capture_accepted_object group by 1, 2, 3", []
    )
