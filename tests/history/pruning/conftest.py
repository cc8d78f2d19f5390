from collections.abc import Callable
from datetime import timedelta

import pytest

from apps.core import clock
from apps.core.actor import SYSTEM
from apps.history.models import Removal, Snapshot
from apps.history.pruning import executing
from apps.history.pruning.executing import Pruned
from apps.tenants.models import Tenant

Prune = Callable[..., Pruned]


def let_go(tenant: Tenant, *seqs: int, due_in: timedelta = timedelta(hours=-1)) -> None:
    """Plan the removal of snapshots, two days ago, as if their rules had ended."""
    for snapshot in Snapshot.objects.filter(tenant=tenant, seq__in=seqs):
        Removal.objects.create(
            tenant=tenant,
            snapshot=snapshot,
            planned_at=clock.now() - timedelta(days=2),
            due_at=clock.now() + due_in,
            why="test",
        )


@pytest.fixture
def prune(tenant: Tenant) -> Prune:
    """Let snapshots of the tenant go, and prune."""

    def take(*seqs: int) -> Pruned:
        let_go(tenant, *seqs)
        return executing.prune(actor=SYSTEM, tenant=tenant, seqs=seqs)

    return take
