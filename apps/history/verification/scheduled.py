"""Verification by the clock: whose history was verified longest ago comes first, MSP by MSP.

Each hour takes a twenty-fourth of the day's budget of versions. A history that is larger than one
verification may read is verified by samples.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery, Sum, Window
from django.db.models.functions import Coalesce, RowNumber

from apps.core import clock
from apps.core.actor import SYSTEM
from apps.core.scope import no_scope
from apps.history.choices import VerificationCause
from apps.history.models import Snapshot, SnapshotCollection, Verification
from apps.history.verification.result import FULL
from apps.jobs import services as jobs
from apps.tenants.choices import UNLISTED_STATES
from apps.tenants.models import Tenant

_HOURS = 24


@dataclass(frozen=True, slots=True)
class Due:
    """A tenant whose turn it is. share: per cent of its versions to read."""

    tenant: Tenant
    share: float


def verify_due() -> int:
    """Every hour: have workers verify the tenants whose turn it is; how many."""
    with no_scope("the history of every tenant is verified in turn"):
        chosen = list(due())
        for one in chosen:
            args = {"share": one.share, "cause": str(VerificationCause.SCHEDULE)}
            with transaction.atomic():
                jobs.enqueue(
                    actor=SYSTEM,
                    kind="verify-history",
                    tenant=one.tenant,
                    args=args,
                    once=True,
                    wait_for_turn=True,
                )
    return len(chosen)


def due() -> Iterator[Due]:
    """Whose turn it is this hour: one tenant of every MSP, then the next of each, as far as the
    budget goes; at least one, so that a history larger than the budget has its turn too.
    """
    left = settings.HOLDFAST_VERIFY_VERSIONS_A_DAY / _HOURS
    for number, (tenant, versions) in enumerate(_longest_ago()):
        most = settings.HOLDFAST_VERIFY_VERSIONS_AT_ONCE
        share = min(FULL, round(FULL * most / max(versions, 1), 3))
        left -= versions * share / FULL
        if left < 0 and number > 0:
            return
        yield Due(tenant, share)


def _longest_ago() -> list[tuple[Tenant, int]]:
    """Tenants with snapshots that are due, and how many versions each has, by the last count."""
    last = Verification.objects.filter(tenant=OuterRef("pk")).order_by("-ended_at")
    newest = Snapshot.objects.filter(tenant=OuterRef("pk")).order_by("-seq")
    due_from = clock.now() - timedelta(hours=settings.HOLDFAST_VERIFY_EVERY_HOURS)
    tenants = (
        Tenant.objects.exclude(state__in=UNLISTED_STATES)
        .annotate(
            verified_at=Subquery(last.values("ended_at")[:1]),
            versions=Subquery(last.values("versions")[:1]),
            newest=Subquery(newest.values("pk")[:1]),
        )
        .filter(Q(verified_at__isnull=True) | Q(verified_at__lte=due_from), newest__isnull=False)
        .annotate(
            turn=Window(
                RowNumber(),
                partition_by=F("msp_id"),
                order_by=[F("verified_at").asc(nulls_first=True), F("pk")],
            )
        )
        .order_by("turn", F("verified_at").asc(nulls_first=True), "pk")
    )
    objects = _objects([tenant.newest for tenant in tenants if tenant.versions is None])
    return [(tenant, tenant.versions or objects.get(tenant.newest, 0)) for tenant in tenants]


def _objects(snapshot_ids: list[UUID]) -> dict[UUID, int]:
    """How many objects there are in snapshots, where nothing was counted yet."""
    counted = SnapshotCollection.objects.filter(snapshot_id__in=snapshot_ids)
    summed = counted.values_list("snapshot_id").annotate(number=Coalesce(Sum("count"), 0))
    return dict(summed.order_by())
