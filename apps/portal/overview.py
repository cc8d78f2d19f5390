"""The dashboard's rows: every tenant, sorted by need. Four queries, however many; charts apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import inf
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from apps.core.errors import NotFound
from apps.history.cadence import objectives
from apps.history.cadence.objectives import Freshness
from apps.history.choices import CollectionStatus
from apps.history.models import Snapshot, SnapshotCollection, Verification
from apps.history.verification.recording import last_verification
from apps.jobs.choices import UNFINISHED
from apps.jobs.models import Job
from apps.portal.notices import CERTIFICATE_WARNING, days_left
from apps.portal.presenting import words
from apps.portal.timeline import Spark, sparks
from apps.recovery.choices import RequestState
from apps.recovery.models import RecoveryRequest, Run
from apps.tenants.choices import ConnectionState, Purpose
from apps.tenants.models import BackupPolicy, Connection, Tenant
from apps.tenants.schedules import CaptureSchedule

WARNING_DAYS = CERTIFICATE_WARNING.days
TONES = ("bad", "warn", "busy", "good")


@dataclass(frozen=True)
class TenantRow:
    """One tenant of the dashboard. `tone` is one of TONES, and `need` says why in words.

    unread: the collections that the newest snapshot does not have whole, each with its status.
    """

    tenant: Tenant
    tone: str
    need: str
    snapshot: Snapshot | None
    connection: Connection | None
    job: Job | None
    waiting: int
    point: Freshness
    verification: Verification | None = None
    unread: tuple[str, ...] = ()
    sparks: list[Spark] = field(default_factory=list)

    @property
    def changes(self) -> int:
        """Changes that the newest snapshot recorded."""
        return sum(self.snapshot.counts.values()) if self.snapshot else 0

    @property
    def certificate_days(self) -> int | None:
        """Days until the certificate of the backup connection expires."""
        return days_left(self.connection)

    @property
    def certificate_is_short(self) -> bool:
        return self.certificate_days is not None and self.certificate_days < WARNING_DAYS


def rows(tenants: Sequence[Tenant]) -> list[TenantRow]:
    """One row per tenant, the neediest first. Runs inside the scope of all of them."""
    ids = [tenant.id for tenant in tenants]
    newest = _newest_snapshots(ids)
    connections = {
        row.tenant_id: row
        for row in Connection.objects.filter(
            tenant_id__in=ids, registration__purpose=Purpose.BACKUP
        )
        .select_related("registration")
        .order_by("checked_at")
    }
    unfinished = Job.objects.filter(tenant_id__in=ids, state__in=UNFINISHED)
    running = {job.tenant_id: job for job in unfinished.order_by("created_at")}
    agreed = _agreed(ids)
    unknown = _Agreed()
    found = [
        _row(
            tenant,
            newest.get(tenant.id),
            connections.get(tenant.id),
            running.get(tenant.id),
            agreed.get(tenant.id, unknown).waiting,
            agreed.get(tenant.id, unknown).point,
            agreed.get(tenant.id, unknown).verification,
        )
        for tenant in tenants
    ]
    return sorted(found, key=_by_need)


def row(
    tenant: Tenant,
    policy: BackupPolicy,
    *,
    snapshots: Sequence[Snapshot],
    connections: Sequence[Connection],
    job: Job | None,
) -> TenantRow:
    """One tenant's row, without its chart, of what its page has read already. Two queries.

    policy: of policy_of. snapshots: newest first. job: the newest unfinished one.
    """
    backup = [one for one in connections if one.registration.purpose == Purpose.BACKUP]
    waiting = RecoveryRequest.objects.filter(tenant=tenant, state=RequestState.WAITING).count()
    reached = getattr(policy.tenant, "recovery_point", None)
    return _row(
        tenant,
        snapshots[0] if snapshots else None,
        max(backup, key=_checked, default=None),
        job,
        waiting,
        (policy.objective, reached.reached_at if reached else None),
        last_verification(tenant),
    )


def policy_of(tenant: Tenant) -> BackupPolicy:
    """The tenant's backup policy, with its recovery point. Raises NotFound. One query."""
    rows = BackupPolicy.objects.filter(tenant=tenant)
    policy = rows.select_related("tenant__recovery_point").first()
    if policy is None:
        raise NotFound("This tenant has no backup policy.", code="no-backup-policy")
    return policy


def _checked(connection: Connection) -> tuple[bool, datetime]:
    """Sorts as PostgreSQL does: one that was never looked at comes last."""
    never = connection.checked_at is None
    return never, connection.checked_at or connection.registration.created_at


def _row(
    tenant: Tenant,
    snapshot: Snapshot | None,
    connection: Connection | None,
    job: Job | None,
    waiting: int,
    point: tuple[timedelta, datetime | None] | None,
    verification: Verification | None,
) -> TenantRow:
    fresh = _freshness(tenant, point, snapshot)
    tone, need = _need(snapshot, connection, job, fresh)
    if verification is not None and verification.damage_in_all:
        tone, need = "bad", "The history is damaged"
    return TenantRow(tenant, tone, need, snapshot, connection, job, waiting, fresh, verification)


def _by_need(row: TenantRow) -> tuple[int, float, str]:
    """Of those in need alike, whose recovery point is missed longest comes first."""
    missed = row.point.missed_since
    return TONES.index(row.tone), missed.timestamp() if missed else inf, row.tenant.name


