"""What happens every minute: captures that are due are made jobs, and time is told.

django-q2's schedule "history-cadence" calls `tick` by name.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from apps.core import clock
from apps.core.actor import SYSTEM
from apps.core.scope import no_scope, tenant_scope
from apps.history.cadence import objectives
from apps.history.cadence.services import due_after
from apps.history.choices import CaptureMode
from apps.history.models import Cadence
from apps.history.retention.taking_effect import take_effect_where_due
from apps.history.signals import ticked
from apps.jobs import dispatching
from apps.jobs import services as jobs
from apps.jobs.choices import UNFINISHED
from apps.jobs.models import Job
from apps.tenants.choices import TenantState
from apps.tenants.models import BackupPolicy, Tenant

CAPTURE: Final = "capture"
PLAN: Final = "plan-removals"
_RETENTION_EVERY: Final = timedelta(days=1)


def tick() -> None:
    """Make due captures and planning jobs, let agreed changes take effect, watch objectives."""
    take_effect_where_due()
    make_due()
    objectives.watch()
    ticked.send_robust(tick)


def make_due() -> int:
    """Make a job for every capture and every planning that is due; how many.

    However much was due while nothing ran, a tenant is captured once. Jobs wait for the dispatch,
    which takes turns between MSPs. Four queries when nothing is due.
    """
    now = clock.now()
    with no_scope("due tenants of every MSP are picked"):
        due = Cadence.objects.filter(tenant__state=TenantState.ACTIVE).filter(
            Q(full_at__lte=now) | Q(delta_at__lte=now) | Q(retention_at__lte=now)
        )
        rows = list(due.select_related("tenant"))
        busy = _being_captured(row.tenant_id for row in rows)
        policies = BackupPolicy.objects.in_bulk([row.tenant_id for row in rows])
    made = sum(_make(row, policies.get(row.tenant_id), now, busy) for row in rows)
    if made:
        dispatching.dispatch()
    return made


def _make(row: Cadence, policy: BackupPolicy | None, now: datetime, busy: set[UUID]) -> int:
    tenant, made = row.tenant, 0
    mode = _mode(row, now)
    values: dict[str, datetime | None] = {}
    if mode is not None:
        schedule = (policy or BackupPolicy(tenant=tenant)).schedule
        values |= due_after(tenant, schedule, now)
    if row.retention_at <= now:
        values["retention_at"] = now + _RETENTION_EVERY
    with tenant_scope(tenant.pk), transaction.atomic():
        # Of two ticks at once only one makes the jobs.
        if not Cadence.objects.filter(
            pk=row.pk, full_at=row.full_at, delta_at=row.delta_at, retention_at=row.retention_at
        ).update(**values):
            return 0
        if mode == CaptureMode.FULL or (mode is not None and tenant.pk not in busy):
            made += _enqueue(tenant, CAPTURE, {"mode": str(mode), "reason": "schedule"})
        if "retention_at" in values:
            made += _enqueue(tenant, PLAN, {})
    return made


def _mode(row: Cadence, now: datetime) -> CaptureMode | None:
    """A full capture does what one in between does."""
    if row.full_at is not None and row.full_at <= now:
        return CaptureMode.FULL
    if row.delta_at is not None and row.delta_at <= now:
        return CaptureMode.DELTA
    return None


def _enqueue(tenant: Tenant, kind: str, args: dict[str, str]) -> int:
    jobs.enqueue(actor=SYSTEM, kind=kind, tenant=tenant, args=args, once=True, wait_for_turn=True)
    return 1


def _being_captured(tenant_ids: Iterable[UUID]) -> set[UUID]:
    """Tenants of which a capture waits or runs: another in between would find nothing more."""
    unfinished = Job.objects.filter(
        tenant_id__in=list(tenant_ids), kind=CAPTURE, state__in=UNFINISHED
    )
    return set(unfinished.values_list("tenant_id", flat=True)) - {None}
