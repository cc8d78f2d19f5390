"""A tenant's history as bars: how much changed from time to time, however long it is.

PostgreSQL puts the snapshots together, so that ten years cost little more than ten days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Final

from django.db import connection

from apps.diffs.lately import Risks
from apps.history.database import TenantRef, scoped_id

UNITS: Final = ("snapshot", "day", "week", "month")
# So many snapshots are told one by one; then days, up to so many; then weeks, up to so many days.
ONE_BY_ONE, BY_DAY, BY_WEEK = 90, 120, 1100


@dataclass(frozen=True, slots=True)
class Bar:
    """What the snapshots of one unit of time brought.

    start: of the unit, in the zone asked for; the snapshot's own time where each has a bar.
    number: snapshots that are kept; partial: of these. seq, taken_at: the newest of them, None
    where all were pruned. unrated: changes that were not counted by risk yet. has_first: the
    tenant's first reading is among them, which changed nothing.
    """

    start: datetime
    number: int
    partial: int
    seq: int | None
    taken_at: datetime | None
    risks: Risks
    unrated: int
    has_first: bool

    @property
    def changes(self) -> int:
        return self.risks.total + self.unrated


@dataclass(frozen=True, slots=True)
class Bars:
    """unit: one of UNITS, the finest that leaves few enough bars. bars: oldest first."""

    unit: str
    bars: tuple[Bar, ...]


# Snapshots that were pruned have no place to go to, but what they brought was changed all the same.
_SQL = f"""
with told as (
    select s.seq, s.taken_at, s.complete, s.counts, pruned.snapshot_id is null as kept,
        v.seq is null as unrated, v.low, v.medium, v.high
    from history_snapshot s
    left join history_prunedsnapshot pruned on pruned.snapshot_id = s.id
    left join diffs_changevolume v on v.tenant_id = s.tenant_id and v.seq = s.seq
    where s.tenant_id = %(tenant)s and s.taken_at >= %(since)s
), chosen as (
    select case
        when count(*) filter (where kept) <= {ONE_BY_ONE} then 'snapshot'
        when max(taken_at) - min(taken_at) <= interval '{BY_DAY} days' then 'day'
        when max(taken_at) - min(taken_at) <= interval '{BY_WEEK} days' then 'week'
        else 'month' end as unit
    from told
)
select unit,
    case unit when 'snapshot' then taken_at else date_trunc(unit, taken_at, %(zone)s) end as start,
    count(*) filter (where kept), count(*) filter (where kept and not complete),
    max(seq) filter (where kept), max(taken_at) filter (where kept),
    coalesce(sum(low), 0), coalesce(sum(medium), 0), coalesce(sum(high), 0),
    coalesce(sum(case when unrated and seq > 1 then
        (select sum(number::bigint) from jsonb_each_text(counts) as t (what, number)) end), 0),
    bool_or(seq = 1)
from told, chosen
group by 1, 2
having bool_or(kept) or sum(low + medium + high) > 0
order by 2
"""  # noqa: S608 - numbers of ours


def volume_bars(tenant: TenantRef, *, since: datetime, zone: tzinfo) -> Bars:
    """The bars from a time on. One query, which costs what there are snapshots since then."""
    asked: dict[str, Any] = {"tenant": scoped_id(tenant), "since": since, "zone": str(zone)}
    with connection.cursor() as cursor:
        cursor.execute(_SQL, asked)
        rows = cursor.fetchall()
    return Bars(rows[0][0] if rows else UNITS[0], tuple(_bar(row[1:]) for row in rows))


def _bar(row: tuple[Any, ...]) -> Bar:
    start, number, partial, seq, taken_at, *counts, unrated, has_first = row
    return Bar(
        start=start,
        number=number,
        partial=partial,
        seq=seq,
        taken_at=taken_at,
        risks=Risks(*map(int, counts)),
        unrated=int(unrated),
        has_first=has_first,
    )
