"""What every decision about a request stands on."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from apps.audit import services as audit
from apps.core import clock
from apps.core.actor import Actor
from apps.core.errors import Conflict, NotAllowed, Stale
from apps.jobs import services as jobs
from apps.recovery.choices import RequestState
from apps.recovery.confirming import require_confirmed
from apps.recovery.freshness import require_fresh
from apps.recovery.guards.again import require_no_new_risks
from apps.recovery.models import RecoveryRequest, Run
from apps.tenants.sealed_text import sealed

# Requests of a plan whose steps are looked over in well under a second.
LOOKED_OVER_AT_ONCE = 10_000


def person(actor: Actor) -> UUID:
    """Who decides. Raises NotAllowed for the system."""
    if actor.user_id is None:
        raise NotAllowed("Only a person can decide about a recovery.", code="needs-a-person")
    return actor.user_id


def require_sound(
    request: RecoveryRequest,
    digest: bytes,
    confirmed: Collection[str],
    approver: UUID | None = None,
) -> list[dict[str, Any]]:
    """The plan is the one that was reviewed, still fits the tenant, each of its high risks was
    accepted, and it has no new ones. The accepted risks, as an approval keeps them. Raises Stale,
    Conflict.

    Whoever approves does not wait until a very large plan is looked over: the run does that before
    its first write, as with every plan, and stops where it has a risk that nobody agreed to.
    """
    if digest != bytes(request.plan.digest) or digest != bytes(request.digest):
        raise Stale(
            "The plan that was approved is not the plan that was requested.",
            code="digest-mismatch",
            safe="Nothing was approved.",
            todo="Open the request again and review its plan.",
        )
    accepted = require_confirmed(request.plan, confirmed)
    require_fresh(request.plan)
    if request.plan.counts["requests"] <= LOOKED_OVER_AT_ONCE:
        require_no_new_risks(request, approver=approver)
    return accepted


def hold_open(request: RecoveryRequest) -> None:
    """Lock the request until the commit, if it is still open. Whoever comes second sees what the
    first one did. Raises Conflict."""
    changed = RecoveryRequest.objects.filter(
        pk=request.pk, state=RequestState.WAITING, expires_at__gt=clock.now()
    ).update(state=RequestState.WAITING)
    if changed != 1:
        raise _closed()


def settle(
    actor: Actor,
    request: RecoveryRequest,
    state: RequestState,
    reason: str,
    *,
    broke_glass: bool = False,
) -> None:
    """Settle a waiting request that has not expired; exactly one decision can win. Raises
    Conflict."""
    now = clock.now()
    changed = RecoveryRequest.objects.filter(
        pk=request.pk, state=RequestState.WAITING, expires_at__gt=now
    ).update(
        state=state,
        decided_by_id=actor.user_id,
        decided_at=now,
        decision_reason=sealed(request, "decision_reason", reason.strip()),
        broke_glass=broke_glass,
    )
    if changed != 1:
        raise _closed()
    request.refresh_from_db()


def start(
    actor: Actor,
    request: RecoveryRequest,
    reason: str,
    *,
    here: bool,
    event: str = "recovery.approved",
) -> Run:
    """Queue the run of a request that has just been approved. event: what the trail says of it."""
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
    record(
        actor,
        request,
        event,
        reason,
        digest=request.plan.digest_hex,
        run_id=str(run.pk),
    )
    return run


def record(actor: Actor, request: RecoveryRequest, event: str, reason: str, **data: str) -> None:
    """Record a decision in the tenant's audit trail."""
    audit.record(
        actor=actor,
        event=event,
        tenant_id=request.tenant_id,
        subject=request.tenant.name,
        reason=reason,
        data={"request_id": str(request.pk), "plan_id": str(request.plan_id), **data},
    )


def _closed() -> Conflict:
    return Conflict(
        "The request has been decided before, or its time is over.",
        code="request-closed",
        safe="Nothing was decided.",
        todo="Look at the request; make a new one if the recovery is still wanted.",
    )
