"""Snapshots that reports need while they are made: retention keeps them until then."""

from __future__ import annotations

from apps.diffs.choices import ReportState
from apps.diffs.models import DifferenceReport
from apps.tenants.models import Tenant


def needed_by_reports(tenant: Tenant) -> dict[int, str]:
    """The snapshots that unfinished reports compare, by seq."""
    unfinished = DifferenceReport.objects.filter(tenant=tenant, state__in=ReportState.unfinished())
    ends = unfinished.values_list("base__seq", "target__seq")
    return {seq: "a difference report is being made" for both in ends for seq in both if seq}
