"""What history does when something happens below it."""

from typing import Any
from uuid import UUID

from django.dispatch import receiver

from apps.connect.signals import connection_works
from apps.core.actor import SYSTEM
from apps.core.scope import tenant_scope
from apps.history import services
from apps.history.cadence.services import schedule_captures
from apps.history.capture import learning
from apps.history.choices import LAID_OVER, CaptureMode
from apps.history.collections import kinds
from apps.history.models import Snapshot
from apps.history.offsite import jobs as _offsite  # noqa: F401 - its receivers and jobs
from apps.history.retention.agreed import follow_for_new
from apps.history.search.keeping_up import index_if_behind
from apps.history.selectors.snapshots import latest_snapshot
from apps.history.signals import sealed
from apps.jobs import services as jobs
from apps.notify.choices import EventKind
from apps.notify.events import raise_event
from apps.tenants.choices import Purpose, TenantState
from apps.tenants.models import Connection, Tenant


@receiver(connection_works, dispatch_uid="holdfast.history.begin_captures")
def begin_captures(*, tenant: Tenant, connection: Connection, **_: Any) -> None:
    """A tenant can be read from now on: capture it regularly, and the first time at once."""
    if connection.registration.purpose != Purpose.BACKUP or tenant.state != TenantState.ACTIVE:
        return
    with tenant_scope(tenant.pk):
        latest = latest_snapshot(tenant)
        is_new = latest is None or latest.mode == CaptureMode.IMPORT
        if is_new:
            follow_for_new(tenant)
    schedule_captures(actor=SYSTEM, tenant=tenant)
    if is_new:
        services.snapshot_now(
            actor=SYSTEM, tenant=tenant, mode=CaptureMode.FULL, reason="first capture"
        )


@receiver(sealed, dispatch_uid="holdfast.history.index_snapshot")
def index_snapshot(*, tenant_id: UUID, **_: Any) -> None:
    """Have the search index brought up to date when enough has gathered."""
    index_if_behind(tenant_id)


@receiver(sealed, dispatch_uid="holdfast.history.tell_of_snapshot")
def tell_of_snapshot(*, tenant_id: UUID, snapshot_id: UUID, seq: int, **_: Any) -> None:
    """Tell those who want to know of every snapshot of the tenant itself."""
    complete, mode = Snapshot.objects.values_list("complete", "mode").get(pk=snapshot_id)
    if mode in LAID_OVER:
        return
    tenant = Tenant.objects.get(pk=tenant_id)
    raise_event(EventKind.SNAPSHOT_TAKEN, tenant, {"complete": complete}, {"snapshot": seq})


@receiver(sealed, dispatch_uid="holdfast.history.learn_apart")
def learn_apart(*, tenant_id: UUID, snapshot_id: UUID, **_: Any) -> None:
    """Have a worker ask for what the capture did not wait for."""
    newest = Snapshot.objects.get(pk=snapshot_id)
    if any(learning.can_learn(newest, kind) for kind in kinds() if kind.read_apart):
        tenant = Tenant.objects.get(pk=tenant_id)
        jobs.enqueue(actor=SYSTEM, kind="learn-apart", tenant=tenant, once=True)
