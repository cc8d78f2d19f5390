"""Reading plans, requests and runs. Everything here needs a scope that has the tenant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, QuerySet

from apps.access.models import User
from apps.access.roles import APPROVE_RECOVERY
from apps.access.selectors import tenants_of
from apps.core import clock
from apps.core.errors import NotFound
from apps.diffs.selectors import labels
from apps.recovery import approvals, reasons
from apps.recovery.assuming import assumption_of, reversal_of
from apps.recovery.choices import ResultState
from apps.recovery.models import (
    HandOver,
    NativeRun,
    Plan,
    RecoveryRequest,
    RequestComment,
    Run,
    SkippedStep,
    Step,
    StepResult,
)
from apps.tenants.models import Tenant

PAGE = 50


@dataclass(frozen=True, slots=True)
class StepView:
    """A step with what people want to see of it. `target_labels` in the order of its targets."""

    step: Step
    label: str
    target_labels: tuple[str, ...]
    reason: str
    because_of: str
    assumes: str
    reversal: str


@dataclass(frozen=True, slots=True)
class ResultView:
    """How one step, or one link of a step, ended or where it is."""

    result: StepResult
    label: str
    target_label: str
    reason: str
    skipped: SkippedStep | None = None


# What is shown with a plan. A transfer stands behind one that starts from another tenant's state.
_OF_PLAN = ("tenant", "report__base__transfer", "report__target", "created_by", "undoes")


def plans(tenant: Tenant) -> QuerySet[Plan]:
    """A tenant's plans, newest first."""
    rows = Plan.objects.filter(tenant=tenant).order_by("-created_at")
    return rows.select_related(*_OF_PLAN)


def access_plan(tenant: Tenant, plan_id: UUID) -> Plan:
    """One plan of this tenant. Raises NotFound for any other."""
    found = plans(tenant).filter(pk=plan_id).first()
    if found is None:
        raise NotFound("There is no such plan.", code="no-such-plan")
    return found


def steps(
    plan: Plan, *, actions: Sequence[str] = (), after: int = 0, limit: int = PAGE
) -> list[Step]:
    """The next `limit` steps after number `after`, in order. One query."""
    rows = Step.objects.filter(plan=plan, order__gt=after).order_by("order")
    return list((rows.filter(action__in=list(actions)) if actions else rows)[:limit])


def access_step(plan: Plan, order: int) -> Step:
    """One step of a plan by its number. Raises NotFound."""
    found = Step.objects.filter(plan=plan, order=order).defer("sealed").first()
    if found is None:
        raise NotFound("There is no such step.", code="no-such-step")
    return found


def steps_that_need(step: Step) -> list[Step]:
    """Some of the steps that name this one as what they depend on."""
    rows = Step.objects.filter(plan_id=step.plan_id, depends_on__contains=[step.order])
    return list(rows.defer("sealed").order_by("order")[:PAGE])


def ids_in_steps(rows: Iterable[Step]) -> set[str]:
    """What step_views() names."""
    return {one for step in rows for one in (step.object_id, step.because_of, *step.targets) if one}


def step_views(
    plan: Plan, rows: Iterable[Step], names: Mapping[str, str] | None = None
) -> list[StepView]:
    """Steps with names instead of ids, as of the state the plan assumes. Give it one page.

    names: of ids_in_steps(), where they are known; else one query.
    """
    rows = list(rows)
    if names is None:
        # What was deleted for good has its name in the snapshot alone.
        names = labels(plan.tenant, ids_in_steps(rows), plan.assumed_seq, plan.base_seq)
    return [
        StepView(
            step=step,
            label=names.get(step.object_id, step.object_id),
            target_labels=tuple(names.get(target, target) for target in step.targets),
            reason=reasons.explain(step.reason),
            because_of=names.get(step.because_of, step.because_of),
            assumes=assumption_of(step),
            reversal=reversal_of(step),
        )
        for step in rows
    ]


def requests(tenant: Tenant) -> QuerySet[RecoveryRequest]:
    """A tenant's recovery requests, newest first."""
    rows = RecoveryRequest.objects.filter(tenant=tenant).order_by("-requested_at")
    return rows.select_related("tenant", "plan", "requested_by", "decided_by", "run")


def access_request(tenant: Tenant, request_id: UUID) -> RecoveryRequest:
    """One request of this tenant. Raises NotFound for any other."""
    rows = requests(tenant).select_related(*(f"plan__{name}" for name in _OF_PLAN))
    found = rows.filter(pk=request_id).first()
    if found is None:
        raise NotFound("There is no such recovery request.", code="no-such-request")
    return found


def comments(request: RecoveryRequest) -> QuerySet[RequestComment]:
    """What was said about a request, oldest first, with who said it."""
    rows = RequestComment.objects.filter(request=request).select_related("author")
    return rows.order_by("written_at", "pk")


def requests_waiting_for(user: User) -> QuerySet[RecoveryRequest]:
    """The open requests that wait for this person: he may approve there, did not ask, and is of a
    side whose yes is still needed."""
    return (
        approvals.waiting_for(user)
        .filter(
            expires_at__gt=clock.now(),
            tenant__in=tenants_of(user, APPROVE_RECOVERY).order_by(),
        )
        .select_related("tenant", "plan", "requested_by")
        .order_by("expires_at")
    )


