"""Bodies at several positions at once: what a page shows of before and after is one query."""

from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Any, Final

from apps.entra.catalogue import KINDS
from apps.history import newest
from apps.history.bodies import Place
from apps.history.database import TenantRef, rows, scoped_id
from apps.history.records import ObjectKey
from apps.history.selectors.bodies import body_opener

Bodies = dict[ObjectKey, dict[str, Any]]

_KIND_NAMES: Final = sorted(entry.name for entry in KINDS)
_POSITIONS = "unnest(%s::bigint[]) with ordinality p(seq, place), (select %s::uuid) t(tenant)"
_STATE = newest.of_object("state", "k.kind", "k.object_id", seq="p.seq", tenant="t.tenant")
_BODY = newest.of_object(
    "seq, body",
    "k.kind",
    "k.object_id",
    seq="p.seq",
    tenant="t.tenant",
    where="and body is not null",
)

_OF_KEYS = f"""
select p.place - 1, k.kind, k.object_id, b.seq, b.body
from {_POSITIONS}, unnest(%s::text[], %s::text[]) k(kind, object_id)
join lateral {_STATE} v on v.state <> 'hard-deleted'
join lateral {_BODY} b on true
"""  # noqa: S608 - put together from the parts above

# The key of the log begins with the kind: with all of them named, each id is found by it.
_OF_IDS = f"""
select p.place - 1, k.kind, k.object_id, b.seq, b.body
from {_POSITIONS}, lateral (
    select distinct on (kind, object_id) kind, object_id, state from history_objectversion
    where tenant_id = t.tenant and kind = any(%s) and object_id = any(%s) and seq <= p.seq
    order by kind, object_id, seq desc
) k
join lateral {_BODY} b on k.state <> 'hard-deleted'
"""  # noqa: S608 - put together from the parts above


def bodies_at_each(
    tenant: TenantRef, keys_wanted: Iterable[ObjectKey], seqs: Sequence[int]
) -> list[Bodies]:
    """As bodies_at(), at several positions: what there was at each, in their order.

    One query, for one page of a list. Raises DamagedBody.
    """
    wanted = list(keys_wanted)
    found: list[Bodies] = [{} for _ in seqs]
    if not wanted or not seqs:
        return found
    tenant_id = scoped_id(tenant)
    opener = body_opener(tenant_id)
    kinds, object_ids = map(list, zip(*wanted, strict=True))
    for place, at, stored in _stored(_OF_KEYS, [list(seqs), tenant_id, kinds, object_ids]):
        found[place][at.kind, at.object_id] = opener.open(at, stored)
    return found


def bodies_of_ids(
    tenant: TenantRef, object_ids: Iterable[str], seqs: Sequence[int], *, first: bool = False
) -> list[Bodies]:
    """The bodies of objects whose kind is not known, at each of the positions, in their order.

    first: each object only at the first position that has it. One query, for one page of a list.
    Raises DamagedBody.
    """
    wanted = list(object_ids)
    found: list[Bodies] = [{} for _ in seqs]
    if not wanted or not seqs:
        return found
    tenant_id = scoped_id(tenant)
    opener = body_opener(tenant_id)
    known: dict[str, int] = {}
    stored = _stored(_OF_IDS, [list(seqs), tenant_id, _KIND_NAMES, wanted])
    for place, at, body in sorted(stored, key=itemgetter(0)):
        if not first or known.setdefault(at.object_id, place) == place:
            found[place][at.kind, at.object_id] = opener.open(at, body)
    return found


def _stored(sql: str, params: Sequence[Any]) -> Iterator[tuple[int, Place, bytes]]:
    for place, kind, object_id, seq, stored in rows(sql, params):
        yield place, Place(kind, object_id, seq), stored
