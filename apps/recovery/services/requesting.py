"""Putting a plan forward."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from apps.access import rights
from apps.audit import services as audit
from apps.core import clock
from apps.core.actor import Actor
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.core.identifiers import new_id
from apps.recovery import approvals, telling
from apps.recovery.choices import Side
from apps.recovery.freshness import require_fresh
from apps.recovery.models import Plan, RecoveryRequest

# A pre-approved undo is for whoever sees soon that the recovery was a mistake.
LONGEST_UNDO = 168


def request_recovery(
    *,
    actor: Actor,
    plan: Plan,
    reason: str,
    lifetime: timedelta | None = None,
    undo_hours: int = 0,
    approved_in: RecoveryRequest | None = None,
    request_id: UUID | None = None,
) -> RecoveryRequest:
    """Ask that the plan be run. It has to be approved before `lifetime` is over; without one, in
    the time that the tenant's rules give to a plan of its risk. Approvers get a mail.

    undo_hours: have it approved together with its undo, within so many hours after it has ended (0:
    not; 168 at the most). approved_in: the request with which this one was approved already.
    request_id: the id that it gets, where one was given out before.

    Needs the right to request recoveries, and a person. Raises NotFound, NotAllowed; Invalid for
    an empty reason, a plan that would write nothing or too many hours; Conflict for a plan that is
    blocked or was used before; Stale when the tenant has changed since the plan was made.
    """
    rights.require(actor, rights.REQUEST_RECOVERY, plan.tenant)
    requester = actor.user_id
    if requester is None:
        raise NotAllowed("Only a person can ask for a recovery.", code="needs-a-person")
    _check(plan, reason, undo_hours)
    require_fresh(plan)
    now = clock.now()
    request = RecoveryRequest(
        id=request_id or new_id(),
        tenant=plan.tenant,
        plan=plan,
        digest=bytes(plan.digest),
        reason=reason.strip(),
        requested_by_id=requester,
        requested_at=now,
        expires_at=_expires_at(plan, now, lifetime),
        undo_approved=bool(undo_hours),
        undo_hours=undo_hours,
        approved_in=approved_in,
    )
    try:
        with transaction.atomic():
            return _put_forward(actor, plan, request)
    except IntegrityError as error:
        raise _used() from error


def _put_forward(actor: Actor, plan: Plan, request: RecoveryRequest) -> RecoveryRequest:
    request.save(force_insert=True)
    audit.record(
        actor=actor,
        event="recovery.requested",
        tenant_id=plan.tenant_id,
        subject=plan.tenant.name,
        reason=request.reason,
        data={
            "request_id": str(request.pk),
            "plan_id": str(plan.pk),
            "digest": plan.digest_hex,
            "expires_at": request.expires_at.isoformat(),
            **({"undo_hours": request.undo_hours} if request.undo_approved else {}),
        },
    )
    if request.approved_in is None:
        _ask_approvers(request)
    return request


def _expires_at(plan: Plan, now: datetime, lifetime: timedelta | None) -> datetime:
    if lifetime is not None:
        return now + lifetime
    return approvals.rules_of(plan.tenant).expires_at(plan.risk, now)


def _ask_approvers(request: RecoveryRequest) -> None:
    reached = approvals.standing(request)
    telling.ask_approvers(
        request,
        [
            one
            for one in telling.approvers_of(request.tenant)
            if one.user.pk != request.requested_by_id and reached.would_count(Side(one.side))
        ],
    )


def _check(plan: Plan, reason: str, undo_hours: int) -> None:
    if not reason.strip():
        raise Invalid("A recovery needs a reason.", todo="Say why it is wanted.")
    if not 0 <= undo_hours <= LONGEST_UNDO:
        raise Invalid(f"An undo is approved for {LONGEST_UNDO} hours at the most.")
    if RecoveryRequest.objects.filter(plan=plan).exists():
        raise _used()
    if plan.is_blocked:
        raise Conflict(
            f"The plan is blocked: {plan.blockers[0]['text']}",
            code="plan-blocked",
            safe="Nothing was written.",
            todo="Make a plan without the blocked changes, or remove what blocks them.",
        )
    if not plan.counts.get("requests"):
        raise Invalid("The plan would write nothing, so there is nothing to approve.")


def _used() -> Conflict:
    return Conflict(
        "The plan has been used before.",
        code="plan-used",
        safe="Nothing was written.",
        todo="Make a new plan.",
    )
