"""What is given for one object at a time, learned between captures (ADR 0095).

A capture asks for some and does not make anybody wait for the rest. What is learned here is kept
beside the log, and the next full capture lays it over the bodies that it lists.
"""

from __future__ import annotations

from datetime import timedelta

from apps.core import clock
from apps.entra.catalogue import Kind
from apps.entra.errors import EntraError, NeedsConsent
from apps.history import collections
from apps.history.capture import apart, apart_rows
from apps.history.capture.apart_rows import Owner
from apps.history.capture.read_ahead import read_ahead
from apps.history.capture.run_state import Progress
from apps.history.capture.source import Source
from apps.history.choices import COMPLETE_STATUSES, CollectionStatus
from apps.history.models import Snapshot

# Of one kind in one go: 250 requests, and 5,000 of the 8,000 resource units that a large tenant
# has for ten seconds (https://learn.microsoft.com/graph/throttling-limits).
AT_ONCE = 5_000


def learn(owner: Owner, source: Source, progress: Progress, *, newest: Snapshot) -> int:
    """Ask for objects that were never asked for, or too long ago; how many answered.

    newest: the snapshot whose manifest says what is out of reach. Raises NeedsConsent,
    JobCancelled; at any other refusal it stops, which the next capture's manifest tells.
    """
    return sum(
        _learn_kind(owner, kind, source, progress, newest)
        for kind in collections.kinds()
        if kind.read_apart and can_learn(newest, kind)
    )


def can_learn(newest: Snapshot, kind: Kind) -> bool:
    """Whether the manifest says that something is there to be learned, and that Graph tells."""
    name = collections.read_apart(kind)
    return newest.collections.filter(collection=name, status=CollectionStatus.PARTIAL).exists()


def _learn_kind(
    owner: Owner, kind: Kind, source: Source, progress: Progress, newest: Snapshot
) -> int:
    before = clock.now() - _stale_after(newest)
    wanted = apart_rows.unknown_or_older(owner.tenant_id, kind.name, before=before, limit=AT_ONCE)
    learned = 0
    try:
        for answers in read_ahead(source.read_apart(kind, chunk) for chunk in apart.chunks(wanted)):
            progress.check_cancelled()
            told = {one: values for one, values in answers.items() if values is not None}
            apart_rows.keep_learned(owner, kind, told, at=clock.now())
            learned += len(told)
            progress.progress(learned, len(wanted))
    except NeedsConsent:
        raise
    except EntraError:
        return learned
    return learned


def _stale_after(newest: Snapshot) -> timedelta:
    log = newest.collections.filter(collection=collections.DIRECTORY_AUDIT).first()
    is_read = log is not None and log.status in COMPLETE_STATUSES
    return apart.STALE if is_read else apart.STALE_WITHOUT_LOG
