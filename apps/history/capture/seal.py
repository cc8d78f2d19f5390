"""Sealing: everything a capture accepted becomes versions and a snapshot, in one transaction."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction

from apps.audit import services as audit
from apps.core import clock, envelope
from apps.core.actor import Actor
from apps.core.scope import tenant_scope
from apps.history import chain
from apps.history.capture import apart_rows, staged_links, staged_objects
from apps.history.capture.run_state import (
    CaptureRun,
    CollectionBefore,
    CollectionOutcome,
    CollectionReading,
)
from apps.history.choices import COMPLETE_STATUSES, CaptureMode, CollectionStatus, ObjectState
from apps.history.collections import DIRECTORY_AUDIT
from apps.history.cursors import cursor_aad
from apps.history.database import execute, stream
from apps.history.dictionaries import save_dictionary
from apps.history.models import AuditEvent, CollectionCursor, Snapshot, SnapshotCollection
from apps.history.signals import sealed
from apps.history.signing import current_signer
from apps.tenants.models import Tenant

# In the order of their keys: index pages fill one after the other.
_VERSIONS = (
    """
insert into history_objectversion (tenant_id, kind, object_id, seq, state, digest, body)
select %s, kind, object_id, %s, state, digest, body from capture_object where changed
order by kind, object_id
""",
    """
insert into history_linkversion (tenant_id, link, source_id, target_id, seq, present)
select %s, link, source_id, target_id, %s, present from capture_accepted_link
order by link, source_id, target_id
""",
)


class Changes:
    """What was accepted, counted."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.growth: Counter[str] = Counter()
        for kind, before, now, number in staged_objects.accepted_counts():
            self.counts[_name(before, now)] += number
            self.growth[kind] += number * _step(before, now)
        for present, number in staged_links.accepted_counts().items():
            self.counts["links_added" if present else "links_removed"] += number

    def __bool__(self) -> bool:
        return self.counts.total() > 0


def seal(
    run: CaptureRun,
    outcomes: Sequence[CollectionOutcome],
    *,
    actor: Actor,
    tenant: Tenant,
    reason: str,
    previous: Snapshot | None,
) -> Snapshot | None:
    """Write the snapshot; None for a delta capture that found nothing new.

    Cursors move on either way, but never without what was read up to them.
    """
    changes = Changes()
    with transaction.atomic():
        _keep_cursors(run, outcomes)
        apart_rows.keep(run)
        if run.mode == CaptureMode.DELTA and not changes and not _news(run, outcomes):
            return None
        snapshot = _snapshot(run, changes, reason, previous)
        collections = _collections(run, snapshot, outcomes, changes)
        snapshot.complete = _is_complete(collections)
        _sign(snapshot, collections)
        snapshot.save(force_insert=True)
        SnapshotCollection.objects.bulk_create(collections)
        for (kind, number), dictionary in run.trained.items():
            save_dictionary(run.tenant_id, kind, number, dictionary, run.key)
        for statement in _VERSIONS:
            execute(statement, [run.tenant_id, run.seq])
        _record(actor, tenant, snapshot, collections, run.before)
        if not tenant.is_rehearsal:
            _announce(snapshot)
    return snapshot


def _announce(snapshot: Snapshot) -> None:
    """Tell of the snapshot once it is committed, in the scope that it was sealed in."""
    about = {"tenant_id": snapshot.tenant_id, "snapshot_id": snapshot.pk, "seq": snapshot.seq}

    def announce() -> None:
        with tenant_scope(snapshot.tenant_id):
            sealed.send_robust(Snapshot, **about)

    transaction.on_commit(announce, robust=True)


def _name(before: str | None, now: str) -> str:
    if now == before:
        return "updated"
    if now != ObjectState.PRESENT:
        return now.replace("-", "_")
    return "restored" if before == ObjectState.SOFT_DELETED else "created"


def _step(before: str | None, now: str) -> int:
    """By how much the number of objects present moves."""
    return int(now == ObjectState.PRESENT) - int(before == ObjectState.PRESENT)


def _news(run: CaptureRun, outcomes: Iterable[CollectionOutcome]) -> bool:
    """Whether some collection is in another condition than in the snapshot before."""
    return any(
        before is None or before.status != item.status or dict(before.missing) != dict(item.missing)
        for item in outcomes
        for before in [run.before_of(item.collection).reading]
    )


