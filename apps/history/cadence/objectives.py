"""Whether each tenant's newest recovery point is as fresh as agreed, and since when it is not.

A recovery point is the time when a capture began of which no collection broke off, whether it found
anything or not. What Graph denies or the tenant has no licence for does not count against it: that
is told apart, by the completeness of snapshots and the health of connections.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from apps.core import clock
from apps.core.scope import no_scope, tenant_scope
from apps.history.cadence import telling
from apps.history.capture.run_state import CollectionOutcome
from apps.history.choices import CollectionStatus
from apps.history.models import ObjectiveGap, RecoveryPoint, Snapshot
from apps.tenants.choices import TenantState
from apps.tenants.models import BackupPolicy, Tenant


@dataclass(frozen=True, slots=True)
class Freshness:
    """A tenant's newest recovery point against what was agreed. reached_at: None before the first.

    missed_since: when it became older than agreed, None while it is met.
    """

    tenant_id: UUID
    objective: timedelta
    reached_at: datetime | None
    missed_since: datetime | None

    @property
    def met(self) -> bool:
        return self.missed_since is None


def note_capture(tenant: Tenant, began_at: datetime, outcomes: Iterable[CollectionOutcome]) -> bool:
    """Note that a capture ended well; whether it is a recovery point. Needs the tenant's scope."""
    if any(one.status == CollectionStatus.PARTIAL and one.keep_cursor for one in outcomes):
        return False
    with transaction.atomic():
        point, created = RecoveryPoint.objects.get_or_create(
            tenant=tenant, defaults={"reached_at": began_at}
        )
        if not created:
            RecoveryPoint.objects.filter(pk=point.pk, reached_at__lt=began_at).update(
                reached_at=began_at
            )
    return True


def freshness(policies: Iterable[BackupPolicy]) -> dict[UUID, Freshness]:
    """How fresh the recovery points of these policies' tenants are. Three queries at most."""
    wanted = {policy.tenant_id: policy.objective for policy in policies}
    points = dict(
        RecoveryPoint.objects.filter(tenant_id__in=wanted).values_list("tenant_id", "reached_at")
    )
    unknown = wanted.keys() - points.keys()
    if unknown:
        # Captured before recovery points were kept, or never.
        newest = Snapshot.objects.filter(tenant_id__in=unknown).order_by("tenant_id", "-seq")
        points |= dict(newest.distinct("tenant_id").values_list("tenant_id", "taken_at"))
    added = _added({one for one in wanted if one not in points})
    return {
        tenant_id: fresh(tenant_id, objective, points.get(tenant_id), added.get(tenant_id))
        for tenant_id, objective in wanted.items()
    }


def fresh(
    tenant_id: UUID, objective: timedelta, reached_at: datetime | None, since: datetime | None
) -> Freshness:
    """The same of one tenant. since: when it was added, for one that was never captured."""
    counted = reached_at or since
    end = counted + objective if counted else None
    missed = end if end is not None and end < clock.now() else None
    return Freshness(tenant_id, objective, reached_at, missed)


def gaps(tenant: Tenant) -> QuerySet[ObjectiveGap]:
    """The times in which the objective was missed, newest first."""
    return ObjectiveGap.objects.filter(tenant=tenant).order_by("-began_at", "-id")


def watch() -> None:
    """Open a gap for each tenant that misses its objective, end those that are over, and tell.

    Every minute; six queries when nothing changes.
    """
    with no_scope("every tenant's recovery point is held against its objective"):
        policies = BackupPolicy.objects.filter(tenant__state=TenantState.ACTIVE)
        states = freshness(policies)
        unended = list(ObjectiveGap.objects.filter(ended_at=None).select_related("tenant"))
    for gap in unended:
        state = states.pop(gap.tenant_id, None)
        if state is None or state.missed_since is None:
            _end(gap)
        else:
            telling.tell_of_gap(gap)
    for state in states.values():
        if state.missed_since is not None:
            _begin(state, state.missed_since)


def _begin(state: Freshness, began_at: datetime) -> None:
    with tenant_scope(state.tenant_id):
        ObjectiveGap.objects.bulk_create(
            [ObjectiveGap(tenant_id=state.tenant_id, began_at=began_at, objective=state.objective)],
            ignore_conflicts=True,
        )


def _end(gap: ObjectiveGap) -> None:
    with tenant_scope(gap.tenant_id), transaction.atomic():
        if ObjectiveGap.objects.filter(pk=gap.pk, ended_at=None).update(ended_at=clock.now()):
            telling.tell_that_it_is_over(gap)


def _added(tenant_ids: set[UUID]) -> dict[UUID, datetime]:
    if not tenant_ids:
        return {}
    return dict(Tenant.objects.filter(pk__in=tenant_ids).values_list("pk", "created_at"))
