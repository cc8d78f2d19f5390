"""Snapshots that recoveries need: retention keeps them while one waits, runs or may be undone."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q

from apps.core import clock
from apps.recovery.choices import RequestState, RunState
from apps.recovery.drills.choices import DrillState
from apps.recovery.models import Drill, RecoveryRequest, Run
from apps.tenants.models import Tenant

# So long after a run it can be taken back from its safety snapshot.
UNDO = timedelta(days=30)


def needed_by_recoveries(tenant: Tenant) -> dict[int, str]:
    """The snapshots that plans under way lead to and start from, and safety snapshots, by seq."""
    under_way = RecoveryRequest.objects.filter(
        Q(state=RequestState.WAITING)
        | Q(state=RequestState.APPROVED, run__isnull=True)
        | Q(run__state__in=RunState.unfinished()),
        tenant=tenant,
    )
    ends = under_way.values_list("plan__base_seq", "plan__assumed_seq")
    runs = Run.objects.filter(
        Q(state__in=RunState.unfinished()) | Q(finished_at__gt=clock.now() - UNDO), tenant=tenant
    )
    safety = runs.values_list("safety_snapshot__seq", flat=True)
    drills = Drill.objects.filter(tenant=tenant, state__in=DrillState.unfinished())
    return {
        **dict.fromkeys(drills.values_list("snapshot__seq", flat=True), "a drill rehearses it"),
        **{seq: "a recovery can be taken back" for seq in safety if seq},
        **{seq: "a recovery waits or is under way" for both in ends for seq in both},
    }
