"""One rehearsal from the snapshot to the verified recovery, by the ordinary way."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Final
from uuid import UUID

from apps.core import clock
from apps.core.actor import SYSTEM
from apps.core.errors import Conflict
from apps.diffs.models import DifferenceReport
from apps.diffs.reporting import fill
from apps.history import services as history
from apps.history.models import Snapshot
from apps.history.selectors import latest_snapshot
from apps.jobs.context import JobContext
from apps.recovery.choices import PoliciesAs, RunState
from apps.recovery.drills.approving import approve_by_rule
from apps.recovery.drills.choices import Phase
from apps.recovery.drills.choosing import hits_of, root_of
from apps.recovery.drills.damaging import Done, damage
from apps.recovery.drills.fidelity import Held, compare_with_snapshot
from apps.recovery.drills.issues import Issues
from apps.recovery.drills.models import Drill
from apps.recovery.drills.places import Place
from apps.recovery.drills.scenarios import scenario
from apps.recovery.drills.settling import Outcome, outcome_of
from apps.recovery.drills.standing_in import in_rehearsal
from apps.recovery.drills.stopwatch import Stopwatch
from apps.recovery.models import Plan, Run
from apps.recovery.running.run import perform
from apps.recovery.selection import Selection
from apps.recovery.services import make_plan

_EVERYTHING: Final = Selection(
    everything=True, remove_created=True, policies_as=PoliciesAs.AS_THEY_WERE
)
# So often what blocks a plan is left out, which may bring up more that blocks it.
_SETTLED: Final = 5
_RAN: Final = (RunState.COMPLETE, RunState.WARNINGS)


@dataclass
class Rehearsed:
    """What came of a rehearsal, as far as it came. plan, run: in numbers, and the run's state."""

    issues: Issues = field(default_factory=Issues)
    held: Held | None = None
    damage: Done | None = None
    plan: dict[str, Any] = field(default_factory=dict)
    run: dict[str, Any] = field(default_factory=dict)
    outcome: Outcome | None = None
    seconds: dict[str, float] = field(default_factory=dict)
    recovery_seconds: float | None = None


@dataclass
class Rehearsal:
    """A drill at its place. job: of the drill; the system works in the rehearsal, nobody else.

    came: what has come of it so far, also when it breaks off.
    """

    drill: Drill
    place: Place
    job: JobContext
    requested_by: UUID
    watch: Stopwatch
    came: Rehearsed

    def carry_out(self) -> None:
        """All of it. In the scope of the real tenant. Raises JobCancelled and what its parts do;
        Conflict when there was nothing to damage or the run did not come to its end."""
        watch, came = self.watch, self.came
        with watch.phase(Phase.SEEDING):
            self.place.seed(came.issues, self.job.counting("Objects and links sent"))
        with watch.phase(Phase.BASELINE):
            base = self._capture("as the snapshot has it")
            came.held = compare_with_snapshot(
                self.drill.snapshot, self._tenant, base.seq, came.issues
            )
        with watch.phase(Phase.DAMAGE):
            came.damage = self._damage(base)
        with watch.phase(Phase.CAPTURE):
            damaged = self._capture("after the damage")
        with watch.phase(Phase.PLAN):
            report = self._report(base, damaged)
            plan = self._plan(report)
        with watch.phase(Phase.RUN):
            run = self._run(plan)
        with watch.phase(Phase.VERIFY):
            after = self._report(base, self._capture("after the recovery"))
            with in_rehearsal(self._tenant):
                came.outcome = outcome_of(report, after, run, came.issues)
        came.recovery_seconds = watch.recovery

    @property
    def _tenant(self) -> Any:
        return self.place.tenant

    @property
    def _own_job(self) -> JobContext:
        """The drill's job as the rehearsal sees it: the same progress, the same cancel."""
        return replace(self.job, actor=SYSTEM, tenant_id=self._tenant.pk)

    def _capture(self, reason: str) -> Snapshot:
        """Read the place whole."""
        with in_rehearsal(self._tenant):
            history.capture(
                actor=SYSTEM, tenant=self._tenant, reason=reason, progress=self._own_job
            )
            newest = latest_snapshot(self._tenant)
        if newest is None:
            raise ValueError("a full capture makes a snapshot")
        return newest

    def _damage(self, base: Snapshot) -> Done:
        chosen = scenario(self.drill.scenario)
        with in_rehearsal(self._tenant):
            root = root_of(self.drill.snapshot)
            hits = list(hits_of(chosen, root, self._tenant, base.seq))
        self.place.prove()
        with self.place.somebody() as client:
            done = damage(client, hits, self.job.counting("Requests of damage"))
        if not done.requests:
            raise Conflict(
                "The scenario found nothing in the snapshot that it could damage.",
                code="nothing-damaged",
                safe="No tenant was touched.",
                todo="Choose another scenario, or a snapshot that holds more.",
            )
        return done

    def _report(self, base: Snapshot, target: Snapshot) -> DifferenceReport:
        with in_rehearsal(self._tenant):
            report = DifferenceReport.objects.create(
                tenant=self._tenant,
                base=base,
                target=target,
                created_at=clock.now(),
            )
            fill(report, progress=self.job.counting("Comparing"))
        return report

    def _plan(self, report: DifferenceReport) -> Plan:
        """The plan of all that differs. What cannot be resolved is left out, and an issue."""
        selection = _EVERYTHING
        with in_rehearsal(self._tenant):
            for _ in range(_SETTLED):
                plan = make_plan(
                    actor=SYSTEM,
                    report=report,
                    selection=selection,
                    progress=self.job.counting("Planning"),
                )
                gone = {one["data"]["value"] for one in plan.blockers if one.get("data")}
                if not plan.is_blocked or not gone:
                    break
                self.came.issues.note_all("left-out", "unresolved", "", sorted(gone))
                selection = replace(selection, left_out=selection.left_out | gone)
        self.came.plan = {
            "digest": plan.digest_hex,
            "requests": plan.counts["requests"],
            "risk": plan.risk,
            "blocked": plan.is_blocked,
        }
        _require_possible(plan)
        return plan

    def _run(self, plan: Plan) -> Run:
        run = approve_by_rule(self.drill, self.place, plan, self.requested_by)
        self.place.prove()
        with in_rehearsal(self._tenant):
            perform(run, self._own_job, last_attempt=True)
            run.refresh_from_db()
        self.came.run = {"state": run.state, "counts": run.counts}
        if run.state not in _RAN:
            raise Conflict(
                f"The recovery did not come to its end. {run.failure}",
                code="rehearsed-run-failed",
                safe="It was a rehearsal: no tenant was touched.",
                todo="What stopped it would stop a recovery of the tenant too: see the reason.",
            )
        return run


def _require_possible(plan: Plan) -> None:
    if plan.is_blocked:
        raise Conflict(
            f"The plan is blocked: {plan.blockers[0]['text']}",
            code="rehearsed-plan-blocked",
            safe="It was a rehearsal: no tenant was touched.",
            todo="A recovery of the tenant would be held up by the same.",
        )
    if not plan.counts.get("requests"):
        raise Conflict(
            "There was nothing that a recovery could bring back.",
            code="nothing-to-recover",
            safe="No tenant was touched.",
            todo="Choose another scenario.",
        )
