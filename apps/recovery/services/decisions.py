"""The second person's decision, and what becomes of requests that nobody decides."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import transaction

from apps.access import rights
from apps.access.signin.recovery_links import refuse_tied
from apps.core import clock
from apps.core.actor import SYSTEM, Actor
from apps.core.errors import Conflict, NotAllowed
from apps.recovery import approvals, telling
from apps.recovery.choices import RequestState
from apps.recovery.models import Approval, RecoveryRequest, Run
from apps.recovery.services import deciding


@transaction.atomic
def approve(
    *,
    actor: Actor,
    request: RecoveryRequest,
    digest: bytes,
    reason: str = "",
    confirmed: Collection[str] = (),
    here: bool = False,
) -> Run | None:
    """Say yes to exactly the plan whose digest this is.

    Once the approvals meet the tenant's rules for a plan of this risk the run is queued in the same
    transaction and returned; until then None, and somebody else still has to agree. `confirmed`:
    the keys of the plan's high risks (apps.recovery.confirming) that the approver accepts, which
    must be all. `here` keeps the run from the workers, for a caller that does it in its own process
    (jobs.run_here).

    Needs the right to approve, and another person than the requester. Raises NotFound; NotAllowed,
    also for somebody of a side whose yes the rules do not ask for; Stale when the digest is
    another plan's or the tenant has changed since the plan was made; Conflict when the request was
    decided before or has expired, when the person has agreed already, for a high risk that was not
    accepted, and outside of working hours.
    """
    _require_second_person(actor, request)
    accepted = deciding.require_sound(request, digest, confirmed, actor.user_id)
    approval = _agree(actor, request, reason, accepted)
    reached = approvals.standing(request)
    deciding.record(
        actor,
        request,
        "recovery.agreed",
        reason,
        digest=request.plan.digest_hex,
        side=approval.side,
        missing=" ".join(reached.missing),
        risks=" ".join(one["key"] for one in accepted),
    )
    if not reached.is_met:
        return None
    deciding.settle(actor, request, RequestState.APPROVED, reason)
    telling.tell_of_decision(request)
    return deciding.start(actor, request, reason, here=here)


@transaction.atomic
def refuse(*, actor: Actor, request: RecoveryRequest, reason: str) -> RecoveryRequest:
    """Say no. Needs the right to approve, and another person than the requester.

    Raises NotFound, NotAllowed, and Conflict when the request was decided before or has expired.
    """
    _require_second_person(actor, request)
    deciding.settle(actor, request, RequestState.REFUSED, reason)
    deciding.record(actor, request, "recovery.refused", reason)
    telling.tell_of_decision(request)
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
    deciding.settle(actor, request, RequestState.WITHDRAWN, reason)
    deciding.record(actor, request, "recovery.withdrawn", reason)
    return request


@transaction.atomic
def expire_requests() -> int:
    """Close the requests whose time is over; how many. For the system's own schedule."""
    overdue = RecoveryRequest.objects.filter(
        state=RequestState.WAITING, expires_at__lte=clock.now()
    ).select_related("tenant", "plan", "requested_by")
    closed = 0
    for request in overdue:
        changed = RecoveryRequest.objects.filter(pk=request.pk, state=RequestState.WAITING).update(
            state=RequestState.EXPIRED, decided_at=clock.now()
        )
        if changed == 1:
            request.state = RequestState.EXPIRED
            deciding.record(SYSTEM, request, "recovery.expired", "")
            telling.tell_of_decision(request)
            closed += 1
    return closed


def _require_second_person(actor: Actor, request: RecoveryRequest) -> None:
    rights.require(actor, rights.APPROVE_RECOVERY, request.tenant)
    if deciding.person(actor) == request.requested_by_id:
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


def _agree(
    actor: Actor, request: RecoveryRequest, reason: str, accepted: list[dict[str, Any]]
) -> Approval:
    """Add one person's yes."""
    deciding.hold_open(request)
    user_id = deciding.person(actor)
    side = approvals.side_for(user_id, request.tenant)
    before = approvals.standing(request)
    approvals.require_open_hours(before, clock.now())
    own = [one for one in before.given if one.approved_by_id == user_id]
    if own and before.is_met:
        # The rules ask for less than they did when he agreed.
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
            f"This recovery needs the approval of {before.words}.",
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
        confirmed=accepted,
    )
