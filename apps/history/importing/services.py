"""Bringing files of other tools in as a snapshot: who may, and what is kept of it."""

from collections.abc import Collection, Iterable
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO
from uuid import UUID

from django.db import transaction

from apps.access import rights
from apps.audit import services as audit
from apps.core import clock
from apps.core.actor import Actor
from apps.core.errors import Conflict, Invalid
from apps.core.scope import tenant_scope
from apps.entra.catalogue import KINDS
from apps.history import kept_files
from apps.history.capture.run_state import Progress
from apps.history.choices import ImportState
from apps.history.importing.directories import refuse_foreign
from apps.history.importing.finding import Finder
from apps.history.importing.limits import TooMuch
from apps.history.importing.places import Folder, Place, Zip
from apps.history.importing.run import refuse_position, run_import
from apps.history.importing.source import ImportSource
from apps.history.models import Snapshot, SnapshotImport
from apps.history.retention import pins
from apps.history.selectors.exports import access_import
from apps.history.selectors.snapshots import latest_snapshot
from apps.jobs import services as jobs
from apps.tenants.choices import LIVE_STATES
from apps.tenants.models import Tenant

# By its own time an import is old, and keep rules would let it go at once.
_PINNED = "Imported from files: what it tells of cannot be read from the tenant any more."
_KINDS = frozenset(kind.name for kind in KINDS)


@transaction.atomic
def request_import(
    *,
    actor: Actor,
    tenant: Tenant,
    upload: Iterable[bytes],
    stated_at: datetime,
    whole: Collection[str] = (),
    reason: str = "",
) -> SnapshotImport:
    """Have a worker make a snapshot of a ZIP file. Raises NotFound, NotAllowed, Conflict, Invalid.

    upload: the file in parts. stated_at: when the files were made. whole: the kinds of which they
    hold everything there was, as the person says; of all others nothing follows from absence.
    """
    with tenant_scope(tenant.pk):
        row = _new(actor, tenant, stated_at, whole, reason)
        row.upload = kept_files.keep(tenant.pk, upload, expires_at=clock.now() + kept_files.A_DAY)
        job = jobs.enqueue(
            actor=actor,
            kind="import",
            tenant=tenant,
            args={"import_id": str(row.pk), "whole": sorted(whole)},
        )
        row.job_id = job.pk
        row.save(update_fields=["upload", "job_id"])
    return row


def import_upload(
    *, actor: Actor, tenant: Tenant, import_id: UUID, whole: Collection[str], progress: Progress
) -> SnapshotImport:
    """Make the snapshot of what was uploaded: the body of the job, in the tenant's scope.

    Raises what run_import raises, and Invalid for files of which nothing could be understood.
    """
    rights.require(actor, rights.MANAGE_TENANT, tenant)
    row = access_import(tenant, import_id)
    if row.state != ImportState.WAITING or row.upload is None:
        return row
    with TemporaryFile() as file:
        for part in kept_files.read(row.upload):
            file.write(part)
        file.seek(0)
        return _import(actor, tenant, row, file, frozenset(whole), progress)


def import_path(
    *,
    actor: Actor,
    tenant: Tenant,
    path: Path,
    stated_at: datetime,
    progress: Progress,
    whole: Collection[str] = (),
    reason: str = "",
) -> SnapshotImport:
    """Make a snapshot of a folder or ZIP file of this machine, in this process: for the console.

    Raises as request_import() and import_upload() do.
    """
    with tenant_scope(tenant.pk):
        if path.is_dir():
            source: Path | IO[bytes] = path
        elif path.is_file():
            source = path.open("rb")
        else:
            raise Invalid("There is no such folder or file.", code="no-such-path")
        row = _new(actor, tenant, stated_at, whole, reason)
        return _import(actor, tenant, row, source, frozenset(whole), progress)


def give_up(import_id: UUID, failure: str) -> None:
    """Note that nothing became of it, and why. For the end of the job, in its scope."""
    SnapshotImport.objects.filter(pk=import_id, state=ImportState.WAITING).update(
        state=ImportState.FAILED, finished_at=clock.now(), failure=failure
    )


