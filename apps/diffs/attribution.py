"""Who made a change and when, from the copied directory audit log.

Best effort, and said so: Microsoft keeps the log for 7 to 30 days and writes it minutes late
(https://learn.microsoft.com/entra/identity/monitoring-health/reference-reports-data-retention), so
a change without a matching event is "unknown", never guessed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from typing import Any

from apps.diffs import traces
from apps.diffs.changes import UNKNOWN, Attribution, Change
from apps.diffs.choices import ChangedBy, ChangeType, Subject
from apps.entra.catalogue import LINKS, kind
from apps.history import selectors as history
from apps.history.models import Snapshot
from apps.history.records import CopiedAuditEvent
from apps.tenants.choices import Purpose
from apps.tenants.models import AppRegistration, Tenant

# A capture begins a little before it reads, and Entra's replicas lag: look a little further back.
SLACK = timedelta(minutes=5)

# The operation types of the audit log that can stand for a change.
# https://learn.microsoft.com/graph/api/resources/directoryaudit#properties
_OPERATIONS: Mapping[ChangeType, frozenset[str]] = {
    ChangeType.CREATED: frozenset({"add", "create"}),
    ChangeType.UPDATED: frozenset({"update"}),
    ChangeType.SOFT_DELETED: frozenset({"delete"}),
    ChangeType.HARD_DELETED: frozenset({"delete"}),
    ChangeType.RESTORED: frozenset({"restore", "update", "add"}),
    ChangeType.LINK_ADDED: frozenset({"add", "assign", "update"}),
    ChangeType.LINK_REMOVED: frozenset({"delete", "remove", "unassign", "update"}),
}

Body = Mapping[str, Any]
_NO_BODIES: Mapping[tuple[str, str], Body] = {}

_ACTORS = {"user": ChangedBy.USER, "app": ChangedBy.APPLICATION}


class Attributor:
    """Answers for the time between two snapshots of a tenant."""

    def __init__(self, tenant: Tenant, base: Snapshot, target: Snapshot) -> None:
        self.tenant = tenant
        self.since = base.taken_at - SLACK
        self.until = target.sealed_at

    def attributed(
        self, changes: list[Change], bodies: Mapping[tuple[str, str], Body] = _NO_BODIES
    ) -> list[Change]:
        """The same changes, with who made them where the log knows. Two queries.

        bodies: of the objects, for kinds whose ids the log does not name (`Kind.audited`).
        """
        if not changes or not self._is_anything_known:
            return changes
        wanted = {one for c in changes for one in (c.object_id, c.target_id, c.returns_with)}
        wanted |= {end for c in changes for end in _ends(c, bodies)}
        events = self._events_by_target(wanted - {""})
        if not events:
            return changes
        return [
            replace(change, attribution=self._find(change, events, bodies)) for change in changes
        ]

    @cached_property
    def _is_anything_known(self) -> bool:
        """Whether the copied log has any entry of the time: often it has none, or nobody may read
        it, and then there is nothing to look for."""
        return history.has_audit_events(self.tenant, self.since, self.until)

    def _events_by_target(self, ids: set[str]) -> dict[str, list[CopiedAuditEvent]]:
        by_target: dict[str, list[CopiedAuditEvent]] = defaultdict(list)
        for event in history.audit_events(self.tenant, ids, self.since, self.until):
            if event.succeeded:
                for target_id in event.target_ids:
                    by_target[target_id].append(event)
        return by_target

    def _find(
        self,
        change: Change,
        events: Mapping[str, list[CopiedAuditEvent]],
        bodies: Mapping[tuple[str, str], Body],
    ) -> Attribution:
        # Whoever deleted the owner set aside what hangs on it.
        taken_along = change.returns_with if change.change == ChangeType.SOFT_DELETED else ""
        candidates = _about(change, events.get(taken_along or change.object_id, ()))
        wanted = _OPERATIONS[change.change]
        matching = [event for event in candidates if _operation(event) in wanted]
        if not matching and (ends := _ends(change, bodies)):
            body = bodies[change.kind, change.object_id]
            likely = [one for one in events.get(ends[0], ()) if _may_tell_of(change, one)]
            matching = traces.entries_about(kind(change.kind), body, likely)
        return self._attribution(matching[-1]) if matching else UNKNOWN

    def _attribution(self, event: CopiedAuditEvent) -> Attribution:
        who = _ACTORS.get(event.actor_kind, ChangedBy.UNKNOWN)
        application = (event.body.get("initiatedBy") or {}).get("app") or {}
        if str(application.get("appId", "")).lower() in self._our_applications:
            who = ChangedBy.HOLDFAST
        return Attribution(who, event.actor_id, event.event_id, event.at)

    @cached_property
    def _our_applications(self) -> frozenset[str]:
        registrations = AppRegistration.objects.filter(
            msp_id=self.tenant.msp_id, purpose=Purpose.RECOVERY, client_id__isnull=False
        )
        return frozenset(
            str(one).lower() for one in registrations.values_list("client_id", flat=True)
        )


def _ends(change: Change, bodies: Mapping[tuple[str, str], Body]) -> tuple[str, ...]:
    body = bodies.get((change.kind, change.object_id))
    if change.subject != Subject.OBJECT or body is None:
        return ()
    return traces.ends_of(kind(change.kind), body)


def _about(change: Change, events: Iterable[CopiedAuditEvent]) -> list[CopiedAuditEvent]:
    """Those of an object's entries that can tell of the change; of a link they name both ends.

    Who replaces a manager is logged with the new one alone, in an entry that says "manager".
    """
    events = list(events)
    if change.subject == Subject.OBJECT:
        return events
    link = LINKS[change.link]
    naming_both = [event for event in events if change.target_id in event.target_ids]
    if naming_both or not link.single:
        return naming_both
    return [event for event in events if link.property in event.activity.lower()]


def _may_tell_of(change: Change, event: CopiedAuditEvent) -> bool:
    """Whether an entry's activity says neither that something else went nor that it came."""
    first = event.activity.partition(" ")[0].lower()
    if first == "update":
        return True
    gone = change.change in {ChangeType.SOFT_DELETED, ChangeType.HARD_DELETED}
    return (first in {"remove", "delete", "revoke"}) == gone


def _operation(event: CopiedAuditEvent) -> str:
    """The operation type; the activity's first word where the log leaves the type empty."""
    if event.activity.lower().startswith("restore"):
        return "restore"
    return (event.operation or event.activity.partition(" ")[0]).lower()
