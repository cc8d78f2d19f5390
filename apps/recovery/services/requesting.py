"""Putting a plan forward."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from apps.access import rights
from apps.audit import services as audit
from apps.core import clock
from apps.core.actor import Actor
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.recovery.freshness import require_fresh
from apps.recovery.models import Plan, RecoveryRequest

LIFETIME = timedelta(hours=24)


def request_recovery(
    *, actor: Actor, plan: Plan, reason: str, lifetime: timedelta = LIFETIME
) -> RecoveryRequest:
    """Ask that the plan be run; a second person has to approve before `lifetime` is over.

    Needs the right to request recoveries, and a person. Raises NotFound, NotAllowed; Invalid for
    an empty reason or a plan that would write nothing; Conflict for a plan that is blocked or was
    used before; Stale when the tenant has changed since the plan was made.
    """
    rights.require(actor, rights.REQUEST_RECOVERY, plan.tenant)
    requester = actor.user_id
    if requester is None:
        raise NotAllowed("Only a person can ask for a recovery.", code="needs-a-person")
    _check(plan, reason)
    require_fresh(plan)
    try:
        with transaction.atomic():
            return _create(actor, requester, plan, reason, lifetime)
    except IntegrityError as error:
        raise _used() from error


def _create(
    actor: Actor, requester: UUID, plan: Plan, reason: str, lifetime: timedelta
) -> RecoveryRequest:
    now = clock.now()
    request = RecoveryRequest.objects.create(
        tenant=plan.tenant,
        plan=plan,
        digest=bytes(plan.digest),
        reason=reason.strip(),
        requested_by_id=requester,
        requested_at=now,
        expires_at=now + lifetime,
    )
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
        },
    )
    return request


def _check(plan: Plan, reason: str) -> None:
    if not reason.strip():
        raise Invalid("A recovery needs a reason.", todo="Say why it is wanted.")
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
