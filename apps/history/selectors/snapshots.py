"""The snapshots of a tenant."""

from uuid import UUID

from django.db.models import QuerySet, Sum

from apps.core.errors import NotFound
from apps.entra.catalogue import KINDS
from apps.entra.catalogue.users import USER
from apps.history.database import TenantRef, scoped_id
from apps.history.models import Snapshot


def snapshots(tenant: TenantRef) -> QuerySet[Snapshot]:
    """A tenant's snapshots, newest first."""
    return Snapshot.objects.filter(tenant_id=scoped_id(tenant)).order_by("-seq")


def latest_snapshot(tenant: TenantRef) -> Snapshot | None:
    """A tenant's newest snapshot, None before the first."""
    return snapshots(tenant).first()


def access_snapshot(tenant: TenantRef, snapshot_id: UUID) -> Snapshot:
    """One snapshot of this tenant. Raises NotFound for any other, whosever it is."""
    found = snapshots(tenant).filter(pk=snapshot_id).first()
    if found is None:
        raise NotFound("There is no such snapshot.")
    return found


def object_count(snapshot: Snapshot) -> int:
    """How many live objects of all kinds there were."""
    names = [kind.name for kind in KINDS]
    found = snapshot.collections.filter(collection__in=names).aggregate(objects=Sum("count"))
    return int(found["objects"] or 0)


def user_count(tenant: TenantRef) -> int | None:
    """How many users the newest snapshot has; None before the first that read them."""
    latest = latest_snapshot(tenant)
    row = latest.collections.filter(collection=USER.name).first() if latest else None
    return row.count or None if row else None


def snapshot_at(tenant: TenantRef, seq: int) -> Snapshot:
    """The snapshot at a position. Raises NotFound when there is none."""
    found = snapshots(tenant).filter(seq=seq).first()
    if found is None:
        raise NotFound(f"There is no snapshot {seq} of this tenant.")
    return found
