"""The snapshots of a tenant."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet, Sum

from apps.core.errors import NotFound
from apps.entra.catalogue import KINDS
from apps.entra.catalogue.users import USER
from apps.history.database import TenantRef, scoped_id
from apps.history.models import PrunedSnapshot, Pruning, Snapshot


def snapshots(tenant: TenantRef) -> QuerySet[Snapshot]:
    """A tenant's snapshots, newest first; not those that were pruned."""
    return Snapshot.objects.kept().filter(tenant_id=scoped_id(tenant)).order_by("-seq")


def latest_snapshot(tenant: TenantRef) -> Snapshot | None:
    """A tenant's newest snapshot, None before the first. It is never pruned."""
    return Snapshot.objects.filter(tenant_id=scoped_id(tenant)).order_by("-seq").first()


def access_snapshot(tenant: TenantRef, snapshot_id: UUID) -> Snapshot:
    """One snapshot of this tenant. Raises NotFound for any other, whosever it is, and for one
    that was pruned.
    """
    return _kept(_with_pruning(tenant).filter(pk=snapshot_id).first(), "There is no such snapshot.")


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
    """The snapshot at a position. Raises NotFound when there is none, or it was pruned."""
    found = _with_pruning(tenant).filter(seq=seq).first()
    return _kept(found, f"There is no snapshot {seq} of this tenant.")


def pruned_at(snapshot: Snapshot) -> datetime | None:
    """When it was pruned; None for one that can be compared and recovered to."""
    found = PrunedSnapshot.objects.filter(snapshot=snapshot).select_related("pruning").first()
    return found.pruning.made_at if found else None


def is_pruned(snapshot: Snapshot) -> bool:
    """Whether it was pruned. No query for one that was read with select_related("pruned")."""
    return getattr(snapshot, "pruned", None) is not None


def require_kept(*found: Snapshot) -> None:
    """Raises NotFound when one of these was pruned: nothing can be read there any more."""
    pruned = PrunedSnapshot.objects.filter(snapshot__in=found)
    for row in pruned.select_related("snapshot", "pruning").order_by("snapshot__seq"):
        raise _gone(row.snapshot, row.pruning)


def _with_pruning(tenant: TenantRef) -> QuerySet[Snapshot]:
    every = Snapshot.objects.filter(tenant_id=scoped_id(tenant))
    return every.select_related("pruned__pruning")


def _kept(found: Snapshot | None, otherwise: str) -> Snapshot:
    if found is None:
        raise NotFound(otherwise)
    if is_pruned(found):
        raise _gone(found, found.pruned.pruning)
    return found


def _gone(snapshot: Snapshot, pruning: Pruning) -> NotFound:
    return NotFound(
        f"Snapshot {snapshot.seq} was removed on {pruning.made_at:%d %B %Y}, as the tenant's keep"
        " rules say.",
        code="snapshot-pruned",
        safe="The snapshots before and after it that are kept have lost nothing.",
        todo="Choose another one.",
    )