def runs(tenant: Tenant) -> QuerySet[Run]:
    """A tenant's recovery history, newest first."""
    rows = Run.objects.filter(tenant=tenant).order_by("-queued_at")
    return rows.select_related(
        "tenant",
        "safety_snapshot",
        "request__requested_by",
        "request__decided_by",
        "request__plan__report__base",
    )


def runs_like(
    tenant: Tenant,
    *,
    state: Sequence[str] = (),
    since: datetime | None = None,
    until: datetime | None = None,
    undo: bool | None = None,
) -> QuerySet[Run]:
    """Those in one of the states, queued in that time, that take another back or do not."""
    rows = runs(tenant)
    if state:
        rows = rows.filter(state__in=list(state))
    if since:
        rows = rows.filter(queued_at__gte=since)
    if until:
        rows = rows.filter(queued_at__lte=until)
    if undo is not None:
        rows = rows.filter(request__plan__undoes__isnull=not undo)
    return rows


def last_runs(tenant: Tenant, number: int) -> list[Run]:
    """A tenant's newest runs, without what they refer to."""
    return list(Run.objects.filter(tenant=tenant).order_by("-queued_at")[:number])


def access_run(tenant: Tenant, run_id: UUID) -> Run:
    """One run of this tenant. Raises NotFound for any other."""
    found = runs(tenant).filter(pk=run_id).first()
    if found is None:
        raise NotFound("There is no such run.", code="no-such-run")
    return found


def native_part(run: Run) -> NativeRun | None:
    """What Microsoft's own engine does of a run; None where ours does it all."""
    if not run.request.plan.native:
        return None
    return NativeRun.objects.filter(run=run).select_related("run__request__plan").first()


def hand_overs(run: Run) -> list[tuple[HandOver, str]]:
    """The first passwords that a run had to make up, each with the name of its account."""
    rows = list(HandOver.objects.filter(run=run).select_related("step").order_by("step__order"))
    names = labels(run.tenant, {row.step.object_id for row in rows}, run.request.plan.base_seq)
    return [(row, names.get(row.step.object_id, row.step.object_id)) for row in rows]


def access_hand_over(tenant: Tenant, run_id: UUID, hand_over_id: UUID) -> HandOver:
    """One of them. Raises NotFound for any other tenant's or run's."""
    rows = HandOver.objects.filter(tenant=tenant, run_id=run_id, pk=hand_over_id)
    found = rows.select_related("tenant", "step__plan").first()
    if found is None:
        raise NotFound("There is no such password.", code="no-such-hand-over")
    return found


def account_of(hand_over: HandOver) -> str:
    """What the account is called whose password this is."""
    object_id = hand_over.step.object_id
    names = labels(hand_over.tenant, {object_id}, hand_over.step.plan.base_seq)
    return names.get(object_id, object_id)


def has_hand_overs(run: Run) -> bool:
    """Whether the run made up passwords that somebody has to hand over."""
    return HandOver.objects.filter(run=run).exists()


def results(
    run: Run, *, states: Sequence[str] = (), after: int = 0, limit: int = PAGE
) -> list[StepResult]:
    """The next results after the one with id `after`, in the plan's order. One query."""
    rows = StepResult.objects.filter(run=run, pk__gt=after).select_related("step").order_by("pk")
    return list((rows.filter(state__in=list(states)) if states else rows)[:limit])


def result_views(run: Run, rows: Iterable[StepResult]) -> list[ResultView]:
    """Results with names instead of ids. Give it one page."""
    rows = list(rows)
    ids = {one for row in rows for one in (row.step.object_id, row.target_id) if one}
    plan = run.request.plan
    names = labels(run.tenant, ids, plan.assumed_seq)
    skipped = _skipped(run, rows)
    return [
        ResultView(
            result=row,
            label=names.get(row.step.object_id, row.step.object_id),
            target_label=names.get(row.target_id, row.target_id),
            reason=reasons.explain(row.reason),
            skipped=skipped.get(row.step_id),
        )
        for row in rows
    ]


def _skipped(run: Run, rows: Iterable[StepResult]) -> dict[int, SkippedStep]:
    """Who left which of these steps out, and why."""
    steps = {row.step_id for row in rows if row.reason == reasons.SKIPPED_BY_PERSON}
    if not steps:
        return {}
    found = SkippedStep.objects.filter(run=run, step__in=steps).select_related("skipped_by")
    return {one.step_id: one for one in found}


@dataclass(frozen=True, slots=True)
class Failure:
    """Why things of a run did not succeed. reason: in our words. detail: Graph's own, if any."""

    reason: str
    detail: str
    count: int


def failures_of(runs: Iterable[Run], *, each: int = 3) -> dict[UUID, list[Failure]]:
    """The commonest reasons of failures by run, the commonest first. One query for one page."""
    counted = (
        StepResult.objects.filter(run__in=list(runs), state__in=ResultState.bad())
        .order_by()
        .values_list("run_id", "reason", "detail")
        .annotate(n=Count("pk"))
    )
    found: dict[UUID, list[Failure]] = {}
    for run_id, reason, detail, number in sorted(counted, key=lambda row: (-row[3], row[1])):
        of_run = found.setdefault(run_id, [])
        if len(of_run) < each:
            of_run.append(Failure(reasons.explain(reason), detail, number))
    return found


def result_counts(run: Run) -> dict[str, int]:
    """How many results are in each state. One query."""
    counted = StepResult.objects.filter(run=run).values_list("state").annotate(n=Count("pk"))
    return dict(counted)
