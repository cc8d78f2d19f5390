"""Planning what goes: a row for each snapshot that nothing keeps any more, with the day it is due.

Nothing is removed here. What is due is handed to the jobs of the kind PRUNE, which remove only
what `selectors.removable` names at that moment.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Max

from apps.core import clock
from apps.core.actor import SYSTEM, Actor
from apps.core.scope import tenant_scope
from apps.history.models import LegalHold, Removal, SnapshotPin
from apps.history.retention import deciding
from apps.history.retention.agreed import grace
from apps.history.retention.selectors import Picture, removable
from apps.history.retention.standing import LABELS, Standing
from apps.history.selectors.snapshots import snapshots
from apps.jobs import services as jobs
from apps.jobs.registry import UnknownJobError
from apps.tenants.choices import TenantState
from apps.tenants.models import Tenant

PRUNE: Final = "prune"
# Every removal is announced on the snapshot's page for at least this long.
NOTICE: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Planned:
    """How many removals were planned, were cancelled because something keeps the snapshot again,
    and are due and handed over."""

    planned: int
    cancelled: int
    due: int


def plan_removals(*, tenant: Tenant) -> Planned:
    """Plan anew for a tenant that is looked after, and hand over what is due. The daily job."""
    if tenant.state != TenantState.ACTIVE:
        return Planned(0, 0, 0)
    with tenant_scope(tenant.pk), transaction.atomic():
        picture = Picture(tenant)
        standings = picture.standings()
        kept_again = [one.seq for one in standings if one.kept and one.removal]
        cancelled = cancel(actor=SYSTEM, tenant=tenant, seqs=kept_again, why="kept again")
        planned = _plan(tenant, [one for one in standings if not one.kept and not one.removal])
        due = removable(tenant)
        if due:
            _hand_over(tenant)
    return Planned(planned, cancelled, len(due))


def cancel(*, actor: Actor, tenant: Tenant, seqs: Iterable[int] | None, why: str) -> int:
    """Cancel planned removals; None for all of the tenant's. How many there were.

    Whether the actor may is asked by the service that keeps the snapshots from now on.
    """
    rows = Removal.objects.filter(tenant=tenant)
    # Those of snapshots that are gone stay: they tell why.
    rows = rows.filter(snapshot__in=snapshots(tenant))
    if seqs is not None:
        rows = rows.filter(snapshot__seq__in=list(seqs))
    number, _ = rows.delete()
    if number:
        deciding.record(actor, "removals.cancelled", tenant, number=number, why=why)
    return number


def _plan(tenant: Tenant, to_go: list[Standing]) -> int:
    if not to_go:
        return 0
    now = clock.now()
    ids = dict(snapshots(tenant).values_list("seq", "pk"))
    earliest = _earliest(tenant, now)
    rows = [
        Removal(
            tenant=tenant,
            snapshot_id=ids[one.seq],
            planned_at=now,
            due_at=max(now + NOTICE, earliest.get(one.seq, now), earliest.get(None, now)),
            why=_why(one),
        )
        for one in to_go
    ]
    made = len(Removal.objects.bulk_create(rows, ignore_conflicts=True))
    first = min(row.due_at for row in rows)
    deciding.record(
        SYSTEM, "removals.planned", tenant, number=made, due=first.isoformat(timespec="minutes")
    )
    return made


def _earliest(tenant: Tenant, now: datetime) -> dict[int | None, datetime]:
    """Until when the grace period of what kept them lasts: by seq for pins, None for a hold."""
    since = now - grace()
    released = SnapshotPin.objects.filter(tenant=tenant, released_at__gt=since)
    by_seq = released.values_list("snapshot__seq").annotate(last=Max("released_at"))
    found: dict[int | None, datetime] = {seq: last + grace() for seq, last in by_seq}
    ended = LegalHold.objects.filter(tenant=tenant, ended_at__gt=since)
    if last := ended.aggregate(last=Max("ended_at"))["last"]:
        found[None] = last + grace()
    return found


def _why(one: Standing) -> str:
    """What had kept it last, in words."""
    last = one.fate.by[0]
    return f"kept by the rule {LABELS[last.rule]} until {last.until:%Y-%m-%d %H:%M} UTC"


def _hand_over(tenant: Tenant) -> None:
    """Have what is due removed, where this installation has what removes."""
    try:
        jobs.enqueue(actor=SYSTEM, kind=PRUNE, tenant=tenant, once=True, wait_for_turn=True)
    except UnknownJobError:
        return
