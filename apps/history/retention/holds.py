"""Legal holds: nothing of a tenant's history goes, until two people end it."""

from django.db import IntegrityError, transaction

from apps.core import clock
from apps.core.actor import Actor
from apps.core.errors import Conflict
from apps.core.scope import tenant_scope
from apps.history.models import LegalHold
from apps.history.retention import deciding, planning, telling
from apps.tenants.models import Tenant
from apps.tenants.sealed_text import sealed


@transaction.atomic
def begin_hold(*, actor: Actor, tenant: Tenant, reason: str) -> LegalHold:
    """Put a tenant on legal hold, at once. Every removal that was planned is cancelled.

    Raises NotFound, NotAllowed; Invalid without a reason; Conflict when it is on hold already.
    """
    user_id = deciding.require_manager(actor, tenant)
    reason = deciding.good_reason(reason)
    with tenant_scope(tenant.pk):
        try:
            with transaction.atomic():
                hold = LegalHold.objects.create(tenant=tenant, reason=reason, begun_by_id=user_id)
        except IntegrityError:
            raise Conflict(
                "This tenant is on legal hold already.",
                code="on-hold",
                safe="Nothing of its history goes.",
            ) from None
        planning.cancel(actor=actor, tenant=tenant, seqs=None, why="legal hold")
        telling.tell_managers(
            tenant,
            f"Legal hold on {tenant.name}",
            f"{tenant.name} was put on legal hold: none of its snapshots goes until it ends.",
        )
    deciding.record(actor, "hold.begun", tenant, reason=reason, hold=str(hold.pk))
    return hold


@transaction.atomic
def ask_for_end(*, actor: Actor, hold: LegalHold, reason: str) -> LegalHold:
    """Ask a second person to end the hold. Raises NotFound, NotAllowed, Invalid, Conflict."""
    user_id = deciding.require_manager(actor, hold.tenant)
    reason = deciding.good_reason(reason)
    with tenant_scope(hold.tenant_id):
        asked = LegalHold.objects.filter(pk=hold.pk, ended_at=None, end_asked_by=None).update(
            end_asked_by_id=user_id,
            end_asked_at=clock.now(),
            end_reason=sealed(hold, "end_reason", reason),
        )
        if not asked:
            raise deciding.settled("This hold")
        hold.refresh_from_db()
        telling.ask_approvers(hold.tenant, "end the legal hold")
    deciding.record(actor, "hold.end_asked", hold.tenant, reason=reason, hold=str(hold.pk))
    return hold


@transaction.atomic
def end_hold(*, actor: Actor, hold: LegalHold) -> LegalHold:
    """Agree that a hold ends. What only it kept goes after the grace period at the earliest.

    Raises NotFound; NotAllowed for whoever asked for it, and for whoever began the hold; Conflict.
    """
    first = [hold.end_asked_by_id, hold.begun_by_id]
    user_id = deciding.require_second_person(actor, hold.tenant, first)
    with tenant_scope(hold.tenant_id):
        ended = LegalHold.objects.filter(
            pk=hold.pk, ended_at=None, end_asked_by=hold.end_asked_by_id
        ).exclude(end_asked_by=None)
        if not ended.update(ended_by_id=user_id, ended_at=clock.now()):
            raise deciding.settled("This hold")
        hold.refresh_from_db()
        telling.tell_managers(
            hold.tenant,
            f"The legal hold on {hold.tenant.name} has ended",
            f"The legal hold on {hold.tenant.name} has ended. What nothing else keeps goes after "
            "the grace period at the earliest. To keep it, begin a hold again.",
        )
    deciding.record(actor, "hold.ended", hold.tenant, hold=str(hold.pk))
    return hold


@transaction.atomic
def keep_hold(*, actor: Actor, hold: LegalHold) -> LegalHold:
    """Say no to the end that was asked for: whoever manages may, and whoever may approve it.

    Raises NotFound, NotAllowed, Conflict.
    """
    deciding.require_either(actor, hold.tenant)
    with tenant_scope(hold.tenant_id):
        kept = LegalHold.objects.filter(pk=hold.pk, ended_at=None).exclude(end_asked_by=None)
        if not kept.update(end_asked_by=None, end_asked_at=None, end_reason=b""):
            raise deciding.settled("This hold")
        hold.refresh_from_db()
    deciding.record(actor, "hold.kept", hold.tenant, hold=str(hold.pk))
    return hold
