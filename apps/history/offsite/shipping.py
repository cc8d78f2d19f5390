"""Shipping: what a store does not have yet goes there, the manifest last.

Killed at any point it goes on: files that were finished are noted with their digests, and what a
store has already is not sent again. What is half written counts for nothing.
"""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.db import connection

from apps.core import clock, locks
from apps.core.identifiers import new_id
from apps.core.scope import no_scope
from apps.history.models import OffsiteCopy, OffsiteStore
from apps.history.offsite import finding, manifests
from apps.history.offsite.chunks import Chunk
from apps.history.offsite.errors import DamagedBundle
from apps.history.offsite.manifests import MANIFEST, FileRef, Manifest
from apps.history.offsite.reading_back import read_back
from apps.history.offsite.targets import Subject, Target, lock_for, require_locked

WHOLE_EVERY = timedelta(hours=1)

Move = Callable[[int, str], None]


@dataclass(slots=True)
class Shipment:
    """One bundle on its way. before: the manifest of the one before it.

    reuse: files that the store has, by the digest of what they hold.
    """

    target: Target
    copy: OffsiteCopy
    bundle: str
    before: Manifest | None
    reuse: dict[str, FileRef]
    move: Move
    sent: list[FileRef]

    def write(self, chunks: Iterable[Chunk]) -> tuple[FileRef, ...]:
        """Files for the chunks, sent only where the store has none with the same content."""
        return tuple(self.write_one(chunk) for chunk in chunks)

    def write_one(self, chunk: Chunk) -> FileRef:
        known = self.reuse.get(chunk.digest)
        if known is not None:
            return known
        name = f"{self.target.subject.bundles}{self.bundle}/{len(self.sent):05d}.hfb"
        ref = self.target.put(name, chunk)
        self.reuse[chunk.digest] = ref
        self.sent.append(ref)
        pending = {"bundle": self.bundle, "files": [asdict(one) for one in self.sent]}
        _note(self.copy, pending)
        self.move(len(self.sent), f"{len(self.sent)} files shipped")
        return ref


Fill = Callable[[Shipment, bool], Manifest]


def ship(
    row: OffsiteStore, target: Target, *, whole: bool, anew: bool, fill: Fill, move: Move
) -> OffsiteCopy:
    """Ship a subject to a store. fill: writes its files and gives the manifest but for its place.

    whole: everything, not the log alone. anew: as if the store had nothing. Raises Conflict while
    another process does it, NotLocked, StoreUnavailable, StoreRefused, DamagedBundle when what is
    read back is not what was written.
    """
    with locks.held_in_session(locks.offsite_copy(row.pk, str(target.subject.id))):
        shipment = _begin(row, target, anew, move)
        is_whole = whole or anew or _is_due(shipment.before)
        manifest = fill(shipment, is_whole)
        manifest = renewed(target, manifest) if is_whole else manifest
        _close(shipment, manifest)
    return shipment.copy


def _begin(row: OffsiteStore, target: Target, anew: bool, move: Move) -> Shipment:
    copy = copy_of(row, target.subject)
    before = None if anew else _before(copy, target)
    pending = {} if anew else copy.pending or {}
    sent = [FileRef(**values) for values in pending.get("files", ())]
    reuse = {ref.plain: ref for ref in (*(before.files() if before else ()), *sent)}
    bundle = str(pending.get("bundle") or new_id())
    return Shipment(target, copy, bundle, before, reuse, move, sent)


def copy_of(row: OffsiteStore, subject: Subject) -> OffsiteCopy:
    """What is known of a subject in a store; made when there is nothing yet."""
    tenant_id: Any = subject.id if subject.kind == "tenant" else None
    with no_scope("what lies off-site"):
        return OffsiteCopy.objects.get_or_create(tenant_id=tenant_id, store=row)[0]


def _before(copy: OffsiteCopy, target: Target) -> Manifest | None:
    """The manifest to go on from: the one that was written last, or one found in the store."""
    if copy.manifest is not None:
        return manifests.from_values(copy.manifest)
    try:
        found = finding.newest_manifest(target)
    except DamagedBundle:
        return None
    if found is None:
        return None
    # What is only added to may have gone another way since: it is read once more as a whole.
    state = tuple(replace(ref, after=None) for ref in found.manifest.state)
    return replace(found.manifest, state=state)


def _is_due(before: Manifest | None) -> bool:
    if before is None:
        return True
    return datetime.fromisoformat(before.whole_at) < clock.now() - WHOLE_EVERY


def renewed(target: Target, manifest: Manifest) -> Manifest:
    """The manifest with the locks of older files made longer where half of their time is over."""
    if not target.days:
        return manifest
    soon = clock.now() + timedelta(days=target.days) / 2

    def renew(ref: FileRef) -> FileRef:
        if ref.until and datetime.fromisoformat(ref.until) > soon:
            return ref
        lock = lock_for(target.mode, target.days)
        if lock is None:
            return ref
        target.store.extend(ref.name, ref.version, lock)
        require_locked(target.store, ref.name, ref.version, lock)
        return replace(ref, until=lock.until.isoformat())

    return replace(
        manifest,
        log=tuple(replace(part, files=tuple(map(renew, part.files))) for part in manifest.log),
        first=tuple(map(renew, manifest.first)),
        state=tuple(map(renew, manifest.state)),
    )


def _close(shipment: Shipment, manifest: Manifest) -> None:
    """Write the manifest, read back, and only then count the bundle."""
    target, copy = shipment.target, shipment.copy
    name = f"{target.subject.bundles}{shipment.bundle}/{MANIFEST}"
    ref = target.put(name, Chunk(manifest.to_bytes(), {}))
    new = [file for file in manifest.files() if shipment.bundle in file.name]
    read_back(target, ref, manifest, new)
    files = list(manifest.files())
    now = clock.now()
    _update(
        copy,
        manifest=manifest.values(),
        manifest_name=name,
        manifest_digest=bytes.fromhex(ref.digest),
        pending=None,
        through_seq=manifest.seq,
        shipped_at=now,
        read_back_at=now,
        whole_at=datetime.fromisoformat(manifest.whole_at),
        locked_until=datetime.fromisoformat(ref.until) if ref.until else None,
        size=ref.size + sum(file.size for file in files),
        files=len(files) + 1,
        problem_code="",
        problem="",
        problem_since=None,
        told="",
    )


def _note(copy: OffsiteCopy, pending: dict[str, Any]) -> None:
    """Remember what is finished, from a connection of its own: the caller's is reading, inside a
    transaction that ends only when a whole part is there."""
    own = connection.copy()
    try:
        with no_scope("what lies off-site"), own.cursor() as cursor:
            cursor.execute(
                "update history_offsitecopy set pending = %s where id = %s",
                [orjson.dumps(pending).decode(), copy.pk],
            )
    finally:
        own.close()


def _update(copy: OffsiteCopy, **columns: Any) -> None:
    with no_scope("what lies off-site"):
        OffsiteCopy.objects.filter(pk=copy.pk).update(**columns)
    for name, value in columns.items():
        setattr(copy, name, value)
