"""Finding a snapshot by what a person typed."""

from __future__ import annotations

from uuid import UUID

from apps.core.errors import Invalid
from apps.history import selectors as history
from apps.history.models import Snapshot
from apps.tenants.models import Tenant


def find_snapshot(tenant: Tenant, text: str) -> Snapshot:
    """The tenant's snapshot with this number or id. Raises NotFound, Invalid for anything else."""
    wanted = text.strip()
    if wanted.isdigit():
        return history.snapshot_at(tenant, int(wanted))
    try:
        snapshot_id = UUID(wanted)
    except ValueError:
        raise Invalid(
            "A snapshot is named by its number or its id.",
            todo="List them with: manage.py snapshots TENANT --as EMAIL",
        ) from None
    return history.access_snapshot(tenant, snapshot_id)
