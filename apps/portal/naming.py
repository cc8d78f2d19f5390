"""Names beside ids: what the ids inside shown values are called, and who made a change.

Ids mean nothing to people. A page collects every id that it is going to show and asks once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from apps.diffs.models import DifferenceReport, ReportChange
from apps.diffs.selectors import ChangeView, labels
from apps.history import selectors as history
from apps.tenants.models import Tenant

ID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", re.IGNORECASE)
Names = Mapping[str, str]


def ids_in(thing: Any) -> Iterator[str]:
    """Every directory id inside a value, however deep."""
    if isinstance(thing, str):
        yield from ID.findall(thing)
    elif isinstance(thing, Mapping):
        for part in thing.values():
            yield from ids_in(part)
    elif isinstance(thing, list | tuple):
        for part in thing:
            yield from ids_in(part)


def names_at(tenant: Tenant, ids: Iterable[str], *positions: int) -> dict[str, str]:
    """What objects are called, by id: at the first position that knows them.

    Ids that no position knows are left out. One query.
    """
    return labels(tenant, ids, *positions)


def names_in_changes(
    report: DifferenceReport, views: Iterable[ChangeView], known: Names | None = None
) -> dict[str, str]:
    """Names for every id inside the values of these changes. known: those that need no asking."""
    held = dict(known or {})
    sides = [(item.before, item.after) for view in views for item in view.values]
    positions = [one.seq for one in (report.target, report.base) if one is not None]
    return held | names_at(report.tenant, set(ids_in(sides)) - held.keys(), *positions)


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
