"""The bodies of objects at a position."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import islice
from typing import Any
from uuid import UUID

from apps.history import newest
from apps.history.bodies import BodyOpener, Place
from apps.history.database import TenantRef, rows, scoped_id
from apps.history.dictionaries import all_dictionaries
from apps.history.records import ObjectKey
from apps.tenants import keys

_PORTION = 1000

_WITH_BODY = newest.of_object("seq, body", "k.kind", "k.object_id", where="and body is not null")
_BODIES = f"""
select k.kind, k.object_id, b.seq, b.body
from unnest(%s::text[], %s::text[]) k(kind, object_id)
join lateral {newest.of_object("state", "k.kind", "k.object_id")} v on v.state <> 'hard-deleted'
join lateral {_WITH_BODY} b on true
"""  # noqa: S608 - put together from the parts above

_LAST = f"""
select k.kind, k.object_id, b.seq, b.body
from unnest(%s::text[], %s::text[]) k(kind, object_id)
join lateral {_WITH_BODY} b on true
"""  # noqa: S608 - put together from the part above

_AT_VERSION = newest.of_object(
    "seq, body", "k.kind", "k.object_id", seq="k.seq", where="and body is not null"
)
_OF_VERSIONS = f"""
select k.kind, k.object_id, k.seq, b.seq, b.body
from unnest(%s::text[], %s::text[], %s::int[]) k(kind, object_id, seq)
join lateral {_AT_VERSION} b on true
"""  # noqa: S608 - put together from the part above


def body_at(tenant: TenantRef, kind: str, object_id: str, seq: int) -> dict[str, Any] | None:
    """The body of one object at a position; see bodies_at()."""
    return bodies_at(tenant, [(kind, object_id)], seq).get((kind, object_id))


def bodies_at(
    tenant: TenantRef, keys_wanted: Iterable[ObjectKey], seq: int
) -> dict[ObjectKey, dict[str, Any]]:
    """The bodies of objects at a position, by kind and id, those that existed then.

    A soft-deleted object has the body that it would come back with; a hard-deleted one has none.
    All bodies asked for are in memory at once: ask for some thousands at most. Raises DamagedBody.
    """
    tenant_id = scoped_id(tenant)
    opener = body_opener(tenant_id)
    return {
        (place.kind, place.object_id): opener.open(place, stored)
        for place, stored in stored_bodies(tenant_id, keys_wanted, seq)
    }


def bodies_of_versions(
    tenant: TenantRef, wanted: Iterable[tuple[str, str, int]]
) -> dict[tuple[str, str, int], dict[str, Any]]:
    """The bodies of versions by kind, id and position, for whoever knows the versions already: a
    third of what bodies_at() costs the database. A version without one has the last before it."""
    tenant_id = scoped_id(tenant)
    opener = body_opener(tenant_id)
    remaining, found = iter(wanted), {}
    while portion := list(islice(remaining, _PORTION)):
        kinds, object_ids, positions = zip(*portion, strict=True)
        params = [list(kinds), list(object_ids), list(positions), tenant_id]
        for kind, object_id, seq, written_at, stored in rows(_OF_VERSIONS, params):
            body = opener.open(Place(kind, object_id, written_at), stored)
            found[kind, object_id, seq] = body
    return found


def last_bodies(
    tenant: TenantRef, keys_wanted: Iterable[ObjectKey], seq: int
) -> dict[ObjectKey, dict[str, Any]]:
    """As bodies_at(), and of what is hard-deleted at the position what it was at the last."""
    tenant_id = scoped_id(tenant)
    opener = body_opener(tenant_id)
    return {
        (place.kind, place.object_id): opener.open(place, stored)
        for place, stored in stored_bodies(tenant_id, keys_wanted, seq, sql=_LAST)
    }


def stored_bodies(
    tenant_id: UUID, keys_wanted: Iterable[ObjectKey], seq: int, *, sql: str = _BODIES
) -> Iterator[tuple[Place, bytes]]:
    """The sealed bodies that bodies_at() opens, each with the place it is bound to.

    sql: _LAST for those that last_bodies() opens.
    """
    remaining = iter(keys_wanted)
    while portion := list(islice(remaining, _PORTION)):
        kinds, object_ids = zip(*portion, strict=True)
        portions = [tenant_id, seq] * (1 if sql == _LAST else 2)
        params = [list(kinds), list(object_ids), *portions]
        for kind, object_id, version_seq, stored in rows(sql, params):
            yield Place(kind, object_id, version_seq), stored


def body_opener(tenant_id: UUID) -> BodyOpener:
    """What opens this tenant's bodies, with its key and dictionaries at hand."""
    key = keys.data_key(tenant_id)
    known = _dictionaries.get()
    if known is None:
        return BodyOpener(key, tenant_id, all_dictionaries(tenant_id, key))
    if tenant_id not in known:
        known[tenant_id] = _Dictionaries(tenant_id, all_dictionaries(tenant_id, key))
    return BodyOpener(key, tenant_id, known[tenant_id])


@contextmanager
def reading_often() -> Iterator[None]:
    """In here a tenant's dictionaries are read once, however often bodies are opened: for a page
    that opens many, a few at a time. What is kept ends with the block."""
    token = _dictionaries.set({})
    try:
        yield
    finally:
        _dictionaries.reset(token)


class _Dictionaries(dict[tuple[str, int], bytes]):
    """A tenant's dictionaries; one that was trained meanwhile is looked for once."""

    def __init__(self, tenant_id: UUID, known: Mapping[tuple[str, int], bytes]) -> None:
        super().__init__(known)
        self._tenant_id = tenant_id

    def __contains__(self, key: object) -> bool:
        if not super().__contains__(key):
            self.update(all_dictionaries(self._tenant_id, keys.data_key(self._tenant_id)))
        return super().__contains__(key)


_dictionaries: ContextVar[dict[UUID, _Dictionaries] | None] = ContextVar(
    "dictionaries", default=None
)
