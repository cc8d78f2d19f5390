"""Objects of the collections that were read: compared, staged, accepted."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from apps.history import newest as newest_version
from apps.history.capture import binary_copy
from apps.history.choices import ObjectState
from apps.history.database import execute, rows


class StagedObject(NamedTuple):
    """A row of capture_object. Unchanged ones only note that the object was seen.

    before: its state in the snapshot before, None when it was not known.
    """

    object_id: str
    state: str = ObjectState.PRESENT.value
    before: str | None = ObjectState.PRESENT.value
    changed: bool = False
    digest: bytes | None = None
    body: bytes | None = None


_LAST_VERSION = newest_version.of_object(
    "state, digest", "k.kind", "k.object_id", seq=newest_version.LAST
)
_NEWEST = f"""
select k.object_id, v.state, v.digest
from (select object_id, %s::varchar as kind from unnest(%s::varchar[]) u(object_id)) k
cross join lateral {_LAST_VERSION} v
"""  # noqa: S608 - put together from the part above

# Where a read names an object twice, the later portion has the last word.
_DROP_EARLIER = """
delete from capture_object c
using (
    select object_id, max(portion) portion from capture_object
    where kind = %s group by object_id having count(*) > 1
) latest
where c.kind = %s and c.object_id = latest.object_id and c.portion < latest.portion
"""

# What is no news: removed, and known as that or not at all.
_DROP_NO_NEWS = """
delete from capture_object where kind = %s and changed and not (
    state = 'present' or coalesce(before, '') = 'present' or body is not null
    or (state = 'hard-deleted' and coalesce(before, '') = 'soft-deleted')
)
"""

_GONE = """
from (
    select distinct on (object_id) object_id, state, digest from history_objectversion
    where tenant_id = %s and kind = %s order by object_id, seq desc
) v
where v.state = %s and not exists (
    select 1 from capture_object c where c.kind = %s and c.object_id = v.object_id
)
"""

_GONE_OF_ALL = _GONE.replace("v.state = %s", "v.state in ('present', 'soft-deleted')")
_UNSETTLED = f"select exists (select 1 {_GONE_OF_ALL})"

_ACCEPT_GONE = f"""
insert into capture_object (portion, kind, object_id, state, before, changed, digest)
select 0, %s, v.object_id, 'hard-deleted', v.state, true, v.digest {_GONE}
"""

_COUNT_GONE = f"select v.state, count(*) {_GONE_OF_ALL} group by v.state"

_COUNT_LOGGED = f"""
with logged as (
    select distinct unnest(target_ids) object_id from history_auditevent
    where tenant_id = %s and deletes and at >= %s
)
select count(*) {_GONE} and v.object_id in (select object_id from logged)
"""  # noqa: S608 - put together from the part above

_SEEN = """
select object_id from capture_object where kind = %s and object_id = any(%s::varchar[])
"""

_BODIES = """
select object_id, body from capture_object
where kind = %s and object_id = any(%s::varchar[]) and body is not null order by portion
"""

_UNSTAGE = "delete from capture_object where kind = %s and object_id = any(%s::varchar[])"


def newest(tenant_id: UUID, kind: str, ids: Sequence[str]) -> dict[str, tuple[str, bytes]]:
    """State and digest of those objects that are known."""
    found = rows(_NEWEST, [kind, list(ids), tenant_id])
    return {object_id: (state, digest) for object_id, state, digest in found}


def index_staged() -> None:
    """Make it cheap to find staged objects by id, for a read that has to."""
    execute("create index if not exists capture_object_id on capture_object (object_id)")


def analyze() -> None:
    """Give the planner the sizes of what was staged."""
    execute("analyze capture_object (kind, object_id, state, before, changed)")


def seen(kind: str, ids: Sequence[str]) -> set[str]:
    """Those of the objects that this read has named before."""
    return {row[0] for row in rows(_SEEN, [kind, list(ids)])}


def staged_bodies(kind: str, ids: Sequence[str]) -> dict[str, bytes]:
    """Sealed bodies staged by this read, by object id."""
    return dict(rows(_BODIES, [kind, list(ids)]))


def unstage(kind: str, ids: Iterable[str]) -> None:
    """Take objects back that this read names again."""
    execute(_UNSTAGE, [kind, list(ids)])


def stage(kind: str, portion: int, objects: Iterable[StagedObject]) -> None:
    """Add objects. portion: grows with each call of a read; an object is in one only once."""
    start = binary_copy.start(8) + binary_copy.integer(portion) + binary_copy.text(kind)
    field = binary_copy.field
    binary_copy.copy(
        "capture_object",
        "portion, kind, state, before, changed, object_id, digest, body",
        [
            b"".join(
                (
                    start,
                    _what(state, before, changed),
                    field(object_id.encode()),
                    field(digest),
                    field(body),
                )
            )
            for object_id, state, before, changed, digest, body in objects
        ],
    )


@cache
def _what(state: str, before: str | None, changed: bool) -> bytes:
    """The fields that most rows have in common."""
    said = binary_copy.TRUE if changed else binary_copy.FALSE
    return binary_copy.text(state) + binary_copy.text(before) + said


def settle_repeated(kind: str) -> None:
    """Keep the last word about objects that a read named more than once."""
    analyze()
    execute(_DROP_EARLIER, [kind, kind])


class Gone(NamedTuple):
    """How many a whole read named neither live nor in the bin, by what they were before."""

    present: int = 0
    soft_deleted: int = 0


def gone(tenant_id: UUID, kind: str) -> Gone:
    """What is missing after a whole read."""
    found = dict(rows(_COUNT_GONE, [tenant_id, kind, kind]))
    return Gone(found.get(ObjectState.PRESENT, 0), found.get(ObjectState.SOFT_DELETED, 0))


def unsettled(tenant_id: UUID, kind: str) -> bool:
    """Whether something present or soft-deleted before was not named by this read."""
    return bool(rows(_UNSETTLED, [tenant_id, kind, kind])[0][0])


def logged_as_deleted(tenant_id: UUID, kind: str, *, since: datetime) -> int:
    """How many of those the copied audit log says were deleted, from that time on."""
    params = [tenant_id, since, tenant_id, kind, ObjectState.PRESENT, kind]
    return int(rows(_COUNT_LOGGED, params)[0][0])


def drop_no_news(kind: str) -> None:
    """Forget what is staged as changed and is not."""
    execute(_DROP_NO_NEWS, [kind])


def accept_gone(tenant_id: UUID, kind: str, *, present: bool, soft_deleted: bool) -> None:
    """Take what was not named for hard-deleted.

    present: what was present before. soft_deleted: what was in the bin before, and is neither
    there nor live now.
    """
    if present:
        execute(_ACCEPT_GONE, [kind, tenant_id, kind, ObjectState.PRESENT, kind])
    if soft_deleted:
        execute(_ACCEPT_GONE, [kind, tenant_id, kind, ObjectState.SOFT_DELETED, kind])


def accepted_counts() -> list[tuple[Any, ...]]:
    """Rows of (kind, state before or None, state now, number)."""
    return rows(
        "select kind, before, state, count(*) from capture_object where changed group by 1, 2, 3",
        [],
    )
