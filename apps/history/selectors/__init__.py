"""What reads a tenant's history. Everything here needs a scope that has the tenant.

Positions (`seq`) are those of snapshots. The queries cost what they return: the state of some
objects, or the versions between two positions, never the whole history.
"""

from apps.history.selectors.attribution import audit_events, has_audit_events
from apps.history.selectors.bodies import (
    bodies_at,
    bodies_of_versions,
    body_at,
    body_opener,
    last_bodies,
)
from apps.history.selectors.changes import (
    binned_between,
    changed_between,
    changed_links_between,
    gone_between,
    links_set_aside,
)
from apps.history.selectors.exports import access_export, access_import, exports, imports
from apps.history.selectors.knowledge import kinds_not_whole
from apps.history.selectors.positions import bodies_at_each, bodies_of_ids
from apps.history.selectors.set_aside import links_of_deleted
from apps.history.selectors.snapshots import (
    access_snapshot,
    latest_snapshot,
    object_count,
    pruned_at,
    require_kept,
    snapshot_at,
    snapshots,
    user_count,
)
from apps.history.selectors.states import links_at, newest_states, state_at

__all__ = [
    "access_export",
    "access_import",
    "access_snapshot",
    "audit_events",
    "binned_between",
    "bodies_at",
    "bodies_at_each",
    "bodies_of_ids",
    "bodies_of_versions",
    "body_at",
    "body_opener",
    "changed_between",
    "changed_links_between",
    "exports",
    "gone_between",
    "has_audit_events",
    "imports",
    "kinds_not_whole",
    "last_bodies",
    "latest_snapshot",
    "links_at",
    "links_of_deleted",
    "links_set_aside",
    "newest_states",
    "object_count",
    "pruned_at",
    "require_kept",
    "snapshot_at",
    "snapshots",
    "state_at",
    "user_count",
]