@transaction.atomic
def _new(
    actor: Actor, tenant: Tenant, stated_at: datetime, whole: Collection[str], reason: str
) -> SnapshotImport:
    rights.require(actor, rights.MANAGE_TENANT, tenant)
    if tenant.state not in LIVE_STATES:
        raise Conflict("This tenant is no longer looked after.", code="tenant-not-live")
    if unknown := set(whole) - _KINDS:
        raise Invalid(f"No such kind: {', '.join(sorted(unknown))}.", code="unknown-kind")
    if stated_at > clock.now():
        raise Invalid("The files cannot have been made in the future.", code="import-in-future")
    refuse_position(latest_snapshot(tenant), stated_at)
    row = SnapshotImport.objects.create(
        tenant=tenant,
        stated_at=stated_at,
        reason=reason.strip()[:150],
        requested_by_id=actor.user_id,
        whole_kinds=sorted(whole),
    )
    audit.record(
        actor=actor,
        event="import.begun",
        tenant_id=tenant.pk,
        msp_id=tenant.msp_id,
        subject=tenant.name,
        reason=row.reason,
        data={"import": str(row.pk), "stated_at": stated_at.isoformat()},
    )
    return row


def _import(
    actor: Actor,
    tenant: Tenant,
    row: SnapshotImport,
    source: Path | IO[bytes],
    whole: frozenset[str],
    progress: Progress,
) -> SnapshotImport:
    finder: Finder | None = None
    try:
        finder = Finder(_place(source))
        finder.look(lambda number: _tell(progress, number))
        _refuse_nothing(finder)
        refuse_foreign(tenant, finder.index.directory_ids)
        _seal(actor, tenant, row, finder, whole, progress)
    except TooMuch as refusal:
        failure = Invalid(str(refusal), code="import-refused", safe="Nothing was imported.")
        _fail(row, finder, failure.explanation())
        raise failure from None
    except (Conflict, Invalid) as refusal:
        _fail(row, finder, refusal.explanation())
        raise
    row.refresh_from_db()
    return row


def _seal(
    actor: Actor,
    tenant: Tenant,
    row: SnapshotImport,
    finder: Finder,
    whole: frozenset[str],
    progress: Progress,
) -> None:
    imported = ImportSource(finder, whole)

    def sealed(snapshot: Snapshot) -> None:
        """In the transaction that seals, so that no snapshot of files lacks its record."""
        _finish(row, finder, snapshot, sorted(_whole_now(tenant, imported, snapshot)))
        if actor.user_id is not None:
            pins.pin_snapshot(actor=actor, tenant=tenant, snapshot=snapshot, reason=_PINNED)
        audit.record(
            actor=actor,
            event="import.done",
            tenant_id=tenant.pk,
            msp_id=tenant.msp_id,
            subject=tenant.name,
            reason=row.reason,
            data={"import": str(row.pk), "seq": snapshot.seq, "files": row.summary["files"]},
        )

    run_import(
        actor=actor,
        tenant=tenant,
        source=imported,
        stated_at=row.stated_at,
        # What was typed may name somebody, and a snapshot's own row is never erased.
        reason="import",
        progress=progress,
        sealed=sealed,
    )


def _whole_now(tenant: Tenant, imported: ImportSource, snapshot: Snapshot) -> frozenset[str]:
    """The kinds known wholly at the snapshot: those of these files, and what an earlier import had
    of the others."""
    before = SnapshotImport.objects.filter(tenant=tenant, snapshot__seq=snapshot.seq - 1).first()
    earlier = frozenset(before.whole_kinds if before else ()) - imported.kinds
    return (imported.whole & imported.kinds) | earlier


def _finish(
    row: SnapshotImport, finder: Finder, snapshot: Snapshot | None, whole_kinds: list[str]
) -> None:
    row.state = ImportState.DONE if snapshot else ImportState.FAILED
    row.finished_at, row.snapshot = clock.now(), snapshot
    row.summary, row.whole_kinds = finder.story.summary(), whole_kinds
    row.report = kept_files.keep(row.tenant_id, finder.story.as_file())
    read, row.upload = row.upload, None
    row.save()
    if read is not None:
        read.delete()


@transaction.atomic
def _fail(row: SnapshotImport, finder: Finder | None, failure: str) -> None:
    row.failure = failure
    if finder is not None:
        _finish(row, finder, None, [])
        return
    row.state, row.finished_at = ImportState.FAILED, clock.now()
    row.save()


def _refuse_nothing(finder: Finder) -> None:
    if not finder.story.kinds:
        raise Invalid(
            "Nothing in these files could be understood.",
            code="import-of-nothing",
            safe="Nothing was imported.",
            todo="The report says of every file why.",
        )


def _place(source: Path | IO[bytes]) -> Place:
    return Folder(source) if isinstance(source, Path) else Zip(source)


def _tell(progress: Progress, number: int) -> None:
    progress.check_cancelled()
    progress.progress(0, None, f"Looking at the files: {number:,}")