def _keep_cursors(run: CaptureRun, outcomes: Iterable[CollectionOutcome]) -> None:
    moved = {
        item.collection: item
        for item in outcomes
        if not item.keep_cursor and item.collection != DIRECTORY_AUDIT
    }
    CollectionCursor.objects.filter(tenant_id=run.tenant_id, collection__in=moved).delete()
    CollectionCursor.objects.bulk_create(
        CollectionCursor(
            tenant_id=run.tenant_id,
            collection=name,
            cursor=envelope.seal(run.key, item.cursor.encode(), cursor_aad(run.tenant_id, name)),
            taken_at=item.read_at,
        )
        for name, item in moved.items()
        if item.cursor is not None
    )


def _snapshot(
    run: CaptureRun, changes: Changes, reason: str, previous: Snapshot | None
) -> Snapshot:
    return Snapshot(
        tenant_id=run.tenant_id,
        seq=run.seq,
        mode=run.mode,
        reason=reason,
        taken_at=run.taken_at,
        sealed_at=clock.now(),
        previous_root=bytes(previous.root) if previous else chain.NO_PREVIOUS,
        counts=dict(changes.counts),
    )


def _collections(
    run: CaptureRun, snapshot: Snapshot, outcomes: Iterable[CollectionOutcome], changes: Changes
) -> list[SnapshotCollection]:
    """One row for every collection read now, and for every other one as it was read last."""
    readings: dict[str, CollectionReading] = {
        name: before.reading for name, before in run.before.items() if before.reading
    }
    readings |= {item.collection: item for item in outcomes}
    return [
        SnapshotCollection(
            tenant_id=run.tenant_id,
            snapshot=snapshot,
            collection=name,
            status=latest.status,
            count=_count(run, name, latest, changes),
            detail=latest.detail,
            missing=dict(latest.missing),
            read_at=latest.read_at,
        )
        for name, latest in readings.items()
    ]


def _count(run: CaptureRun, collection: str, latest: CollectionReading, changes: Changes) -> int:
    if isinstance(latest, CollectionOutcome) and latest.count is not None:
        return latest.count
    if collection == DIRECTORY_AUDIT:
        # Its entries are kept at once, also those of captures that broke off later.
        return AuditEvent.objects.filter(tenant_id=run.tenant_id).count()
    return run.before_of(collection).count + changes.growth[collection]


def _is_complete(collections: Iterable[SnapshotCollection]) -> bool:
    """The audit log says who acted; what can be recovered does not depend on it."""
    return all(
        row.status in COMPLETE_STATUSES for row in collections if row.collection != DIRECTORY_AUDIT
    )


def _sign(snapshot: Snapshot, collections: Iterable[SnapshotCollection]) -> None:
    snapshot.objects_digest = chain.digest_of_lines(stream(chain.OBJECT_LINES, []))
    snapshot.links_digest = chain.digest_of_lines(stream(chain.LINK_LINES, []))
    snapshot.collections_digest = chain.digest_of_collections(collections)
    snapshot.root = chain.root_of(snapshot)
    signer = current_signer()
    snapshot.signing_key = signer.row
    snapshot.signature = signer.sign(bytes(snapshot.root))


def _record(
    actor: Actor,
    tenant: Tenant,
    snapshot: Snapshot,
    collections: Iterable[SnapshotCollection],
    before: Mapping[str, CollectionBefore],
) -> None:
    about: dict[str, Any] = {
        "actor": actor,
        "tenant_id": tenant.pk,
        "msp_id": tenant.msp_id,
        "subject": tenant.name,
    }
    for row in collections:
        known = before.get(row.collection, CollectionBefore()).status
        if row.status == CollectionStatus.HELD != known:
            audit.record(
                event="collection.held",
                data={"collection": row.collection, "seq": snapshot.seq, "missing": row.missing},
                **about,
            )
    audit.record(
        event="snapshot.sealed",
        reason=snapshot.reason,
        data={"seq": snapshot.seq, "mode": str(snapshot.mode), "complete": snapshot.complete},
        **about,
    )
