"""Names beside ids: what the ids inside shown values are called, and who made a change.

Ids mean nothing to people. A page collects every id that it is going to show and asks once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from apps.diffs.models import ReportChange
from apps.diffs.selectors import labels
from apps.history import selectors as history
from apps.tenants.models import Tenant

Names = Mapping[str, str]


def names_at(tenant: Tenant, ids: Iterable[str], *positions: int) -> dict[str, str]:
    """What objects are called, by id: at the first position that knows them.

    Ids that no position knows are left out. One query.
    """
    return labels(tenant, ids, *positions)


def people_behind(tenant: Tenant, rows: Iterable[ReportChange]) -> dict[str, str]:
    """Who did it by name, by the id of the copied audit event that says so. One query."""
    known = [(row, row.changed_at) for row in rows if row.event_id and row.changed_at]
    if not known:
        return {}
    times = [at for _, at in known]
    targets = {one for row, _ in known for one in (row.object_id, row.target_id) if one}
    events = history.audit_events(tenant, targets, min(times), max(times))
    wanted = {row.event_id for row, _ in known}
    return {event.event_id: event.actor_name for event in events if event.event_id in wanted}
