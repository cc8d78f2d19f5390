"""The whole job, each step checked: connect, snapshot, incident, compare, approve, recover."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from apps.access.models import User
from apps.core.errors import HoldfastError, NotAllowed, NotFound
from apps.core.scope import tenant_scope
from apps.demo import cast, customers, microsoft, seeding
from apps.demo.browsing import sign_in
from apps.demo.installation import Installation
from apps.demo.processes import DemoError
from apps.diffs import selectors as diffs
from apps.diffs import services as diffs_services
from apps.diffs.choices import ReportState
from apps.diffs.models import DifferenceReport, ReportChange
from apps.history import selectors as history
from apps.history import services as history_services
from apps.history.models import Snapshot
from apps.jobs import selectors as jobs
from apps.jobs.choices import JobState
from apps.jobs.models import Job
from apps.recovery import selectors as recovery
from apps.recovery import services as recovery_services
from apps.recovery.choices import PoliciesAs, RunState
from apps.recovery.confirming import high_risks
from apps.recovery.models import Plan, RecoveryRequest, Run
from apps.recovery.selection import Selection
from apps.tenants.models import Tenant

JOB_SECONDS = 150


@dataclass
class Story:
    """Plays against a running installation; every `check` that fails ends it with DemoError."""

    installation: Installation
    tell: Callable[[str], None]
    figures: dict[str, Any] = field(default_factory=dict)
    checks: int = 0

    def check(self, claim: str, holds: bool) -> None:
        """Note a claim of the story; raise DemoError when it does not hold."""
        if not holds:
            raise DemoError(f"this did not hold: {claim}")
        self.checks += 1
        self.tell(f"  ok  {claim}")

    def play(self) -> None:
        """All of it, one customer after the other."""
        north, _ = cast.msps()
        alice, carol = cast.signed_in(cast.ALICE), cast.signed_in(cast.CAROL)
        entra = self.installation.entra
        home = seeding.provider(entra)
        customers.register_applications(entra, north, home=home)
        microsoft.set_up(entra, north, home=home)
        microsoft.link(entra, alice, tenant_id=home.id)
        tenants = seeding.connect_all(entra, north, alice, tell=self.tell)
        for tenant in tenants:
            with tenant_scope(tenant.id):
                tenant.refresh_from_db()
            self.check(f"{tenant.name} is connected", tenant.state == "active")
        for incident, tenant in zip(seeding.INCIDENTS, tenants, strict=True):
            with tenant_scope(tenant.id):
                self._one_customer(tenant, incident, carol, alice)
        self._strangers(tenants[0])
        self._pages(tenants[0])

    def _one_customer(self, tenant: Tenant, incident: str, carol: User, alice: User) -> None:
        self.tell(f"{tenant.name}: {incident}")
        started = time.monotonic()
        base = self._capture(tenant, carol)
        captured = time.monotonic()
        self.installation.entra.incident(incident, str(tenant.entra_id))
        report = self._report(tenant, base, None, carol)
        reported = time.monotonic()
        changes = ReportChange.objects.filter(report=report)
        self.check(f"the report shows what {incident} did", changes.exists())
        known = changes.exclude(changed_by="unknown").count()
        self.check("and who did it", known > 0)
        run = self._recover(tenant, report, carol, alice)
        recovered = time.monotonic()
        self._nothing_left(tenant, base, carol)
        self.figures[incident] = {
            "capture_seconds": round(captured - started, 2),
            "report_seconds": round(reported - captured, 2),
            "recovery_seconds": round(recovered - reported, 2),
            "objects_in_snapshot": history.object_count(base),
            "changes": changes.count(),
            "changes_attributed": known,
            "objects_put_back": run.counts.get("objects", 0),
            "links_put_back": run.counts.get("links", 0),
            "not_recoverable": run.counts.get("not_recoverable", 0),
            "run": run.state,
        }

    def _capture(self, tenant: Tenant, actor: User) -> Snapshot:
        job = history_services.snapshot_now(actor=actor.as_actor(), tenant=tenant, mode="full")
        self._wait(job)
        snapshot = history.latest_snapshot(tenant)
        if snapshot is None:
            raise DemoError("the worker is done, and there is no snapshot")
        self.check(f"snapshot {snapshot.seq} is complete", snapshot.complete)
        return snapshot

    def _report(
        self, tenant: Tenant, base: Snapshot, target: Snapshot | None, actor: User
    ) -> DifferenceReport:
        report = diffs_services.request_report(
            actor=actor.as_actor(), tenant=tenant, base=base, target=target
        )
        self._wait_for(report.job_id)
        report = diffs.access_report(tenant, report.id)
        self.check("the difference report is complete", report.state == ReportState.COMPLETE)
        return report

    def _recover(self, tenant: Tenant, report: DifferenceReport, carol: User, alice: User) -> Run:
        plan = recovery_services.make_plan(
            actor=carol.as_actor(),
            report=report,
            selection=Selection(
                everything=True, remove_created=True, policies_as=PoliciesAs.AS_THEY_WERE
            ),
        )
        self.check("the plan is not blocked", not plan.is_blocked)
        asked = recovery_services.request_recovery(
            actor=carol.as_actor(), plan=plan, reason="Played by the demo check."
        )
        self._no_second_hat(asked, plan, carol)
        run = recovery_services.approve(
            actor=alice.as_actor(),
            request=asked,
            digest=bytes(plan.digest),
            reason="Agreed.",
            confirmed=[one.key for one in high_risks(plan)],
        )
        self.check("one approval is enough here", run is not None)
        run = Run.objects.get(request=asked)
        self._wait_for(run.job_id)
        run = recovery.access_run(tenant, run.id)
        ended_well = run.state in (RunState.COMPLETE, RunState.WARNINGS)
        self.check(f"the recovery ended as {run.get_state_display().lower()}", ended_well)
        self.check("without a failed step", not run.counts.get("failures"))
        return run

    def _no_second_hat(self, asked: RecoveryRequest, plan: Plan, carol: User) -> None:
        refused = _refused(
            lambda: recovery_services.approve(
                actor=carol.as_actor(), request=asked, digest=bytes(plan.digest)
            ),
            NotAllowed,
        )
        self.check("nobody approves what he requested", refused)
        self.check("and no run came of the try", not Run.objects.filter(request=asked).exists())

    def _nothing_left(self, tenant: Tenant, base: Snapshot, actor: User) -> None:
        report = self._report(tenant, base, None, actor)
        left = ReportChange.objects.filter(report=report, recoverable__in=("yes", "partly"))
        # A link or attribute that Graph itself derives may differ; what we can write may not.
        names = ", ".join(f"{row.kind} {row.attributes or row.link}" for row in left[:5])
        self.check(f"nothing recoverable is left to put back {names}".strip(), not left.exists())

    def _strangers(self, tenant: Tenant) -> None:
        mallory = cast.signed_in(cast.MALLORY).as_actor()
        refused = _refused(
            lambda: history_services.snapshot_now(actor=mallory, tenant=tenant), NotFound
        )
        self.check("to another MSP the tenant does not exist", refused)

    def _pages(self, tenant: Tenant) -> None:
        """The portal opens for its people and not for strangers."""
        url = self.installation.wanted.web_url
        page = f"{url}/tenants/{tenant.id}/"
        with sign_in(url, cast.ALICE) as session:
            self.check("Alice opens the tenant", session.get(page, timeout=60).status_code == 200)
        home = seeding.provider(self.installation.entra).id
        with microsoft.sign_in(url, self.installation.entra, tenant_id=home) as session:
            opened = session.get(page, timeout=60).status_code == 200
            self.check("and signed in with Microsoft, too", opened)
        with sign_in(url, cast.MALLORY) as session:
            self.check("Mallory finds nothing", session.get(page, timeout=60).status_code == 404)

    def _wait_for(self, job_id: UUID | None) -> None:
        if job_id is None:
            raise DemoError("no job was made")
        self._wait(jobs.job(job_id))

    def _wait(self, job: Job) -> None:
        deadline = time.monotonic() + JOB_SECONDS
        while not job.finished:
            self.installation.processes.check()
            if time.monotonic() > deadline:
                raise DemoError(f"a {job.kind} job was not done within {JOB_SECONDS} s")
            time.sleep(0.05)
            job.refresh_from_db()
        if job.state != JobState.DONE:
            raise DemoError(f"a {job.kind} job ended as {job.state}: {job.error_text}")


def _refused(act: Callable[[], object], kind: type[HoldfastError]) -> bool:
    try:
        act()
    except kind:
        return True
    return False
