"""A tenant of the sandbox that Holdfast is connected to, and the whole way of a recovery."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from apps.access.models import User
from apps.core.actor import SYSTEM
from apps.core.scope import no_scope, tenant_scope
from apps.diffs import services as diffs
from apps.diffs.changes import EVERYTHING, Scope
from apps.diffs.models import DifferenceReport, ReportChange
from apps.entra.catalogue.permissions import (
    BACKUP_PERMISSIONS,
    GRAPH_APP_ID,
    RECOVERY_PERMISSIONS,
)
from apps.history import services as history
from apps.history.models import Snapshot
from apps.history.selectors import latest_snapshot
from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.recovery import services as recovery
from apps.recovery.choices import PoliciesAs
from apps.recovery.confirming import high_risks
from apps.recovery.models import Plan, Run, StepResult
from apps.recovery.selection import ALL, Selection
from apps.tenants import services as tenants
from apps.tenants.choices import ConnectionState, Purpose
from apps.tenants.models import MSP, Connection, Tenant
from tests.factories import actor_of
from tests.support.sandboxes import Sandbox

PURPOSES = {Purpose.BACKUP: BACKUP_PERMISSIONS, Purpose.RECOVERY: RECOVERY_PERMISSIONS}


@dataclass
class Workshop:
    """Alice asks, Dave approves. `entra` is the tenant's id in the sandbox."""

    sandbox: Sandbox
    tenant: Tenant
    alice: User
    dave: User

    @property
    def entra(self) -> str:
        return str(self.tenant.entra_id)

    def capture(self, mode: str = "full") -> Snapshot:
        actor = actor_of(self.alice)
        history.capture(actor=actor, tenant=self.tenant, mode=mode, reason="test")
        newest = latest_snapshot(self.tenant)
        assert newest is not None
        return newest

    def report(
        self, base: Snapshot, target: Snapshot | None = None, scope: Scope = EVERYTHING
    ) -> DifferenceReport:
        """A complete report; against now when there is no target."""
        report = diffs.request_report(
            actor=actor_of(self.alice), tenant=self.tenant, base=base, target=target, scope=scope
        )
        self.work(report.job_id)
        return DifferenceReport.objects.select_related("tenant", "base", "target").get(pk=report.pk)

    def plan(
        self,
        report: DifferenceReport,
        selection: Selection = ALL,
        policies_as: PoliciesAs = PoliciesAs.AS_THEY_WERE,
    ) -> Plan:
        chosen = replace(selection, policies_as=policies_as)
        return recovery.make_plan(actor=actor_of(self.alice), report=report, selection=chosen)

    def approve(self, plan: Plan) -> Run:
        """Alice asks, Dave says yes; the run is queued and not yet done."""
        request = recovery.request_recovery(
            actor=actor_of(self.alice), plan=plan, reason="undo what went wrong"
        )
        run = recovery.approve(
            actor=actor_of(self.dave),
            request=request,
            digest=bytes(plan.digest),
            confirmed=[one.key for one in high_risks(plan)],
        )
        assert run is not None
        return run

    def run(self, plan: Plan) -> Run:
        run = self.approve(plan)
        self.work(run.job_id)
        run.refresh_from_db()
        return run

    def recover(self, base: Snapshot, selection: Selection = ALL) -> Run:
        """From the difference against now to the end of the run."""
        return self.run(self.plan(self.report(base), selection))

    def work(self, job_id: UUID | None) -> None:
        """Do a queued job in this process."""
        jobs.run_here(Job.objects.get(pk=job_id))

    def graph(self, method: str, path: str, json: Any = None) -> dict[str, Any]:
        """Act in the tenant as somebody else's application; raises for refusals."""
        answer = self.sandbox.graph(method, path, json, tenant=self.entra)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"
        return dict(answer.json()) if answer.content else {}

    def first(self, path: str) -> dict[str, Any]:
        """The first object of a list."""
        return dict(self.graph("GET", path)["value"][0])


@no_scope("the scene is set")
def connect(sandbox: Sandbox, msp: MSP, number: int = 0) -> Tenant:
    """A workforce tenant of the sandbox with both applications consented to."""
    entra = sandbox.tenants[number]
    tenant = tenants.add_tenant(
        actor=SYSTEM,
        msp=msp,
        name=entra["display_name"],
        cloud="sandbox",
        domain=entra["domain"],
        entra_id=UUID(entra["id"]),
    )
    tenants.activate_tenant(actor=SYSTEM, tenant=tenant, entra_id=UUID(entra["id"]))
    tenant.refresh_from_db()
    for purpose, permissions in PURPOSES.items():
        _consent(sandbox, tenant, purpose, permissions.values())
    return tenant


def _consent(sandbox: Sandbox, tenant: Tenant, purpose: str, role_ids: Iterable[str]) -> None:
    registration = tenants.register_application(
        actor=SYSTEM, msp=tenant.msp, purpose=purpose, cloud="sandbox", name=f"H {purpose}"
    )
    made = sandbox.control(
        "POST",
        "/applications",
        {
            "display_name": f"Holdfast {purpose}",
            "home_tenant": sandbox.lab["home_tenant"],
            "roles": list(PURPOSES[Purpose(purpose)]),
            "certificate": registration.certificate_pem,
            "redirect_uris": [],
        },
    )
    tenants.complete_application(
        actor=SYSTEM, registration=registration, client_id=UUID(made["client_id"])
    )
    _grant(sandbox, str(tenant.entra_id), made["client_id"], role_ids)
    with tenant_scope(tenant.pk):
        Connection.objects.create(
            tenant=tenant,
            msp_id=tenant.msp_id,
            registration=registration,
            state=ConnectionState.CONNECTED,
        )


def _grant(sandbox: Sandbox, entra_id: str, client_id: str, role_ids: Iterable[str]) -> None:
    """What an administrator's consent does, by hand."""

    def call(method: str, path: str, json: Any = None) -> dict[str, Any]:
        answer = sandbox.graph(method, path, json, tenant=entra_id)
        assert answer.ok, answer.text
        return dict(answer.json())

    graph_sp = call("GET", f"/servicePrincipals(appId='{GRAPH_APP_ID}')?$select=id")["id"]
    ours = call("POST", "/servicePrincipals", {"appId": client_id})["id"]
    requests = [
        {
            "id": role_id,
            "method": "POST",
            "url": f"/servicePrincipals/{graph_sp}/appRoleAssignedTo",
            "headers": {"Content-Type": "application/json"},
            "body": {"principalId": ours, "resourceId": graph_sp, "appRoleId": role_id},
        }
        for role_id in role_ids
    ]
    for start in range(0, len(requests), 20):
        answers = call("POST", "/$batch", {"requests": requests[start : start + 20]})["responses"]
        assert all(answer["status"] < 300 for answer in answers), answers


def changes_of(report: DifferenceReport) -> list[tuple[str, str, tuple[str, ...]]]:
    """(kind or link, change, attributes) of every change in a report."""
    rows = ReportChange.objects.filter(report=report).order_by("position")
    return [(row.link or row.kind, row.change, tuple(row.attributes)) for row in rows]


def bad_results(run: Run) -> list[tuple[str, str, str, str]]:
    """What went wrong, for a test's message; what failed comes first, for messages are cut."""
    rows = StepResult.objects.filter(run=run).exclude(state__in=("done", "nothing"))
    return [
        (row.step.action, row.step.kind, row.state, f"{row.reason} {row.detail}")
        for row in rows.select_related("step").order_by("state", "id")
    ]
