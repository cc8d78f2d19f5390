"""The rows that say what was asked for apart from objects, when, and whose turn it is."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import IntEnum
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from apps.core import canonical, envelope
from apps.entra.catalogue import Kind
from apps.entra.reading import Values
from apps.history import newest
from apps.history.capture import staged_objects
from apps.history.capture.run_state import CaptureRun
from apps.history.capture.staging import copy_rows
from apps.history.database import execute, rows


class Turn(IntEnum):
    """Who is asked first: whom the log names, who is new or back, the unknown, the oldest."""

    NAMED = 0
    NEW = 1
    UNKNOWN = 2
    KNOWN = 3


class Candidate(NamedTuple):
    """An object that can be asked for. asked_at: None when it never was."""

    object_id: str
    turn: int
    asked_at: datetime | None


class Owner(NamedTuple):
    """Whose history it is, and the key that seals it."""

    tenant_id: UUID
    key: bytes


class Known(NamedTuple):
    """How many live objects there are, how many were asked for; the time of the oldest answer."""

    present: int
    asked: int
    oldest: datetime | None


# Whose turn it is among objects `p` that are live now, given what was asked of them. back: not live
# before.
_TURNS = f"""
select p.object_id, case
    when r.due then {Turn.NAMED:d}
    when p.back then {Turn.NEW:d}
    when r.object_id is null then {Turn.UNKNOWN:d}
    else {Turn.KNOWN:d}
end as turn, r.asked_at
from present p
left join {{asked}} r on r.kind = %(kind)s and r.object_id = p.object_id
"""  # noqa: S608 - put together from numbers
_ASKED = "(select * from history_apartreading where tenant_id = %(tenant)s)"

# The same for a few objects: one descent in the key for each, whatever the statistics say. Of a
# tenant that they do not know, PostgreSQL expects one row and reads all of them for each object.
_ASKED_OF_ONE = """lateral (
    select kind, object_id, due, asked_at from history_apartreading
    where tenant_id = %(tenant)s and (kind, object_id) >= (%(kind)s, {object_id})
    order by kind, object_id limit 1
)"""

# After a read that named every live object.
_ALL = f"""
with present as (
    select object_id, before is distinct from 'present' as back
    from capture_object where kind = %(kind)s and state = 'present'
), turns as ({_TURNS.format(asked=_ASKED)})
select object_id, turn, asked_at from turns where turn <= %(last)s
order by turn, asked_at, object_id limit %(limit)s
"""  # noqa: S608 - put together from the parts above

_NEWEST_STATE = newest.of_object(
    "state", "%(kind)s", "r.object_id", seq=newest.LAST, tenant="%(tenant)s"
)
# After one that told what moved: those it told of, those the log names, and whoever comes first
# among those who were never asked. The last is one pass over two keys in the same order, and ends
# when enough are found.
_MOVED = f"""
with named as materialized (
    select object_id, state, before is distinct from 'present' as back
    from capture_object where kind = %(kind)s
), present as (
    select object_id, back from named where state = 'present'
    union all
    select r.object_id, false from history_apartreading r
    cross join lateral {_NEWEST_STATE} v
    where r.tenant_id = %(tenant)s and r.kind = %(kind)s and r.due and v.state = 'present'
        and r.object_id <> all(array(select object_id from named))
    union all
    (
        select v.object_id, false from (
            select distinct on (object_id) object_id, state from history_objectversion
            where tenant_id = %(tenant)s and kind = %(kind)s and %(beside)s > 0
            order by object_id, seq desc
        ) v
        left join {_ASKED_OF_ONE.format(object_id="v.object_id")} r
            on r.kind = %(kind)s and r.object_id = v.object_id
        where v.state = 'present' and v.object_id <> all(array(select object_id from named))
            and r.object_id is null
        order by v.object_id limit %(beside)s
    )
), turns as ({_TURNS.format(asked=_ASKED_OF_ONE.format(object_id="p.object_id"))})
select object_id, turn, asked_at from turns where turn <= %(last)s
order by turn, asked_at, object_id limit %(limit)s
"""  # noqa: S608 - put together from the parts above

_KNOWN = """
select count(*), count(*) filter (where r.object_id is not null or a.object_id is not null),
    min(case when a.object_id is null then r.asked_at else %(at)s end)
