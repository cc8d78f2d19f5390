"""Which directory imported files are of: what is recovered elsewhere would be somebody else's."""

from collections.abc import Collection

from apps.core.errors import Conflict
from apps.entra.catalogue.tenant_policies import ORGANIZATION
from apps.history.choices import CaptureMode
from apps.history.selectors.snapshots import latest_snapshot
from apps.history.selectors.states import state_at
from apps.tenants.models import Tenant


def refuse_foreign(tenant: Tenant, directory_ids: Collection[str]) -> None:
    """Raise Conflict when files say that they are of another directory than the tenant's."""
    if not directory_ids or tenant.entra_id is None:
        return
    if {one.casefold() for one in directory_ids} != {str(tenant.entra_id)}:
        raise Conflict(
            "The files are of another directory than this tenant's.",
            code="other-directory",
            safe="Nothing was imported.",
            todo="Look whether it is the right folder and the right customer.",
        )


def refuse_other_directory(tenant: Tenant) -> None:
    """Raise Conflict when the tenant was connected to another directory than its imports are of.

    Needs a scope that has the tenant.
    """
    latest = latest_snapshot(tenant)
    if latest is None or latest.mode != CaptureMode.IMPORT or tenant.entra_id is None:
        return
    known = state_at(tenant, latest.seq, kinds=[ORGANIZATION.name])
    if (ids := {item.object_id.casefold() for item in known}) and ids != {str(tenant.entra_id)}:
        raise Conflict(
            "The snapshots that were imported are of another directory than the one connected.",
            code="other-directory",
            safe="Nothing was read, and the imported snapshots are kept.",
            todo="Add the connected directory as a customer of its own.",
        )
