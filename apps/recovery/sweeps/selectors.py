"""Reading sweeps: of an MSP as a whole, in the scope of its tenants."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from apps.core.errors import NotFound
from apps.recovery.choices import RequestState, RunState, SweepState
from apps.recovery.models import RecoveryRequest, Run, Sweep, SweepTenant
from apps.tenants.models import MSP


@dataclass(frozen=True, slots=True)
class Standing:
    """One tenant of a sweep. `state` and `words` are those of whatever is furthest on: the run, the
    request, the plan."""

    member: SweepTenant
    request: RecoveryRequest | None
    run: Run | None

    @property
    def _furthest(self) -> RunState | RequestState | SweepState:
        if self.run is not None:
            return RunState(self.run.state)
        if self.request is not None:
            return RequestState(self.request.state)
        return SweepState(self.member.state)

    @property
    def state(self) -> str:
        return str(self._furthest)

    @property
    def words(self) -> str:
        return str(self._furthest.label)

    @property
    def is_blocked(self) -> bool:
        return self.member.plan is not None and self.member.plan.is_blocked

    @property
    def may_be_asked(self) -> bool:
        """Whether there is a plan that nobody has put forward and that nothing blocks."""
        plan = self.member.plan
        return plan is not None and not plan.is_blocked and self.request is None

    @property
    def is_moving(self) -> bool:
        """Whether it goes on by itself."""
        if self.run is not None:
            return not self.run.is_finished
        return self.state in (SweepState.WAITING, SweepState.LOOKING)


def sweeps(msp: MSP) -> QuerySet[Sweep]:
    """The MSP's sweeps, newest first, with how many tenants each has."""
    planned = Count("members", filter=Q(members__plan__isnull=False))
    counted = Sweep.objects.filter(msp=msp).annotate(tenants=Count("members"), planned=planned)
    return counted.select_related("created_by").order_by("-created_at", "pk")


def access_sweep(msp: MSP, sweep_id: UUID) -> Sweep:
    """One sweep of this MSP. Raises NotFound for any other, whosever it is."""
    found = Sweep.objects.filter(msp=msp, pk=sweep_id).select_related("created_by", "msp").first()
    if found is None:
        raise NotFound("There is no such sweep.", code="no-such-sweep")
    return found


def standings(sweep: Sweep) -> list[Standing]:
    """Every tenant of the sweep by name, and how far it is. Two queries."""
    members = list(
        SweepTenant.objects.filter(sweep=sweep)
        .select_related("tenant__msp", "plan__tenant")
        .order_by("tenant__name", "tenant_id")
    )
    plans = [member.plan_id for member in members if member.plan_id]
    rows = RecoveryRequest.objects.filter(plan__in=plans).select_related("tenant", "plan", "run")
    requests = {row.plan_id: row for row in rows}
    return [
        Standing(member, asked, getattr(asked, "run", None))
        for member in members
        for asked in (requests.get(member.plan_id) if member.plan_id else None,)
    ]