from capture_object p
left join history_apartreading r
    on r.tenant_id = %(tenant)s and r.kind = %(kind)s and r.object_id = p.object_id
left join capture_apart_answer a on a.kind = %(kind)s and a.object_id = p.object_id
where p.kind = %(kind)s and p.state = 'present'
"""

# By how much the live objects have become more, and those of them that were asked for.
_GROWN = f"""
select coalesce(sum((o.state = 'present')::int - coalesce(o.before = 'present', false)::int), 0),
    coalesce(sum(
        (o.state = 'present' and (r.object_id is not null or a.object_id is not null))::int
        - (coalesce(o.before = 'present', false) and r.object_id is not null)::int
    ), 0)
from (
    select object_id, state, before from capture_object where kind = %(kind)s
    union all
    select object_id, 'present', 'present' from capture_apart_answer
    where kind = %(kind)s
        and object_id <> all(array(select object_id from capture_object where kind = %(kind)s))
) o
left join {_ASKED_OF_ONE.format(object_id="o.object_id")} r
    on r.kind = %(kind)s and r.object_id = o.object_id
left join capture_apart_answer a on a.kind = %(kind)s and a.object_id = o.object_id
"""  # noqa: S608 - put together from the part above

_ANSWERS = """
select object_id, answer from history_apartreading
where tenant_id = %s and kind = %s and object_id = any(%s::varchar[]) and length(answer) > 0
"""

_ANY_DUE = """
select exists (select 1 from history_apartreading where tenant_id = %s and kind = %s and due)
"""

_MARK_DUE = """
update history_apartreading set due = true
where tenant_id = %s and kind = %s and object_id = any(%s::varchar[])
"""

_KEEP = """
insert into history_apartreading (tenant_id, kind, object_id, asked_at, due, answer)
select %s, kind, object_id, %s, false, answer from capture_apart_answer order by kind, object_id
on conflict (tenant_id, kind, object_id)
do update set asked_at = excluded.asked_at, due = false, answer = excluded.answer
"""

_UNKNOWN_OR_OLDER = """
select v.object_id from (
    select distinct on (object_id) object_id, state from history_objectversion
    where tenant_id = %(tenant)s and kind = %(kind)s order by object_id, seq desc
) v
left join history_apartreading r
    on r.tenant_id = %(tenant)s and r.kind = %(kind)s and r.object_id = v.object_id
where v.state = 'present' and (r.object_id is null or r.asked_at < %(before)s)
order by r.asked_at nulls first, v.object_id limit %(limit)s
"""

# A capture that began later knows better.
_LEARN = """
insert into history_apartreading (tenant_id, kind, object_id, asked_at, due, answer)
select %s, %s, object_id, %s, false, answer
from unnest(%s::varchar[], %s::bytea[]) a(object_id, answer) order by object_id
on conflict (tenant_id, kind, object_id)
do update set asked_at = excluded.asked_at, due = false, answer = excluded.answer
where history_apartreading.asked_at <= excluded.asked_at
"""

_DROP_GONE = """
delete from history_apartreading r using capture_object a
where r.tenant_id = %s and r.kind = a.kind and r.object_id = a.object_id
    and a.changed and a.state = 'hard-deleted'
