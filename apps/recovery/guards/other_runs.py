"""Other recoveries of the same tenant that are under way."""

from __future__ import annotations

from collections.abc import Iterator

from apps.diffs.choices import Risk
from apps.recovery.choices import RunState
from apps.recovery.guards.looking import PlanLook
from apps.recovery.guards.risks import PlanRisk
from apps.recovery.models import Run


def other_run_risks(look: PlanLook) -> Iterator[PlanRisk]:
    """One writer at a time: another run goes first, and may change what this plan assumes."""
    under_way = Run.objects.filter(tenant=look.tenant, state__in=RunState.unfinished())
    others = under_way.exclude(pk=look.run_id) if look.run_id else under_way
    count = others.count()
    if count:
        yield PlanRisk("another-run", Risk.MEDIUM, data={"count": count})
