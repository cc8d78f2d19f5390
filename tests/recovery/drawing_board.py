"""A tenant in memory on which plans are drawn up; nothing is ever written to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from apps.access.models import User
from apps.core.actor import SYSTEM
from apps.diffs import services as diffs
from apps.diffs.models import DifferenceReport
from apps.entra.reading import AuditEvent
from apps.history import services as history
from apps.history.models import Snapshot
from apps.history.selectors import latest_snapshot
from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.recovery import services as recovery
from apps.recovery.models import Plan, Step
from apps.recovery.selection import ALL, Selection
from apps.tenants.models import Tenant
from tests.factories import actor_of
from tests.history.sources import MemorySource

_SPACE = UUID("6d2f6d0a-51f4-4a2c-9a0b-2f6f3d1d8c11")
Row = tuple[str, str, str]


def guid(name: str) -> str:
    """The same id for the same name."""
    return str(uuid5(_SPACE, name))


@dataclass
class DrawingBoard:
    """What is put into `source` is in the next snapshot."""

    tenant: Tenant
    alice: User
    source: MemorySource = field(default_factory=MemorySource)

    def capture(self) -> Snapshot:
        history.capture(
            actor=SYSTEM, tenant=self.tenant, mode="full", reason="test", source=self.source
        )
        newest = latest_snapshot(self.tenant)
        assert newest is not None
        return newest

    def report(self, base: Snapshot) -> DifferenceReport:
        """From a snapshot to how the tenant is now."""
        target = self.capture()
        made = diffs.request_report(
            actor=actor_of(self.alice), tenant=self.tenant, base=base, target=target
        )
        jobs.run_here(Job.objects.get(pk=made.job_id))
        return DifferenceReport.objects.select_related("tenant", "base", "target").get(pk=made.pk)

    def plan(self, report: DifferenceReport, selection: Selection = ALL) -> Plan:
        return recovery.make_plan(actor=actor_of(self.alice), report=report, selection=selection)

    def acted(self, actor_id: str, at: datetime, operation: str, *targets: str) -> None:
        """Somebody's entry in the directory audit log."""
        self.source.audit.append(
            AuditEvent(
                event_id=f"event-{len(self.source.audit)}",
                at=at,
                activity=f"{operation} something",
                category="UserManagement",
                operation=operation,
                succeeded=True,
                actor_kind="user",
                actor_id=actor_id,
                actor_name="Somebody",
                target_ids=targets,
            )
        )


def steps(plan: Plan) -> list[Row]:
    """Action, object and reason of every step, in order."""
    rows = Step.objects.filter(plan=plan).order_by("order")
    return [(row.action, row.object_id, row.reason) for row in rows]


def request(plan: Plan, object_id: str, action: str = "update") -> dict[str, Any]:
    """The body that a step sends."""
    content = Step.objects.get(plan=plan, object_id=object_id, action=action).unseal()
    return dict(content["request"]["body"])
