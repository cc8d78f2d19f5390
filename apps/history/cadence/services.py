"""Setting a tenant's schedule, and keeping what is due next up to it."""

from datetime import datetime

from django.db import transaction

from apps.access import rights
from apps.audit import services as audit
from apps.core import clock
from apps.core.actor import Actor
from apps.core.scope import tenant_scope
from apps.history.cadence import times
from apps.history.models import Cadence
from apps.history.retention import changes
from apps.history.retention.agreed import agreed
from apps.tenants import services as tenants
from apps.tenants.choices import TenantState
from apps.tenants.models import BackupPolicy, Tenant
from apps.tenants.schedules import CaptureSchedule
from apps.tenants.selectors import backup_policy


@transaction.atomic
def set_schedule(*, actor: Actor, tenant: Tenant, schedule: CaptureSchedule) -> BackupPolicy:
    """Say when a tenant is captured. Raises NotFound, NotAllowed, Invalid; Conflict for another
    time zone while a change of retention is open.

    Its days for keeping follow its time zone: at once where no snapshot goes earlier by it, else
    when a second person has agreed. A tenant that is not connected is scheduled when its
    connection begins to work.
    """
    rights.require(actor, rights.MANAGE_RETENTION, tenant)
    before = backup_policy(tenant).time_zone
    policy = tenants.set_backup_policy(actor=actor, tenant=tenant, schedule=schedule)
    with tenant_scope(tenant.pk):
        # One that was refused, or waits, is not asked for again with every other change.
        if schedule.time_zone not in (before, agreed(tenant).time_zone):
            changes.change_retention(
                actor=actor,
                tenant=tenant,
                time_zone=schedule.time_zone,
                reason="The time zone of the tenant was changed.",
            )
    if tenant.state == TenantState.ACTIVE:
        schedule_captures(actor=actor, tenant=tenant)
    return policy


@transaction.atomic
def schedule_captures(*, actor: Actor, tenant: Tenant) -> Cadence:
    """Have the tenant captured as its backup policy says, or not at all when it is disabled.

    Raises NotFound, NotAllowed.
    """
    rights.require(actor, rights.TAKE_BACKUPS, tenant)
    now = clock.now()
    with tenant_scope(tenant.pk):
        policy = BackupPolicy.objects.filter(tenant=tenant).first() or BackupPolicy(tenant=tenant)
        cadence, _ = Cadence.objects.update_or_create(
            tenant=tenant,
            defaults=due_after(tenant, policy.schedule, now),
            create_defaults=due_after(tenant, policy.schedule, now) | {"retention_at": now},
        )
    audit.record(
        actor=actor,
        event="captures.scheduled" if policy.enabled else "captures.paused",
        tenant_id=tenant.pk,
        msp_id=tenant.msp_id,
        subject=tenant.name,
    )
    return cadence


def due_after(
    tenant: Tenant, schedule: CaptureSchedule, after: datetime
) -> dict[str, datetime | None]:
    """When the next captures are due, by the columns of Cadence."""
    share = times.share_of(tenant.pk)
    return {
        "full_at": times.next_full(schedule, after, share),
        "delta_at": times.next_delta(schedule, after, share),
    }
