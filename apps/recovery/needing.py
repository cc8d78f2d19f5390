"""Snapshots that reports and recoveries need: retention keeps them while one is made, waits, runs
or may be undone."""

from __future__ import annotations

from datetime import timedelta
from operator import itemgetter

from django.db.models import Q, Value

from apps.core import clock
from apps.diffs.choices import ReportState
from apps.diffs.models import DifferenceReport
from apps.recovery.choices import RequestState, RunState
from apps.recovery.drills.choices import DrillState
from apps.recovery.models import Drill, RecoveryRequest, Run
from apps.tenants.models import Tenant

# So long after a run it can be taken back from its safety snapshot.
UNDO = timedelta(days=30)


# The last word counts where several need a snapshot.
_WHY = (
    "a difference report is being made",
    "a drill rehearses it",
    "a recovery can be taken back",
    "a recovery waits or is under way",
)


def needed_by_recoveries(tenant: Tenant) -> dict[int, str]:
    """The snapshots that plans under way lead to and start from, safety snapshots, those that are
    rehearsed, and those that reports compare while they are made, by seq. One query."""
    under_way = RecoveryRequest.objects.filter(
        Q(state=RequestState.WAITING)
        | Q(state=RequestState.APPROVED, run__isnull=True)
        | Q(run__state__in=RunState.unfinished()),
        tenant=tenant,
    )
    runs = Run.objects.filter(
        Q(state__in=RunState.unfinished()) | Q(finished_at__gt=clock.now() - UNDO), tenant=tenant
    )
    drills = Drill.objects.filter(tenant=tenant, state__in=DrillState.unfinished())
    reports = DifferenceReport.objects.filter(tenant=tenant, state__in=ReportState.unfinished())
    found = reports.values_list(Value(0), "base__seq").union(
        reports.values_list(Value(0), "target__seq"),
        drills.values_list(Value(1), "snapshot__seq"),
        runs.values_list(Value(2), "safety_snapshot__seq"),
        under_way.values_list(Value(3), "plan__base_seq"),
        under_way.values_list(Value(3), "plan__assumed_seq"),
    )
    return {seq: _WHY[why] for why, seq in sorted(found, key=itemgetter(0)) if seq}
