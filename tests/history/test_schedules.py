"""A tenant that begins to work is captured regularly, and the first time at once."""

from datetime import timedelta

import pytest
from django_q.models import Schedule

from apps.connect.signals import connection_works
from apps.core.actor import SYSTEM
from apps.core.errors import NotAllowed
from apps.core.scope import no_scope, tenant_scope
from apps.history import services
from apps.jobs.models import Job
from apps.tenants import services as tenants
from apps.tenants.choices import ConnectionState, Purpose
from apps.tenants.models import Connection, Tenant
from tests.factories import actor_of, make_user


def minutes_between_captures(tenant: Tenant) -> dict[str, int | None]:
    """By the name of the schedule."""
    own = Schedule.objects.filter(name__startswith="capture", name__endswith=str(tenant.pk))
    return {str(schedule.name).partition(":")[0]: schedule.minutes for schedule in own}


def begin_to_work(tenant: Tenant, purpose: Purpose) -> None:
    with no_scope("the scene is set"):
        registration = tenants.register_application(
            actor=SYSTEM, msp=tenant.msp, purpose=purpose, cloud=tenant.cloud, name="Holdfast"
        )
    connection = Connection.objects.create(
        tenant=tenant,
        msp_id=tenant.msp_id,
        registration=registration,
        state=ConnectionState.CONNECTED,
    )
    connection_works.send(sender=Connection, tenant=tenant, connection=connection)


def test_a_backup_connection_begins_the_captures(tenant: Tenant) -> None:
    begin_to_work(tenant, Purpose.BACKUP)

    job = Job.objects.get()
    assert (job.kind, job.args["mode"]) == ("capture", "full")
    assert minutes_between_captures(tenant) == {"capture-full": 24 * 60, "capture-delta": 15}


def test_a_recovery_connection_captures_nothing(tenant: Tenant) -> None:
    begin_to_work(tenant, Purpose.RECOVERY)

    assert not Job.objects.exists()
    assert minutes_between_captures(tenant) == {}


def test_a_disabled_policy_takes_the_schedules_away(tenant: Tenant) -> None:
    services.schedule_captures(actor=SYSTEM, tenant=tenant)
    with tenant_scope(tenant.pk):
        tenant.backup_policy.enabled = False
        tenant.backup_policy.save()

    services.schedule_captures(actor=SYSTEM, tenant=tenant)

    assert minutes_between_captures(tenant) == {}


def test_a_changed_policy_changes_the_schedules(tenant: Tenant) -> None:
    services.schedule_captures(actor=SYSTEM, tenant=tenant)
    alice = actor_of(make_user("Alice", tenant.msp, "tenant-manager"))
    hours = timedelta(hours=1)

    services.set_backup_policy(
        actor=alice, tenant=tenant, enabled=True, full_every=12 * hours, delta_every=hours / 2
    )

    assert minutes_between_captures(tenant) == {"capture-full": 12 * 60, "capture-delta": 30}


def test_only_a_tenant_manager_sets_the_policy(tenant: Tenant) -> None:
    services.schedule_captures(actor=SYSTEM, tenant=tenant)
    carol = actor_of(make_user("Carol", tenant.msp, "backup-administrator"))
    day = timedelta(days=1)

    with pytest.raises(NotAllowed):
        services.set_backup_policy(
            actor=carol, tenant=tenant, enabled=False, full_every=day, delta_every=day
        )

    assert minutes_between_captures(tenant) == {"capture-full": 24 * 60, "capture-delta": 15}
