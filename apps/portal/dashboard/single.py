"""One tenant's row, of what its page has read already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, JSONObject

from apps.core import clock
from apps.core.errors import NotFound
from apps.diffs.lately import Risks
from apps.diffs.models import ChangeVolume
from apps.history.models import Snapshot, Verification
from apps.jobs.choices import UNFINISHED, JobState
from apps.jobs.models import Job
from apps.portal.dashboard.facts import (
    FAILED_FOR,
    LATELY,
    Drilled,
    Facts,
    Newest,
    Verified,
    consent_of,
    told,
)
from apps.portal.dashboard.reading import DRILLED, drilled_as, freshness
from apps.portal.dashboard.rows import Row
from apps.recovery.choices import RequestState
from apps.recovery.drills.models import Drill
from apps.recovery.models import RecoveryRequest
from apps.tenants.models import BackupPolicy, Connection, Tenant, TenantTag


@dataclass(frozen=True, slots=True)
class Agreed:
    """A tenant's backup policy, and what one query with it tells of the tenant."""

    policy: BackupPolicy
    reached_at: datetime | None
    waiting: int
    tags: tuple[str, ...]
    lately: Risks
    drilled: Drilled | None


def agreed_for(tenant: Tenant) -> Agreed:
    """What was agreed for the tenant, and how it stands to that. Raises NotFound. One query."""
    policy = _policies(tenant).first()
    if policy is None:
        raise NotFound("This tenant has no backup policy.", code="no-backup-policy")
    reached = getattr(policy.tenant, "recovery_point", None)
    return Agreed(
        policy,
        reached.reached_at if reached else None,
        policy.waiting,
        tuple(policy.tags),
        Risks(*(getattr(policy, name) or 0 for name in Risks._fields)),
        drilled_as(policy.drilled),
    )


def row_of(
    tenant: Tenant,
    agreed: Agreed,
    *,
    latest: Snapshot | None,
    connections: Sequence[Connection],
    verification: Verification | None,
    jobs: Sequence[Job],
) -> Row:
    """How the tenant stands, without its chart. No query.

    jobs: the last ones, the newest first, and all that are unfinished.
    """
    newest = Newest.of(latest)
    running = next((job for job in jobs if job.state in UNFINISHED), None)
    facts = Facts(
        tenant,
        point=freshness(tenant, agreed.policy.objective, agreed.reached_at, newest),
        newest=newest,
        consent=consent_of([told(connection) for connection in connections]),
        verified=Verified.of(verification),
        drilled=agreed.drilled,
        waiting=agreed.waiting,
        running=running.get_state_display() if running else "",
        failed=_failed(jobs),
        lately=agreed.lately,
        tags=agreed.tags,
    )
    return Row.of(facts)


def _policies(tenant: Tenant) -> QuerySet[Any]:
    waiting = RecoveryRequest.objects.filter(tenant=tenant, state=RequestState.WAITING)
    tags = TenantTag.objects.filter(tenant=tenant).order_by("tag__name").values("tag__name")
    changed = ChangeVolume.objects.filter(tenant=tenant, taken_at__gte=clock.now() - LATELY)
    sums = {
        name: Subquery(changed.order_by().values("tenant").annotate(n=Sum(name)).values("n"))
        for name in Risks._fields
    }
    number = waiting.order_by().values("tenant").annotate(n=Count("pk")).values("n")
    drilled = Drill.objects.filter(tenant=tenant, state__in=DRILLED).order_by("-requested_at")
    sums["drilled"] = Subquery(drilled.values(told=JSONObject(at="finished_at", state="state"))[:1])
    rows = BackupPolicy.objects.filter(tenant=tenant).select_related("tenant__recovery_point")
    return rows.annotate(waiting=Coalesce(Subquery(number), 0), tags=ArraySubquery(tags), **sums)


def _failed(jobs: Sequence[Job]) -> tuple[str, ...]:
    """The kinds of which the last that ended failed, and not long ago."""
    ended: dict[str, Job] = {}
    for job in jobs:
        if job.state in (JobState.DONE, JobState.FAILED):
            ended.setdefault(job.kind, job)
    oldest = clock.now() - FAILED_FOR
    return tuple(
        kind
        for kind, job in ended.items()
        if job.state == JobState.FAILED and job.finished_at and job.finished_at >= oldest
    )
