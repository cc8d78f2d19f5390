"""Beginning a pruning: checked first, then marked and signed in one transaction."""

from uuid import UUID

from apps.core import clock
from apps.core.errors import HoldfastError
from apps.history import chain
from apps.history.models import PrunedSnapshot, Pruning, Snapshot
from apps.history.pruning.planning import Interval, measure
from apps.history.signing import PRUNINGS, current_signer
from apps.history.verification.running import check_interval
from apps.history.verification.versions import remaining


class DamagedInterval(HoldfastError):
    """Versions that were to be pruned are not as they were sealed: nothing of them is touched."""

    default_code = "damaged-interval"


def refuse_damaged(tenant_id: UUID, interval: Interval) -> None:
    """Raises DamagedInterval when the versions are not what was sealed.

    Those are never vouched for anew, and never removed.
    """
    if check_interval(tenant_id, interval.low, interval.high):
        raise DamagedInterval(
            f"The versions between snapshots {interval.low} and {interval.high} are not as they"
            " were sealed.",
            safe="Nothing of them was removed.",
            todo="Run a verification of the tenant's history.",
        )


def mark(tenant_id: UUID, interval: Interval) -> Pruning:
    """Mark the snapshots of an interval as pruned, and vouch for what will remain of it.

    In the caller's transaction. Nothing is removed yet. PostgreSQL refuses what is pinned, held or
    not due.
    """
    pruning = _signed(tenant_id, interval)
    pruning.save(force_insert=True)
    going = Snapshot.objects.filter(tenant_id=tenant_id, seq__in=interval.seqs)
    PrunedSnapshot.objects.bulk_create(
        PrunedSnapshot(snapshot=snapshot, tenant_id=tenant_id, pruning=pruning)
        for snapshot in going
    )
    return pruning


def _signed(tenant_id: UUID, interval: Interval) -> Pruning:
    found = measure(tenant_id, interval)
    objects, links = remaining(tenant_id, interval.low, interval.high)
    signer = current_signer()
    pruning = Pruning(
        tenant_id=tenant_id,
        low_seq=interval.low,
        high_seq=interval.high,
        made_at=clock.now(),
        objects_digest=objects,
        links_digest=links,
        object_versions=found.objects_stay,
        link_versions=found.links_stay,
        objects_removed=found.objects_go,
        links_removed=found.links_go,
        bytes_removed=found.bytes_go,
        signing_key=signer.row,
    )
    pruning.signature = signer.sign(chain.pruning_root(pruning), purpose=PRUNINGS)
    return pruning
