"""Two tenants in memory: what would go across, without a sandbox."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from apps.core.actor import SYSTEM
from apps.core.scope import tenant_scope
from apps.diffs.models import ReportChange
from apps.history.capture.run_state import Silent
from apps.history.foreign.laying import lay_over
from apps.history.models import Snapshot
from apps.recovery.models import Plan, Transfer
from apps.recovery.selection import ALL, Selection
from apps.recovery.transfer.bringing import work_out
from apps.recovery.transfer.services import ALL_KINDS
from apps.recovery.transfer.surveying import Findings
from tests.recovery.drawing_board import DrawingBoard

DOMAINS = {
    "contoso.example": "fabrikam.example",
    "contoso.onmicrosoft.com": "fabrikam.onmicrosoft.com",
}


@dataclass
class Boards:
    """What Contoso has goes into Fabrikam."""

    contoso: DrawingBoard
    fabrikam: DrawingBoard

    def transfer(self, **asked: Any) -> tuple[Transfer, Findings, Snapshot]:
        """Bring over what Contoso has now; the position in Fabrikam's history."""
        with tenant_scope(self.contoso.tenant.pk):
            snapshot = self.contoso.capture()
        with tenant_scope(self.fabrikam.tenant.pk):
            on = self.fabrikam.capture()
            transfer = Transfer.objects.create(
                tenant=self.fabrikam.tenant,
                source_id=self.contoso.tenant.pk,
                source_name="Contoso",
                source_seq=snapshot.seq,
                source_taken_at=snapshot.taken_at,
                domains=DOMAINS,
                reason="test",
                **{"kinds": list(ALL_KINDS), **asked},
            )
            translated = work_out(transfer, on).translated
            base, _ = lay_over(
                actor=SYSTEM,
                tenant=self.fabrikam.tenant,
                state=translated,
                on=on,
                reason="test",
                progress=Silent(),
                sealed=lambda _: None,
            )
        return transfer, translated.findings, base

    def plan(self, base: Snapshot, selection: Selection = ALL) -> Plan:
        """Of everything that differs in Fabrikam. Inside its scope."""
        return self.fabrikam.plan(self.fabrikam.report(base), selection)


def changes(plan: Plan) -> list[tuple[str, str, str]]:
    """(kind or link, id of the object, change) of the report behind a plan."""
    rows = ReportChange.objects.filter(report=plan.report).order_by("position")
    return [(row.link or row.kind, row.object_id, row.change) for row in rows]
