"""Snapshots that hold nothing, at any time one likes: what keeps them does not look inside."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from apps.core import digests
from apps.history.chain import NO_PREVIOUS
from apps.history.models import Snapshot
from apps.history.signing import current_signer
from apps.tenants.models import Tenant

# A Monday.
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def days_ago(*days: float) -> list[datetime]:
    """Times so many days before NOW."""
    return [NOW - timedelta(days=number) for number in days]


def make_snapshots(
    tenant: Tenant, times: Iterable[datetime], *, complete: bool = True
) -> list[Snapshot]:
    """Sealed snapshots without changes, in the order given. Needs a scope that has the tenant."""
    newest = Snapshot.objects.filter(tenant=tenant).order_by("-seq").first()
    last, previous = (newest.seq, bytes(newest.root)) if newest else (0, NO_PREVIOUS)
    signer, made = current_signer(), []
    for seq, time in enumerate(times, start=last + 1):
        root = digests.sha256(f"{tenant.pk}:{seq}".encode())
        made.append(
            Snapshot.objects.create(
                tenant=tenant,
                seq=seq,
                mode="delta",
                reason="schedule",
                taken_at=time,
                sealed_at=time,
                root=root,
                previous_root=previous,
                objects_digest=root,
                links_digest=root,
                collections_digest=root,
                signature=signer.sign(root),
                signing_key=signer.row,
                complete=complete,
            )
        )
        previous = root
    return made
