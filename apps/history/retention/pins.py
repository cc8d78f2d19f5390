"""Pins: a snapshot that somebody wants to stay, until two people let it go."""

from django.db import transaction

from apps.core import clock
from apps.core.actor import Actor
from apps.core.scope import tenant_scope
from apps.history.models import Snapshot, SnapshotPin
from apps.history.retention import deciding, planning, telling
from apps.tenants.models import Tenant
from apps.tenants.sealed_text import sealed


@transaction.atomic
def pin_snapshot(*, actor: Actor, tenant: Tenant, snapshot: Snapshot, reason: str) -> SnapshotPin:
    """Keep a snapshot whatever the rules say. A removal that was planned is cancelled.

    Raises NotFound, NotAllowed; Invalid without a reason.
    """
    user_id = deciding.require_manager(actor, tenant)
    reason = deciding.good_reason(reason)
    with tenant_scope(tenant.pk):
        pin = SnapshotPin.objects.create(
            tenant=tenant, snapshot=snapshot, reason=reason, pinned_by_id=user_id
        )
        planning.cancel(actor=actor, tenant=tenant, seqs=[snapshot.seq], why="pinned")
    deciding.record(actor, "snapshot.pinned", tenant, reason=reason, seq=snapshot.seq)
    return pin


@transaction.atomic
def ask_for_release(*, actor: Actor, pin: SnapshotPin, reason: str) -> SnapshotPin:
    """Ask a second person to let the pin go. Raises NotFound, NotAllowed, Invalid, Conflict."""
    user_id = deciding.require_manager(actor, pin.tenant)
    reason = deciding.good_reason(reason)
    with tenant_scope(pin.tenant_id):
        asked = SnapshotPin.objects.filter(
            pk=pin.pk, released_at=None, release_asked_by=None
        ).update(
            release_asked_by_id=user_id,
            release_asked_at=clock.now(),
            release_reason=sealed(pin, "release_reason", reason),
        )
        if not asked:
            raise deciding.settled("This pin")
        pin.refresh_from_db()
        seq = pin.snapshot.seq
        telling.ask_approvers(pin.tenant, f"release the pin on snapshot {seq}")
    deciding.record(actor, "pin.release_asked", pin.tenant, reason=reason, seq=seq)
    return pin


@transaction.atomic
def release(*, actor: Actor, pin: SnapshotPin) -> SnapshotPin:
    """Agree that a pin is let go. What only it kept goes after the grace period at the earliest.

    Raises NotFound, NotAllowed for whoever asked for it, Conflict.
    """
    user_id = deciding.require_second_person(actor, pin.tenant, [pin.release_asked_by_id])
    with tenant_scope(pin.tenant_id):
        released = SnapshotPin.objects.filter(
            pk=pin.pk, released_at=None, release_asked_by=pin.release_asked_by_id
        ).exclude(release_asked_by=None)
        if not released.update(released_by_id=user_id, released_at=clock.now()):
            raise deciding.settled("This pin")
        pin.refresh_from_db()
    deciding.record(actor, "pin.released", pin.tenant, seq=pin.snapshot.seq)
    return pin


@transaction.atomic
def keep_pin(*, actor: Actor, pin: SnapshotPin) -> SnapshotPin:
    """Say no to a release that was asked for: whoever manages may, and whoever may approve it.

    Raises NotFound, NotAllowed, Conflict.
    """
    deciding.require_either(actor, pin.tenant)
    with tenant_scope(pin.tenant_id):
        kept = SnapshotPin.objects.filter(pk=pin.pk, released_at=None).exclude(
            release_asked_by=None
        )
        if not kept.update(release_asked_by=None, release_asked_at=None, release_reason=b""):
            raise deciding.settled("This pin")
        pin.refresh_from_db()
    deciding.record(actor, "pin.kept", pin.tenant, seq=pin.snapshot.seq)
    return pin
