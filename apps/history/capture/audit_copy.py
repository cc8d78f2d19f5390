"""Copying the tenant's directory audit log, which Microsoft drops after 7 to 30 days.

Copies are kept at once, not with the seal: an entry is true whether or not the capture ends well.

The log takes five requests in ten seconds and gives a thousand entries for each, so what a large
recovery or a mass change left in it takes minutes to read. It is read on from the newest entry that
is known; of those from before, only so many are gone over again as cost no waiting (ADR 0103).
"""

import dataclasses
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice

from apps.core import canonical, clock, envelope
from apps.entra.catalogue import KINDS
from apps.entra.errors import EntraError, NeedsConsent
from apps.entra.reading import AuditEvent as ObservedEvent
from apps.entra.reading import may_tell_of
from apps.history.audit_sealing import audit_aad
from apps.history.capture import apart_rows
from apps.history.capture.run_state import (
    CaptureRun,
    CollectionOutcome,
    CollectionReading,
    status_after,
)
from apps.history.choices import CollectionStatus
from apps.history.collections import DIRECTORY_AUDIT
from apps.history.models import AuditEvent

_PORTION = 500
# Entries arrive minutes late and out of order: so far back they are asked for again, but for two
# requests' worth at most, and for none once a capture has read the log.
_OVERLAP, _OVERLAPPING = timedelta(hours=1), 1_990
# What a hurried capture takes at first, overlap included: four of the five requests that the log
# answers at once; one is left for the end.
_HURRIED = 3_900
# https://learn.microsoft.com/entra/identity/monitoring-health/reference-reports-data-retention
_LONGEST_KEPT = timedelta(days=30)


def copy_audit_log(run: CaptureRun, *, hurried: bool = False) -> CollectionOutcome:
    """Copy what is new in the log; when that fails, say why. Raises NeedsConsent, JobCancelled.

    hurried: leave to the next capture what would have to be waited for; the log then counts as read
    when it was before.
    """
    at, read = clock.now(), 0
    if hurried and run.log_left:
        return _as_before(run, at)
    try:
        events = run.source.read_audit(since=_since(run, at))
        for portion in _portions(islice(events, _HURRIED) if hurried else events):
            run.progress.check_cancelled()
            _keep(run, portion)
            read += len(portion)
    except NeedsConsent:
        raise
    except EntraError as error:
        before = run.last_read_at(DIRECTORY_AUDIT)
        return CollectionOutcome(DIRECTORY_AUDIT, status_after(error), before, error.explanation())
    run.log_left = hurried and read == _HURRIED
    if run.log_left:
        return _as_before(run, at)
    run.log_read = True
    return CollectionOutcome(DIRECTORY_AUDIT, CollectionStatus.COMPLETE, at)


def _since(run: CaptureRun, at: datetime) -> datetime:
    known = AuditEvent.objects.filter(tenant_id=run.tenant_id).order_by("-at")
    newest = known.values_list("at", flat=True).first()
    if newest is None:
        return at - _LONGEST_KEPT
    if run.log_read:
        return newest
    again = known.filter(at__gte=newest - _OVERLAP).values_list("at", flat=True)
    furthest = again[_OVERLAPPING : _OVERLAPPING + 1].first()
    return furthest or newest - _OVERLAP


def _as_before(run: CaptureRun, at: datetime) -> CollectionOutcome:
    reading = run.before_of(DIRECTORY_AUDIT).reading
    before = reading or CollectionReading(DIRECTORY_AUDIT, CollectionStatus.PARTIAL, at)
    return CollectionOutcome(DIRECTORY_AUDIT, before.status, before.read_at, before.detail)


def _portions(events: Iterable[ObservedEvent]) -> Iterator[list[ObservedEvent]]:
    remaining = iter(events)
    while portion := list(islice(remaining, _PORTION)):
        yield portion


def _keep(run: CaptureRun, events: list[ObservedEvent]) -> None:
    ids = [event.event_id for event in events]
    known = set(
        AuditEvent.objects.filter(tenant_id=run.tenant_id, event_id__in=ids).values_list(
            "event_id", flat=True
        )
    )
    new = [event for event in events if event.event_id not in known]
    _note_named(run, new)
    run.deleted |= {event.category.casefold() for event in new if _deletes(event)}
    AuditEvent.objects.bulk_create((_row(run, event) for event in new), ignore_conflicts=True)


def _note_named(run: CaptureRun, events: list[ObservedEvent]) -> None:
    """Have those asked again whose values that are read apart the log tells of."""
    for kind in KINDS:
        named = {
            object_id
            for known in kind.read_apart.values()
            for event in events
            if event.succeeded and may_tell_of(event, known)
            for object_id in event.target_ids
        }
        if named:
            run.named.setdefault(kind.name, set()).update(named)
            apart_rows.mark_due(run.tenant_id, kind.name, named)


def _deletes(event: ObservedEvent) -> bool:
    return event.succeeded and event.operation.casefold() == "delete"


def _row(run: CaptureRun, event: ObservedEvent) -> AuditEvent:
    said = dataclasses.asdict(event)
    for name in ("event_id", "at", "target_ids"):
        del said[name]
    sealed = envelope.seal(run.key, canonical.dumps(said), audit_aad(run.tenant_id, event.event_id))
    return AuditEvent(
        tenant_id=run.tenant_id,
        event_id=event.event_id,
        at=event.at,
        deletes=_deletes(event),
        body=sealed,
        target_ids=list(event.target_ids),
    )
