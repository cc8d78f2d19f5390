"""Reading drills. Everything here needs a scope that has the tenants."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from apps.core import clock
from apps.core.errors import NotFound
from apps.jobs.models import Job
from apps.recovery.drills.choices import DrillInterval, DrillState
from apps.recovery.drills.models import Drill, DrillSchedule
from apps.recovery.drills.scenarios import DEFAULT
from apps.tenants.models import Tenant

YEAR: Final = timedelta(days=365)


def drills(tenant: Tenant) -> QuerySet[Drill]:
    """A tenant's drills, newest first."""
    rows = Drill.objects.filter(tenant=tenant).order_by("-requested_at", "-id")
    return rows.select_related("tenant", "snapshot", "requested_by").defer("evidence")


def access_drill(tenant: Tenant, drill_id: UUID) -> Drill:
    """One drill of this tenant. Raises NotFound for any other."""
    found = drills(tenant).filter(pk=drill_id).first()
    if found is None:
        raise NotFound("There is no such drill.", code="no-such-drill")
    return found


def last_drill(tenant: Tenant) -> Drill | None:
    """The newest drill that has ended and was not cancelled; None before the first. One query."""
    over = drills(tenant).exclude(state__in=(*DrillState.unfinished(), DrillState.CANCELLED))
    return over.order_by("-finished_at").first()


def drills_of(tenant_ids: Collection[UUID]) -> dict[UUID, Drill]:
    """The last ended drill of each of these tenants that had one. One query."""
    rows = (
        Drill.objects.filter(tenant_id__in=list(tenant_ids))
        .exclude(state__in=(*DrillState.unfinished(), DrillState.CANCELLED))
        .order_by("tenant_id", "-finished_at")
        .distinct("tenant_id")
        .defer("evidence")
    )
    return {one.tenant_id: one for one in rows}


def restore_tests(tenant: Tenant) -> list[Drill]:
    """The drills of the last twelve months that count as a restore test, newest first."""
    since = clock.now() - YEAR
    rows = drills(tenant).filter(state__in=DrillState.tested(), finished_at__gte=since)
    return list(rows.order_by("-finished_at"))


def schedule_of(tenant: Tenant) -> DrillSchedule:
    """When the tenant's drills come by themselves; one that says never where nobody said."""
    found = DrillSchedule.objects.filter(tenant=tenant).select_related("set_by").first()
    return found or DrillSchedule(tenant=tenant, interval=DrillInterval.OFF, scenario=DEFAULT)


def job_of(drill: Drill) -> Job | None:
    """The job that carries a drill out, None when it is long gone."""
    return Job.objects.filter(pk=drill.job_id).first() if drill.job_id else None
