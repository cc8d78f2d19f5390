"""When the index is brought up to date: not after every snapshot, but when reading the log for what
the index does not know yet begins to cost."""

from __future__ import annotations

from uuid import UUID

from apps.core.actor import SYSTEM
from apps.history.models import PrunedSnapshot, SearchIndex, Snapshot
from apps.history.search.indexing import indexed_up_to
from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.tenants.models import Tenant

# Reading so many versions of the log at every search takes some 15 milliseconds. Fewer are not
# worth a job: every leaf that one of them falls into is written anew.
BEHIND_AT_MOST = 300
_OF_LINKS = ("links_added", "links_removed")


def index_if_behind(tenant_id: UUID) -> Job | None:
    """Have a worker update the index when it lacks too much, or knows what was pruned since."""
    index = SearchIndex.objects.filter(tenant_id=tenant_id).first()
    is_fine = index is not None and not _knows_pruned(index)
    if is_fine and versions_behind(tenant_id) <= BEHIND_AT_MOST:
        return None
    tenant = Tenant.objects.get(pk=tenant_id)
    return jobs.enqueue(actor=SYSTEM, kind="search-index", tenant=tenant, once=True)


def versions_behind(tenant_id: UUID) -> int:
    """How many changes of objects the index does not know yet. Two queries."""
    newer = Snapshot.objects.filter(tenant_id=tenant_id, seq__gt=indexed_up_to(tenant_id))
    counts = newer.values_list("counts", flat=True)
    return sum(number for said in counts for name, number in said.items() if name not in _OF_LINKS)


def _knows_pruned(index: SearchIndex) -> bool:
    pruned = PrunedSnapshot.objects.filter(tenant_id=index.tenant_id).count()
    return pruned != index.pruned