"""


def held(run: CaptureRun, kind: Kind, object_ids: Sequence[str]) -> dict[str, Values]:
    """What was given apart from these objects when they were asked for last."""
    if not (kind.read_apart and object_ids):
        return {}
    found = rows(_ANSWERS, [run.tenant_id, kind.name, list(object_ids)])
    return {
        object_id: canonical.loads(
            envelope.open_sealed(run.key, sealed, _aad(run, kind, object_id))
        )
        for object_id, sealed in found
    }


def stage(run: CaptureRun, kind: Kind, answers: Mapping[str, Values]) -> None:
    """Note answers, to be kept with the seal. An empty one says that Graph had none."""
    copy_rows(
        "capture_apart_answer",
        "kind, object_id, answer",
        ("varchar", "varchar", "bytea"),
        (
            (kind.name, object_id, _sealed(run, kind, object_id, values))
            for object_id, values in answers.items()
        ),
    )


def unknown_or_older(tenant_id: UUID, kind: str, *, before: datetime, limit: int) -> list[str]:
    """Live objects that were never asked for, then those asked for before a time."""
    asked = {"tenant": tenant_id, "kind": kind, "before": before, "limit": limit}
    return [row[0] for row in rows(_UNKNOWN_OR_OLDER, asked)]


def keep_learned(owner: Owner, kind: Kind, answers: Mapping[str, Values], *, at: datetime) -> None:
    """Keep answers at once, outside a capture. at: when they were asked for."""
    sealed = [_sealed(owner, kind, object_id, values) for object_id, values in answers.items()]
    execute(_LEARN, [owner.tenant_id, kind.name, at, [*answers], sealed])


def candidates_of_all(run: CaptureRun, kind: Kind, *, limit: int) -> list[Candidate]:
    """The live objects in the order of their turns, after a read that named all of them."""
    staged_objects.analyze()
    asked = {**_of(run, kind), "last": int(Turn.KNOWN), "limit": limit}
    return [Candidate(*row) for row in rows(_ALL, asked)]


def candidates_that_moved(
    run: CaptureRun, kind: Kind, *, last: Turn, limit: int, beside: int
) -> list[Candidate]:
    """Those whose turn it is no later than `last`, after a read of what moved.

    beside: how many of those may be unknown who did not move.
    """
    asked = {**_of(run, kind), "last": int(last), "limit": limit, "beside": beside}
    with transaction.atomic():
        # The two keys are walked in their order and left when enough were found. What is known of
        # the tables just after a large capture would have all of them read and sorted first.
        execute("set local enable_sort = off")
        execute("set local enable_seqscan = off")
        return [Candidate(*row) for row in rows(_MOVED, asked)]


def known(run: CaptureRun, kind: Kind) -> Known:
    """How much is known after a read of all, with what this capture was answered."""
    execute("analyze capture_apart_answer")
    return Known(*rows(_KNOWN, {**_of(run, kind), "at": run.taken_at})[0])


def known_since(run: CaptureRun, kind: Kind, before: Known) -> Known:
    """How much is known after a read of what moved, given what was before."""
    execute("analyze capture_apart_answer")
    present, asked = rows(_GROWN, _of(run, kind))[0]
    return Known(before.present + present, before.asked + asked, before.oldest)


def any_due(tenant_id: UUID, kind: str) -> bool:
    """Whether the log names somebody who was not asked since."""
    return bool(rows(_ANY_DUE, [tenant_id, kind])[0][0])


def mark_due(tenant_id: UUID, kind: str, object_ids: Collection[str]) -> None:
    """Have these asked next: the log tells of a change."""
    execute(_MARK_DUE, [tenant_id, kind, list(object_ids)])


def keep(run: CaptureRun) -> None:
    """Keep this capture's answers, and forget those of objects that are gone for good."""
    execute(_KEEP, [run.tenant_id, run.taken_at])
    for kind, named in run.named.items():
        mark_due(run.tenant_id, kind, named)
    execute(_DROP_GONE, [run.tenant_id])


def _of(run: CaptureRun, kind: Kind) -> dict[str, object]:
    return {"tenant": run.tenant_id, "kind": kind.name}


def _sealed(owner: CaptureRun | Owner, kind: Kind, object_id: str, values: Values) -> bytes:
    if not values:
        return b""
    return envelope.seal(owner.key, canonical.dumps(values), _aad(owner, kind, object_id))


def _aad(owner: CaptureRun | Owner, kind: Kind, object_id: str) -> bytes:
    return b"holdfast:apart:" + owner.tenant_id.bytes + f"{kind.name}/{object_id}".encode()
