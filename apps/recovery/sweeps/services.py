"""Starting a sweep, and putting its plans forward or approving them together.

Together means one click, not one decision: every plan is asked for and approved under its own
digest, by the rules of its own tenant, and what one tenant refuses stops no other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from apps.access import rights
from apps.audit import services as audit
from apps.core import clock
from apps.core.actor import Actor
from apps.core.errors import HoldfastError, Invalid
from apps.core.scope import tenant_scope
from apps.jobs import services as jobs
from apps.recovery.choices import SweepState
from apps.recovery.models import RecoveryRequest, Sweep, SweepTenant
from apps.recovery.selection import Selection
from apps.recovery.services import approve, request_recovery
from apps.tenants.models import MSP, Tenant


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one tenant's part. error: why nothing was done there, None when it was."""

    tenant: Tenant
    error: HoldfastError | None = None


@transaction.atomic
def start_sweep(
    *,
    actor: Actor,
    msp: MSP,
    tenants: Iterable[Tenant],
    who: str,
    since: datetime,
    until: datetime,
    reason: str,
    remove_created: bool = False,
) -> Sweep:
    """Have each of the tenants read, and a plan made that takes back what `who` did there.

    who: an object id, an application's id, or a whole sign-in name, address or display name of an
    application. since, until: when he did it; each tenant goes back to its newest snapshot from
    before. remove_created: also remove what he made. Nothing is written to any tenant by this.

    Needs the right to request recoveries on the whole MSP. Raises NotFound, NotAllowed; Invalid
    without a name, a reason, a tenant of the MSP, or with a time that ends before it begins.
    """
    rights.require_on_msp(actor, rights.REQUEST_RECOVERY, msp)
    chosen = list(tenants)
    _check(msp, chosen, who, since, until, reason)
    sweep = Sweep.objects.create(
        msp=msp,
        reason=reason.strip(),
        who=who.strip(),
        since=since,
        until=until,
        selection=Selection(remove_created=remove_created).as_json(),
        created_by_id=actor.user_id,
    )
    for tenant in chosen:
        with tenant_scope(tenant.pk):
            _enlist(actor, sweep, tenant)
    audit.record(
        actor=actor,
        event="sweep.started",
        msp_id=msp.pk,
        subject=msp.name,
        reason=reason.strip(),
        data={"sweep_id": str(sweep.pk), "tenants": len(chosen)},
    )
    return sweep


def put_forward(
    *, actor: Actor, sweep: Sweep, members: Iterable[SweepTenant], undo_hours: int = 0
) -> list[Outcome]:
    """Ask for the recovery of each of these tenants; what one refuses does not stop the others.

    undo_hours: as in request_recovery(), which also says what an outcome's error can be.
    """
    return [_ask(actor, sweep, member, undo_hours) for member in members if member.plan_id]


def approve_together(
    *,
    actor: Actor,
    requests: Iterable[RecoveryRequest],
    digests: Mapping[UUID, bytes],
    reason: str = "",
) -> list[Outcome]:
    """Approve each request whose digest was on the page that was read.

    digests: of the plans that were shown, by request; the others are left alone. A plan with high
    risks is refused: they are accepted one by one, on its own page. Errors as of approve().
    """
    shown = [one for one in requests if one.pk in digests]
    return [_approve(actor, one, digests[one.pk], reason) for one in shown]


def _check(
    msp: MSP, tenants: list[Tenant], who: str, since: datetime, until: datetime, reason: str
) -> None:
    if not who.strip():
        raise Invalid("Say whose changes are to be put back.")
    if not reason.strip():
        raise Invalid("A recovery needs a reason.", todo="Say why it is wanted.")
    if not tenants:
        raise Invalid("No tenant was chosen.")
    if any(tenant.msp_id != msp.pk for tenant in tenants):
        raise Invalid("A sweep is about tenants of one MSP.")
    if not since < until:
        raise Invalid("The time that is looked at ends before it begins.")
    if since > clock.now():
        raise Invalid("The time that is looked at has not begun.")


def _enlist(actor: Actor, sweep: Sweep, tenant: Tenant) -> None:
    member = SweepTenant.objects.create(sweep=sweep, tenant=tenant, state=SweepState.WAITING)
    job = jobs.enqueue(
        actor=actor,
        kind="sweep-tenant",
        tenant=tenant,
        args={"member_id": str(member.pk)},
        # Two hundred tenants of one MSP must not keep the others waiting.
        wait_for_turn=True,
    )
    SweepTenant.objects.filter(pk=member.pk).update(job_id=job.pk)


def _ask(actor: Actor, sweep: Sweep, member: SweepTenant, undo_hours: int) -> Outcome:
    try:
        with tenant_scope(member.tenant_id), transaction.atomic():
            if member.plan is not None:
                request_recovery(
                    actor=actor, plan=member.plan, reason=sweep.reason, undo_hours=undo_hours
                )
    except HoldfastError as error:
        return Outcome(member.tenant, error)
    return Outcome(member.tenant)


def _approve(actor: Actor, request: RecoveryRequest, digest: bytes, reason: str) -> Outcome:
    try:
        with tenant_scope(request.tenant_id), transaction.atomic():
            approve(actor=actor, request=request, digest=digest, reason=reason)
    except HoldfastError as error:
        return Outcome(request.tenant, error)
    return Outcome(request.tenant)
