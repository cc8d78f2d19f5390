"""Links that a deleted object gained and took into the bin before any snapshot saw them.

Only the directory audit log knows of them. It names a link by words ("Add owner to application")
and its ends by id, so what is found here is likely and not certain: a step that takes such a link
away looks first whether it is there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from apps.diffs.existence import kinds_of
from apps.entra.catalogue import LINKS, Link
from apps.history import selectors as history
from apps.history.records import ChangedLink, CopiedAuditEvent
from apps.tenants.models import Tenant

LinkKey = tuple[str, str, str]
# https://learn.microsoft.com/graph/api/resources/directoryaudit#properties
_ADDING = frozenset({"add", "assign", "set"})
_REMOVING = frozenset({"remove", "unassign", "delete"})


def logged_links(
    tenant: Tenant, object_ids: Collection[str], *, since: datetime, until: datetime, base_seq: int
) -> list[ChangedLink]:
    """The links of these objects that the log says were added last, and that the base has not."""
    events = [
        event
        for event in history.audit_events(tenant, object_ids, since, until)
        if event.succeeded and len(event.target_ids) > 1
    ]
    kinds = kinds_of(tenant, {one for event in events for one in event.target_ids})
    added: dict[LinkKey, datetime] = {}
    removed: dict[LinkKey, datetime] = {}
    for event in events:
        into = removed if _operations(event) & _REMOVING else added
        into |= dict.fromkeys(_links_named(event, kinds, frozenset(object_ids)), event.at)
    known = _present_at(tenant, base_seq, {source for _, source, _ in added})
    return [
        ChangedLink(*key, before=False, after=True)
        for key, at in sorted(added.items())
        # Of two entries of one moment nobody knows which was first.
        if at >= removed.get(key, at) and key not in known
    ]


def _links_named(
    event: CopiedAuditEvent, kinds: Mapping[str, str], object_ids: frozenset[str]
) -> Iterator[LinkKey]:
    if not _operations(event) & (_ADDING | _REMOVING):
        return
    for link in LINKS.values():
        if not _is_named(link, event.activity):
            continue
        for source in event.target_ids:
            for target in event.target_ids:
                ends = (kinds.get(source), kinds.get(target))
                fits = ends[0] == link.source_kind and ends[1] in link.target_kinds
                if source != target and fits and not object_ids.isdisjoint((source, target)):
                    yield (link.name, source, target)


def _is_named(link: Link, activity: str) -> bool:
    return link.property.removesuffix("s") in activity.lower()


def _operations(event: CopiedAuditEvent) -> frozenset[str]:
    """The operation type and the activity's first word: either may be the one that tells."""
    return frozenset({event.operation.lower(), event.activity.partition(" ")[0].lower()})


def _present_at(tenant: Tenant, seq: int, source_ids: Collection[str]) -> set[LinkKey]:
    if not source_ids:
        return set()
    return {
        (item.link, item.source_id, item.target_id)
        for item in history.links_at(tenant, seq, source_ids=source_ids)
    }
