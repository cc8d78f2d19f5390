"""One search over many tenants, each in its own scope, for as long as there is time."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from apps.core.errors import NotFound
from apps.core.installation_keys.base import KeyProblem
from apps.core.scope import tenant_scope
from apps.entra.catalogue import KINDS
from apps.history.models import Snapshot
from apps.history.search.finding import DELETED, EXISTING, ObjectPage, search_objects
from apps.history.selectors.snapshots import latest_snapshot
from apps.tenants import keys
from apps.tenants.models import Tenant

SECONDS: Final = 2.0
OF_EACH: Final = 5
_ONE_TENANT: Final = 0.5
# Grants and assignments are called by the names of those they are for.
_OTHERS_NAMES: Final = tuple(entry.name for entry in KINDS if entry.lives_with)
_OWN_NAMES: Final = tuple(entry.name for entry in KINDS if not entry.lives_with)


@dataclass(frozen=True, slots=True)
class TenantFinds:
    """What was found in a tenant's newest snapshot; page.after says that there is more."""

    tenant: Tenant
    snapshot: Snapshot
    page: ObjectPage


@dataclass(frozen=True, slots=True)
class AcrossPage:
    """Finds by tenant, those without any left out. searched: how many tenants were looked at.

    closed: tenants that could not be looked at, because their data key is not there or does not
    open.
    after: time was up; go on after this tenant. None when all were looked at.
    """

    finds: list[TenantFinds]
    searched: int
    after: UUID | None = None
    closed: tuple[Tenant, ...] = ()


def search_tenants(
    tenants: Sequence[Tenant],
    text: str,
    *,
    after: UUID | None = None,
    of_each: int = OF_EACH,
    seconds: float = SECONDS,
) -> AcrossPage:
    """What the newest snapshots of these tenants have of a text, in the order given; what was
    deleted, too. Needs a scope that has them all, and enters that of each.

    after: a tenant of the list, behind which to begin; one that is not in it counts as none.
    """
    until = time.monotonic() + seconds
    finds: list[TenantFinds] = []
    closed: list[Tenant] = []
    searched = 0
    for tenant in _behind(tenants, after):
        if searched and time.monotonic() > until:
            return AcrossPage(finds, searched, after, tuple(closed))
        with tenant_scope(tenant.pk):
            snapshot = latest_snapshot(tenant)
            if snapshot is not None and not _is_open(tenant):
                closed.append(tenant)
                snapshot = None
            found = _search(tenant, snapshot, text, of_each) if snapshot else None
        if found is not None and (found.page.objects or found.page.stopped):
            finds.append(found)
        searched, after = searched + 1, tenant.pk
    return AcrossPage(finds, searched, closed=tuple(closed))


def _is_open(tenant: Tenant) -> bool:
    """Whether the tenant's history can be read; one that cannot keeps no other from being found."""
    try:
        keys.data_key(tenant.pk)
    except (NotFound, KeyProblem):
        return False
    return True


def _search(tenant: Tenant, snapshot: Snapshot, text: str, limit: int) -> TenantFinds:
    """What bears other objects' names is looked at only when nothing else was found."""
    for kinds in (_OWN_NAMES, _OTHERS_NAMES):
        page = search_objects(
            tenant,
            snapshot.seq,
            text,
            kinds=kinds,
            states=(*EXISTING, *DELETED),
            limit=limit,
            seconds=_ONE_TENANT,
        )
        if page.objects or page.stopped:
            break
    return TenantFinds(tenant, snapshot, page)


def _behind(tenants: Sequence[Tenant], after: UUID | None) -> Iterator[Tenant]:
    ids = [tenant.pk for tenant in tenants]
    start = ids.index(after) + 1 if after in ids else 0
    yield from tenants[start:]
