"""The second person's decision, and what becomes of requests that nobody decides."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from apps.access import rights
from apps.access.signin.recovery_links import refuse_tied
from apps.audit import services as audit
from apps.core import clock
from apps.core.actor import SYSTEM, Actor
from apps.core.errors import Conflict, NotAllowed, Stale
from apps.jobs import services as jobs
from apps.recovery import approvals
from apps.recovery.choices import RequestState
from apps.recovery.freshness import require_fresh
from apps.recovery.models import Approval, RecoveryRequest, Run
from apps.tenants.sealed_text import sealed


@transaction.atomic
def approve(
    *,
    actor: Actor,
    request: RecoveryRequest,
    digest: bytes,
    reason: str = "",
    here: bool = False,
) -> Run | None:
    """Say yes to exactly the plan whose digest this is.

    Once the approvals meet the tenant's policy the run is queued in the same transaction and
    returned; until then None, and somebody of another side still has to agree. `here` keeps the
    run from the workers, for a caller that does it in its own process (jobs.run_here).

    Needs the right to approve, and another person than the requester. Raises NotFound; NotAllowed,
    also for somebody of a side whose yes the policy does not ask for; Stale when the digest is
    another plan's or the tenant has changed since the plan was made; Conflict when the request was
    decided before or has expired, and when the person or his side has agreed already.
    """
    _require_second_person(actor, request)
    if digest != bytes(request.plan.digest) or digest != bytes(request.digest):
        raise Stale(
            "The plan that was approved is not the plan that was requested.",
            code="digest-mismatch",
            safe="Nothing was approved.",
            todo="Open the request again and review its plan.",
        )
    require_fresh(request.plan)
    approval = _agree(actor, request, reason)
    reached = approvals.standing(request)
    _record(
        actor,
        request,
        "recovery.agreed",
        reason,
        digest=request.plan.digest_hex,
        side=approval.side,
        missing=" ".join(reached.missing),
    )
    if not reached.is_met:
        return None
    _decide(actor, request, RequestState.APPROVED, reason)
    return _start(actor, request, reason, here=here)


def _start(actor: Actor, request: RecoveryRequest, reason: str, *, here: bool) -> Run:
    run = Run.objects.create(tenant=request.tenant, request=request, queued_at=clock.now())
    job = jobs.enqueue(
        actor=actor,
        kind="recovery",
        tenant=request.tenant,
        args={"run_id": str(run.pk)},
        wait_for_turn=here,
    )
    run.job_id = job.pk
    Run.objects.filter(pk=run.pk).update(job_id=job.pk)
    _record(
        actor,
        request,
        "recovery.approved",
        reason,
        digest=request.plan.digest_hex,
        run_id=str(run.pk),
    )
    return run


@transaction.atomic
def refuse(*, actor: Actor, request: RecoveryRequest, reason: str) -> RecoveryRequest:
    """Say no. Needs the right to approve, and another person than the requester.

    Raises NotFound, NotAllowed, and Conflict when the request was decided before or has expired.
    """
    _require_second_person(actor, request)
    _decide(actor, request, RequestState.REFUSED, reason)
    _record(actor, request, "recovery.refused", reason)
    return request


@transaction.atomic
def withdraw(*, actor: Actor, request: RecoveryRequest, reason: str = "") -> RecoveryRequest:
    """Take back a request that waits; its requester may, and whoever manages the tenant.

    Raises NotFound, NotAllowed, and Conflict when the request was decided before or has expired.
    """
    rights.require(actor, rights.VIEW_BACKUPS, request.tenant)
    if actor.user_id is None:
        raise NotAllowed("Only a person can withdraw a request.", code="needs-a-person")
    if actor.user_id != request.requested_by_id:
        rights.require(actor, rights.MANAGE_TENANT, request.tenant)
    _decide(actor, request, RequestState.WITHDRAWN, reason)
    _record(actor, request, "recovery.withdrawn", reason)
    return request


@transaction.atomic
def expire_requests() -> int:
    """Close the requests whose time is over; how many. For the system's own schedule."""
    overdue = RecoveryRequest.objects.filter(
        state=RequestState.WAITING, expires_at__lte=clock.now()
    ).select_related("tenant", "plan")
    closed = 0
    for request in overdue:
        changed = RecoveryRequest.objects.filter(pk=request.pk, state=RequestState.WAITING).update(
            state=RequestState.EXPIRED, decided_at=clock.now()
        )
        if changed == 1:
            _record(SYSTEM, request, "recovery.expired", "")
            closed += 1
    return closed


