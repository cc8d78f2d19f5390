"""What somebody had a hand in: every change of a report that an entry of his in the directory audit
log can tell of, also where somebody else changed the same thing after him.

A report names one person for each change, the last one. Whoever asks "what did this one do on
Friday" must not miss what a colleague wrote over on Saturday.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from apps.diffs.attribution import Attributor, Body
from apps.diffs.batches import batched
from apps.diffs.changes import UNKNOWN, Change, Verdict
from apps.diffs.choices import ChangeType, Recoverable, Risk, Subject
from apps.diffs.models import DifferenceReport, ReportChange
from apps.entra.catalogue import KINDS
from apps.history import selectors as history
from apps.history.models import Snapshot
from apps.history.records import CopiedAuditEvent

BATCH = 500
_AUDITED = frozenset(one.name for one in KINDS if one.audited)


def positions_touched_by(
    report: DifferenceReport, actor_id: str, since: datetime, until: datetime
) -> frozenset[int]:
    """The positions of the changes that an actor had a hand in between two moments.

    actor_id: of a user, or of an application: its service principal's id, or its appId. A change
    of which the copied log knows nothing is nobody's. An entry of the second in which `since` lies
    is counted in: the log may write whole seconds. Reads the entries about the changes that the log
    knows, and the bodies of grants and assignments among them.
    """
    if report.target is None:
        return frozenset()
    looker = _Hand(report, report.target, actor_id)
    looker.since, looker.until = since.replace(microsecond=0), until
    return frozenset(looker.positions())


class _Hand(Attributor):
    """Attributes to one actor alone; to nobody what he has no entry about."""

    def __init__(self, report: DifferenceReport, target: Snapshot, actor_id: str) -> None:
        super().__init__(report.tenant, report.base, target)
        self.report, self.target = report, target
        self._actor_id = actor_id.lower()

    def positions(self) -> Iterator[int]:
        # Nobody's entry tells of the others, so none of his does.
        known = ReportChange.objects.filter(report=self.report).exclude(event_id="")
        for rows in batched(known.order_by("position").iterator(chunk_size=BATCH), BATCH):
            changes = [_as_change(row) for row in rows]
            told = self.attributed(changes, self._bodies(rows))
            for row, change in zip(rows, told, strict=True):
                if change.attribution is not UNKNOWN:
                    yield row.position

    def _events_by_target(self, ids: set[str]) -> dict[str, list[CopiedAuditEvent]]:
        found = super()._events_by_target(ids)
        return {
            one: his for one, events in found.items() if (his := list(filter(self._is_his, events)))
        }

    def _is_his(self, event: CopiedAuditEvent) -> bool:
        application = (event.body.get("initiatedBy") or {}).get("app") or {}
        known = (event.actor_id, application.get("appId"), application.get("servicePrincipalId"))
        return self._actor_id in {str(one).lower() for one in known if one}

    def _bodies(self, rows: tuple[ReportChange, ...]) -> dict[tuple[str, str], Body]:
        """Of what the log names by its ends alone."""
        keys = [(row.kind, row.object_id) for row in rows if row.kind in _AUDITED and not row.link]
        if not keys:
            return {}
        return {**history.last_bodies(self.tenant, keys, self.target.seq)}


def _as_change(row: ReportChange) -> Change:
    return Change(
        subject=Subject(row.subject),
        change=ChangeType(row.change),
        kind=row.kind,
        object_id=row.object_id,
        verdict=Verdict(Recoverable(row.recoverable)),
        risk=Risk(row.risk),
        link=row.link,
        target_id=row.target_id,
        returns_with=row.returns_with,
    )
