"""What an erasure has to know of a tenant's off-site copies, and what it does to them.

The bundles are sealed under the tenant's data key, so they become unreadable with it. What could
still open them is the copy of that key beside them: it goes as soon as its lock is over.
"""

from typing import Any

from apps.core.actor import SYSTEM
from apps.core.scope import tenant_scope
from apps.history.models import OffsiteCopy
from apps.history.offsite import selectors
from apps.jobs import services as jobs
from apps.tenants.models import Tenant


def lies_offsite(tenant: Tenant) -> list[dict[str, Any]]:
    """What a certificate of erasure says of each store: JSON values."""
    keys: dict[Any, list[Any]] = {}
    for key in selectors.key_copies_of(tenant):
        keys.setdefault(key.store_id, []).append(key.locked_until)
    with tenant_scope(tenant.pk):
        copies = list(OffsiteCopy.objects.filter(tenant=tenant).order_by("store_id"))
    offsite = {one.store.pk: one.store for one in selectors.offsite_of(tenant).lying}
    return [
        {
            "store": offsite[copy.store_id].name,
            "region": offsite[copy.store_id].region,
            "snapshots_up_to": copy.through_seq,
            "bytes": copy.size,
            "locked_until": _day(copy.locked_until),
            # Until then whoever has the store and the installation's key could still read it.
            "key_removed_after": _day(max(filter(None, keys.get(copy.store_id, [])), default=None)),
        }
        for copy in copies
    ]


def forget_key_copies() -> None:
    """Have the copies of keys that are no more removed, as soon as the transaction commits."""
    jobs.enqueue(actor=SYSTEM, kind="offsite-forget", once=True)


def _day(at: Any) -> str:
    return at.date().isoformat() if at else ""