def _require_second_person(actor: Actor, request: RecoveryRequest) -> None:
    rights.require(actor, rights.APPROVE_RECOVERY, request.tenant)
    if _person(actor) == request.requested_by_id:
        raise NotAllowed(
            "The person who asked for a recovery cannot decide about it.",
            code="second-person",
            safe="Nothing was decided.",
            todo="Ask somebody else who may approve recoveries.",
        )
    refuse_tied(
        actor,
        request.requested_by_id,
        safe="Nothing was decided.",
        todo="Ask somebody else who may approve recoveries.",
    )


def _agree(actor: Actor, request: RecoveryRequest, reason: str) -> Approval:
    """Add one person's yes. The guarded update lets decisions follow one another: whoever comes
    second sees what the first one did."""
    _hold_open(request)
    user_id = _person(actor)
    side = approvals.side_for(user_id, request.tenant)
    before = approvals.standing(request)
    own = [one for one in before.given if one.approved_by_id == user_id]
    if own and before.is_met:
        # The policy asks for less than it did when he agreed.
        return own[0]
    if own:
        raise Conflict(
            "You have agreed to this recovery already.",
            code="agreed-already",
            safe="Nothing was decided.",
            todo=f"It waits for {before.words}.",
        )
    if not before.would_count(side):
        raise NotAllowed(
            f"This tenant's recoveries need the approval of {before.words}.",
            code="other-side-needed",
            safe="Nothing was decided.",
            todo="Ask somebody of that side who may approve recoveries.",
        )
    return Approval.objects.create(
        tenant=request.tenant,
        request=request,
        side=side,
        approved_by_id=user_id,
        requested_by_id=request.requested_by_id,
        approved_at=clock.now(),
        reason=reason.strip(),
        digest=bytes(request.digest),
    )


def _hold_open(request: RecoveryRequest) -> None:
    """Lock the request until the commit, if it is still open."""
    changed = RecoveryRequest.objects.filter(
        pk=request.pk, state=RequestState.WAITING, expires_at__gt=clock.now()
    ).update(state=RequestState.WAITING)
    if changed != 1:
        raise _closed()


def _person(actor: Actor) -> UUID:
    if actor.user_id is None:
        raise NotAllowed("Only a person can decide about a recovery.", code="needs-a-person")
    return actor.user_id


def _decide(actor: Actor, request: RecoveryRequest, state: RequestState, reason: str) -> None:
    """Settle a waiting request that has not expired; exactly one decision can win."""
    now = clock.now()
    changed = RecoveryRequest.objects.filter(
        pk=request.pk, state=RequestState.WAITING, expires_at__gt=now
    ).update(
        state=state,
        decided_by_id=actor.user_id,
        decided_at=now,
        decision_reason=sealed(request, "decision_reason", reason.strip()),
    )
    if changed != 1:
        raise _closed()
    request.refresh_from_db()


def _closed() -> Conflict:
    return Conflict(
        "The request has been decided before, or its time is over.",
        code="request-closed",
        safe="Nothing was decided.",
        todo="Look at the request; make a new one if the recovery is still wanted.",
    )


def _record(actor: Actor, request: RecoveryRequest, event: str, reason: str, **data: str) -> None:
    audit.record(
        actor=actor,
        event=event,
        tenant_id=request.tenant_id,
        subject=request.tenant.name,
        reason=reason,
        data={"request_id": str(request.pk), "plan_id": str(request.plan_id), **data},
    )
