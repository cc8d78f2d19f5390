"""One capture from beginning to end."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

from apps.core import clock, locks
from apps.core.actor import Actor
from apps.core.collecting import fewer_collections
from apps.core.errors import Unavailable
from apps.entra.catalogue import Kind
from apps.history.capture import staged_links, staging
from apps.history.capture.audit_copy import copy_audit_log
from apps.history.capture.heads import heads_of
from apps.history.capture.read_collection import read_collection
from apps.history.capture.run_state import (
    CaptureRun,
    CollectionBefore,
    CollectionOutcome,
    CollectionReading,
    Progress,
    Silent,
)
from apps.history.capture.seal import seal
from apps.history.capture.source import Source, Wanted
from apps.history.choices import COMPLETE_STATUSES, CaptureMode, CollectionStatus
from apps.history.collections import kinds, read_in_delta_captures
from apps.history.cursors import open_cursors
from apps.history.models import Snapshot, SnapshotCollection
from apps.history.selectors.snapshots import latest_snapshot
from apps.tenants import keys
from apps.tenants.models import Tenant

# Objects of a collection, up to which its lists are asked for together with those of others.
FEW = 200


@dataclass(frozen=True, slots=True)
class CaptureResult:
    """snapshot: None when a delta capture found nothing. counts: changes by kind of change.

    collections: how the reading of each collection went.
    """

    snapshot: Snapshot | None
    counts: dict[str, int]
    collections: tuple[CollectionOutcome, ...]


def run_capture(
    *,
    actor: Actor,
    tenant: Tenant,
    mode: CaptureMode,
    reason: str,
    source: Source,
    progress: Progress | None = None,
    whole: Collection[str] = (),
    hurried: bool = False,
) -> CaptureResult:
    """Read the tenant and append what changed. Needs a scope that has the tenant.

    whole: kinds to read whole, whatever the mode. hurried: without waiting for the audit log.
    Raises Conflict when another capture of this tenant is under way, NeedsConsent when nothing
    can be read, Unavailable when no collection could be, JobCancelled.
    """
    with (
        locks.held_in_session(locks.tenant_history(tenant.pk)),
        staging.staging_tables(),
        fewer_collections(),
    ):
        previous = latest_snapshot(tenant)
        run = _begin(tenant, mode, source, progress or Silent(), previous)
        wanted = _wanted(run, frozenset(whole))
        with closing(source):
            source.expect(wanted)
            if previous is not None:
                # First, so that those are asked whose values the log tells of and nothing else.
                copy_audit_log(run, hurried=hurried)
            run.heads = heads_of(run.tenant_id, wanted, _counts(run))
            outcomes = _read_all(run, wanted)
        _refuse_empty_handed(outcomes)
        outcomes.extend(run.beside.values())
        # Last, so that the log tells of every change that was read.
        outcomes.append(copy_audit_log(run, hurried=hurried))
        if run.moved.away:
            staged_links.settle_deleted(run.tenant_id)
        snapshot = seal(run, outcomes, actor=actor, tenant=tenant, reason=reason, previous=previous)
    return CaptureResult(snapshot, dict(snapshot.counts) if snapshot else {}, tuple(outcomes))


def _begin(
    tenant: Tenant,
    mode: CaptureMode,
    source: Source,
    progress: Progress,
    previous: Snapshot | None,
) -> CaptureRun:
    """The position is fixed here, because every body is bound to it when it is encrypted.

    After an import everything is read: no cursor leads on from files.
    """
    key = keys.data_key(tenant.pk)
    after_import = previous is not None and previous.mode == CaptureMode.IMPORT
    return CaptureRun(
        tenant_id=tenant.pk,
        seq=previous.seq + 1 if previous else 1,
        mode=CaptureMode(mode) if previous and not after_import else CaptureMode.FULL,
        taken_at=clock.now(),
        key=key,
        source=source,
        progress=progress,
        before=collections_before(previous, open_cursors(tenant.pk, key)),
        guarded=not after_import,
    )


def collections_before(
    previous: Snapshot | None, cursors: Mapping[str, str]
) -> dict[str, CollectionBefore]:
    """How every collection was in the snapshot before; cursors: where to go on, by collection."""
    rows = previous.collections.all() if previous else ()
    return {
        row.collection: CollectionBefore(
            reading=_reading_of(row),
            count=row.count,
            cursor=cursors.get(row.collection),
        )
        for row in rows
    }


def _reading_of(row: SnapshotCollection) -> CollectionReading:
    status = CollectionStatus(row.status)
    return CollectionReading(row.collection, status, row.read_at, row.detail, row.missing)


def _wanted(run: CaptureRun, whole: Collection[str]) -> list[Wanted]:
    """The collections that this capture reads, in their order."""
    return [
        Wanted(
            kind,
            None if kind.name in whole else _cursor_for(run, kind),
            bin=run.mode == CaptureMode.FULL,
            few=_is_few(run, kind),
        )
        for kind in kinds()
        if kind.name in whole or _is_due(run, kind)
    ]


def _is_few(run: CaptureRun, kind: Kind) -> bool:
    """Whether its answers may wait in memory. Without a cursor to keep it is read another way."""
    before = run.before_of(kind.name)
    known = before.status in COMPLETE_STATUSES and before.count <= FEW
    return known and (before.cursor is not None or not kind.delta_path)


def _read_all(run: CaptureRun, wanted: Sequence[Wanted]) -> list[CollectionOutcome]:
    outcomes = {item.kind.name: read_collection(run, item.kind, item.cursor) for item in wanted}
    for kind in _to_read_again(run, outcomes) if run.moved.back else ():
        staging.forget(kind.name)
        outcomes[kind.name] = read_collection(run, kind, None)
    return list(outcomes.values())


def _counts(run: CaptureRun) -> dict[str, int]:
    """How many objects there were of each collection that was read before."""
    return {name: before.count for name, before in run.before.items() if before.reading}


def _is_due(run: CaptureRun, kind: Kind) -> bool:
    if run.mode == CaptureMode.FULL or read_in_delta_captures(kind):
        return True
    return run.before_of(kind.name).status not in COMPLETE_STATUSES


def _cursor_for(run: CaptureRun, kind: Kind) -> str | None:
    return run.before_of(kind.name).cursor if run.mode == CaptureMode.DELTA else None


def _to_read_again(run: CaptureRun, outcomes: dict[str, CollectionOutcome]) -> list[Kind]:
    """Kinds whose links may have come back with an undeleted object.

    Whether delta repeats the links of an object that leaves the bin is nowhere documented, so
    those that were read by delta are read whole.
    """
    names = {link.partition(".")[0] for link in staged_links.uncertain(run.tenant_id)}
    return [
        kind
        for kind in kinds()
        if kind.name in names and kind.name in outcomes and outcomes[kind.name].by_delta
    ]


# Whatever became of a cursor: lists give none.
_READ = (CollectionStatus.COMPLETE, CollectionStatus.HELD)


def _refuse_empty_handed(outcomes: list[CollectionOutcome]) -> None:
    """A snapshot that holds nothing new of anything is no snapshot."""
    if any(not item.keep_cursor or item.status in _READ for item in outcomes):
        return
    raise Unavailable(
        f"No part of the tenant could be read. {outcomes[-1].detail}",
        code="nothing-read",
        safe="The snapshots taken before are not affected.",
        todo="Check the connection of the tenant.",
    )
