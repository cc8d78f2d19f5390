"""How much changed, by risk: counted once for each snapshot, for lists and charts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final

from apps.core.errors import NotFound
from apps.diffs.batches import batched
from apps.diffs.choices import Risk
from apps.diffs.comparison import compare
from apps.diffs.models import ChangeVolume
from apps.history import selectors as history
from apps.history.choices import LAID_OVER
from apps.history.models import Snapshot
from apps.tenants.models import Tenant

# One job counts so many snapshots, the newest first; the next snapshot's job goes on.
AT_ONCE: Final = 400
_TELL_EVERY = 2000
Progress = Callable[[int], None]


def rate(tenant: Tenant, *, at_most: int = AT_ONCE, progress: Progress | None = None) -> int:
    """Count the changes of the snapshots that were not counted yet; how many were counted now.

    Costs what comparing each with the one before it costs. Needs the tenant's scope. `progress`
    is told the number of changes so far, and may raise to stop: what was counted stays. Raises
    DamagedBody.
    """
    done = seen = 0
    for base, snapshot in _uncounted(tenant, at_most):
        counts: Counter[Risk] = Counter()
        if base is not None:
            for batch in batched(compare(tenant, base, snapshot), _TELL_EVERY):
                counts.update(change.risk for change in batch)
                seen += len(batch)
                if progress:
                    progress(seen)
        done += _keep(base, snapshot, counts)
    return done


def _uncounted(tenant: Tenant, at_most: int) -> Iterator[tuple[Snapshot | None, Snapshot]]:
    """Each with the kept one before it, newest first; None before the first, and where another
    tenant's state was laid over this one's. Two queries."""
    known = ChangeVolume.objects.filter(tenant=tenant).values("seq")
    wanted = set(
        history.snapshots(tenant).exclude(seq__in=known).values_list("seq", flat=True)[:at_most]
    )
    if not wanted:
        return
    below = history.snapshots(tenant).filter(seq__lt=min(wanted)).values_list("seq", flat=True)[:1]
    rows = history.snapshots(tenant).filter(seq__gte=below[0] if below else min(wanted))
    for snapshot, base in pairwise([*rows, None]):
        if snapshot is not None and snapshot.seq in wanted:
            yield (None if snapshot.mode in LAID_OVER else base), snapshot


def _keep(base: Snapshot | None, snapshot: Snapshot, counts: Counter[Risk]) -> int:
    """Unless one of the two was pruned meanwhile: then what was read is not what changed."""
    try:
        history.require_kept(*([base] if base else []), snapshot)
    except NotFound:
        return 0
    row = ChangeVolume(
        tenant_id=snapshot.tenant_id,
        seq=snapshot.seq,
        taken_at=snapshot.taken_at,
        low=counts[Risk.LOW],
        medium=counts[Risk.MEDIUM],
        high=counts[Risk.HIGH],
    )
    ChangeVolume.objects.bulk_create([row], ignore_conflicts=True)
    return 1
