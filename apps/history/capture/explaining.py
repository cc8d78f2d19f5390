"""What the tenant's audit log says about things that a read did not name any more."""

from collections import Counter
from datetime import datetime, timedelta

from apps.core import clock
from apps.entra.reading import AuditEvent
from apps.history.capture import staged_links, staged_objects
from apps.history.capture.audit_copy import copy_audit_log
from apps.history.capture.run_state import CaptureRun
from apps.history.choices import CollectionStatus
from apps.history.models import SnapshotCollection
from apps.history.selectors.attribution import audit_events

# Entries of the audit log arrive minutes late, and clocks differ.
_SLACK = timedelta(hours=1)
# Operation types and first words of activities that put something there and take nothing away.
# https://learn.microsoft.com/graph/api/resources/directoryaudit#properties
_GIVING = frozenset({"add", "assign", "consent", "create", "invite", "restore"})


def explained_objects(run: CaptureRun, collection: str) -> int:
    """How many of the objects that are missing now the log says were deleted."""
    copy_audit_log(run)
    since = _seen_whole_at(run, collection) - _SLACK
    return staged_objects.logged_as_deleted(run.tenant_id, collection, since=since)


def explained_links(run: CaptureRun, collection: str, link: str) -> int:
    """How many of the missing links the log can account for.

    An entry may name both ends of a link, or the one that was changed alone, in words that differ
    from link to link. So at either end as many links are explained as the end has entries that
    may take something away; the end with the better explanation counts.
    """
    copy_audit_log(run)
    since = _seen_whole_at(run, collection) - _SLACK
    entries = Counter[str]()
    for event in audit_events(run.tenant_id, None, since, clock.now() + _SLACK):
        if _may_take_away(event):
            entries.update(set(event.target_ids))
    return max(
        sum(min(number, entries[object_id]) for object_id, number in missing.items())
        for missing in staged_links.missing_by_end(run.tenant_id, link)
    )


def _may_take_away(event: AuditEvent) -> bool:
    said = {event.operation.casefold(), event.activity.partition(" ")[0].casefold()}
    return event.succeeded and said.isdisjoint(_GIVING)


def _seen_whole_at(run: CaptureRun, collection: str) -> datetime:
    """When the collection was last read without anything being held back."""
    read = SnapshotCollection.objects.filter(tenant_id=run.tenant_id, collection=collection)
    latest = read.exclude(status=CollectionStatus.HELD).order_by("-snapshot__seq").first()
    return latest.read_at if latest else run.taken_at