def with_charts(shown: Sequence[TenantRow]) -> list[TenantRow]:
    """The rows with the charts of their last snapshots, and with what these lack. Two queries."""
    charts = sparks([row.tenant.id for row in shown])
    lacking = _unread([row.snapshot for row in shown if row.snapshot])
    return [
        replace(
            row,
            sparks=charts.get(row.tenant.id, []),
            unread=lacking.get(row.tenant.id, ()),
        )
        for row in shown
    ]


def _unread(snapshots: Sequence[Snapshot]) -> dict[UUID, tuple[str, ...]]:
    """By tenant, what of its snapshot was not read whole: "group (denied)"."""
    rows = (
        SnapshotCollection.objects.filter(snapshot_id__in=[one.pk for one in snapshots])
        .exclude(status=CollectionStatus.COMPLETE)
        .order_by("collection")
        .values_list("tenant_id", "collection", "status")
    )
    found: dict[UUID, tuple[str, ...]] = {}
    for tenant_id, collection, status in rows:
        said = f"{words(collection)} ({CollectionStatus(status).label})"
        found[tenant_id] = (*found.get(tenant_id, ()), said)
    return found


def open_requests() -> QuerySet[RecoveryRequest]:
    """Recovery requests that wait, over all tenants of the scope; the oldest first."""
    return _requests().filter(state=RequestState.WAITING).order_by("requested_at")


def decided_requests() -> QuerySet[RecoveryRequest]:
    """Recovery requests that are settled, over all tenants of the scope; the newest first."""
    return _requests().exclude(state=RequestState.WAITING).order_by("-requested_at")


def runs() -> QuerySet[Run]:
    """Recoveries over all tenants of the scope, newest first."""
    rows = Run.objects.select_related(
        "tenant", "request__requested_by", "request__decided_by", "request__plan"
    )
    return rows.order_by("-queued_at")


def _requests() -> QuerySet[RecoveryRequest]:
    return RecoveryRequest.objects.select_related("tenant", "plan", "requested_by", "decided_by")


def _newest_snapshots(ids: Sequence[UUID]) -> dict[UUID, Snapshot]:
    newest = (
        Snapshot.objects.filter(tenant_id__in=ids)
        .order_by("tenant_id", "-seq")
        .distinct("tenant_id")
    )
    return {snapshot.tenant_id: snapshot for snapshot in newest}


@dataclass(frozen=True, slots=True)
class _Agreed:
    """What was agreed for a tenant, when its newest recovery point was, how many requests wait, and
    what its last verification came to (when it ended, how much damage: nothing else of it)."""

    objective: timedelta | None = None
    reached_at: datetime | None = None
    waiting: int = 0
    verification: Verification | None = None

    @property
    def point(self) -> tuple[timedelta, datetime | None] | None:
        return None if self.objective is None else (self.objective, self.reached_at)


def _agreed(ids: Sequence[UUID]) -> dict[UUID, _Agreed]:
    waiting = RecoveryRequest.objects.filter(tenant=OuterRef("pk"), state=RequestState.WAITING)
    counted = waiting.order_by().values("tenant").annotate(number=Count("pk")).values("number")
    verified = Verification.objects.filter(tenant=OuterRef("pk")).order_by("-ended_at")
    told = verified.values(told=JSONObject(at="ended_at", damage="damage_in_all"))[:1]
    rows = Tenant.objects.filter(pk__in=ids).values_list(
        "pk",
        "backup_policy__objective",
        "recovery_point__reached_at",
        Subquery(counted),
        Subquery(told),
    )
    return {
        tenant_id: _Agreed(objective, reached_at, number or 0, _verification(found))
        for tenant_id, objective, reached_at, number, found in rows
    }


def _verification(found: dict[str, Any] | None) -> Verification | None:
    if found is None:
        return None
    ended_at = datetime.fromisoformat(found["at"])
    return Verification(ended_at=ended_at, damage_in_all=found["damage"])


def _freshness(
    tenant: Tenant, point: tuple[timedelta, datetime | None] | None, snapshot: Snapshot | None
) -> Freshness:
    objective, reached_at = point or (CaptureSchedule().objective, None)
    if reached_at is None and snapshot is not None:
        reached_at = snapshot.taken_at
    return objectives.fresh(tenant.id, objective, reached_at, tenant.created_at)


def _need(
    snapshot: Snapshot | None,
    connection: Connection | None,
    job: Job | None,
    point: Freshness,
) -> tuple[str, str]:
    if connection is None or connection.state == ConnectionState.PENDING:
        return "warn", "Waiting for the customer's consent"
    if connection.state == ConnectionState.FAILED:
        return "bad", "The connection does not work"
    if snapshot is not None and not point.met:
        return "bad", "The recovery point is older than agreed"
    if job is not None:
        return "busy", job.get_state_display()
    if snapshot is None:
        return "warn", "No snapshot yet"
    if not snapshot.complete:
        return "warn", "The last snapshot is partial"
    left = days_left(connection)
    if left is not None and left < WARNING_DAYS:
        return "warn", "The certificate expires soon"
    if connection.missing:
        return "warn", "Permissions are missing"
    return "good", "Protected"
