"""The wrapped keys that lie beside the bundles.

Without its key a bundle is noise, so where the database is lost the copy of the key is what counts;
and where a tenant is erased it is what has to go. So the copy of a tenant's key is no part of the
bundles, which are locked for long, but an object of its own under a short lock that is renewed as
long as the tenant is here. It can be opened with the installation's key alone.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from apps.audit import services as audit
from apps.core import canonical, clock, digests, envelope
from apps.core.actor import SYSTEM
from apps.core.identifiers import new_id
from apps.core.scope import no_scope
from apps.history.choices import StoreLock
from apps.history.models import OffsiteKeyCopy, OffsiteStore
from apps.history.offsite import credentials
from apps.history.offsite.errors import NotThere, StoreRefused
from apps.history.offsite.stores import Lock, Store
from apps.history.offsite.targets import Subject, lock_for, require_locked
from apps.tenants.models import TenantKey

FORMAT = 1
_LARGEST = 64 * 1024


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """subject: whose. id: of the key itself. context: what it is bound to."""

    subject: Subject
    id: str
    context: str
    wrapped: bytes
    created_at: datetime

    def to_bytes(self) -> bytes:
        return canonical.dumps(
            {
                "format": FORMAT,
                "kind": self.subject.kind,
                "subject": str(self.subject.id),
                "key": self.id,
                "context": self.context,
                "wrapped": b64encode(self.wrapped).decode(),
                "created_at": self.created_at.isoformat(),
            }
        )

    def open(self) -> bytes:
        """The key itself. Raises KeyProblem."""
        return envelope.unwrap(self.wrapped, self.context.encode())


def keep_copy(row: OffsiteStore, store: Store, key: WrappedKey) -> None:
    """See to it that the key as it is wrapped now lies in the store, locked for long enough.

    Raises NotLocked, StoreUnavailable, StoreRefused.
    """
    days = _days(row, key.subject)
    with no_scope("copies of keys"):
        copies = OffsiteKeyCopy.objects.filter(
            store=row, tenant_id=_tenant_id(key.subject), destroyed_at=None
        )
        known = copies.filter(digest=digests.sha256(key.wrapped)).first()
    if known is None or not _is_there(store, known):
        _put(row, store, key, days)
    elif known.locked_until and known.locked_until < clock.now() + timedelta(days=days) / 2:
        _renew(row, store, known, days)


def destroy_copies(row: OffsiteStore, store: Store, copies: list[OffsiteKeyCopy]) -> int:
    """Remove copies whose lock is over, every version of them; how many that were."""
    destroyed = 0
    for copy in copies:
        if copy.locked_until and copy.locked_until > clock.now():
            continue
        try:
            for entry in list(store.versions(copy.name)):
                store.delete(entry.name, entry.version)
        except StoreRefused:
            continue  # still locked by the store's own rule; tried again tomorrow
        _note_destroyed(row, copy)
        destroyed += 1
    return destroyed


@transaction.atomic
def _note_destroyed(row: OffsiteStore, copy: OffsiteKeyCopy) -> None:
    with no_scope("copies of keys"):
        OffsiteKeyCopy.objects.filter(pk=copy.pk).update(destroyed_at=clock.now())
    if copy.tenant_id:
        audit.record(
            actor=SYSTEM,
            event="offsite.key_destroyed",
            tenant_id=copy.tenant_id,
            data={"store": str(row.pk)},
        )


def to_destroy() -> dict[OffsiteStore, list[OffsiteKeyCopy]]:
    """Copies of keys that are no more: the tenant was erased, or the key is wrapped anew."""
    with no_scope("copies of keys"):
        current: set[tuple[UUID | None, bytes]] = {
            (row.tenant_id, digests.sha256(bytes(row.wrapped))) for row in TenantKey.objects.all()
        }
        own = credentials.installation_key()[0]
        current.add((None, digests.sha256(bytes(own.wrapped))))
        found: dict[OffsiteStore, list[OffsiteKeyCopy]] = {}
        for copy in OffsiteKeyCopy.objects.filter(destroyed_at=None).select_related("store"):
            if (copy.tenant_id, bytes(copy.digest)) not in current:
                found.setdefault(copy.store, []).append(copy)
    return found


def copies_in(store: Store, subject: Subject) -> Iterator[WrappedKey]:
    """The copies that a store has, newest first. What is none is passed over."""
    found = [entry for entry in store.versions(subject.keys) if entry.size <= _LARGEST]
    found.sort(key=lambda entry: (entry.name, entry.newest), reverse=True)
    for entry in found:
        try:
            yield _from_bytes(b"".join(store.read(entry.name, entry.version)), subject)
        except (NotThere, KeyError, TypeError, ValueError):
            continue


def _from_bytes(data: bytes, subject: Subject) -> WrappedKey:
    values: dict[str, Any] = canonical.loads(data)
    if values["format"] != FORMAT or values["kind"] != subject.kind:
        raise ValueError("no copy of a key")
    whose = Subject(subject.kind, UUID(values["subject"]))
    if subject.kind == "tenant" and whose != subject:
        raise ValueError("the copy of another tenant's key")
    return WrappedKey(
        whose,
        values["key"],
        values["context"],
        b64decode(values["wrapped"], validate=True),
        datetime.fromisoformat(values["created_at"]),
    )


def _put(row: OffsiteStore, store: Store, key: WrappedKey, days: int) -> None:
    name = f"{key.subject.keys}{new_id()}.json"
    lock = lock_for(row.lock, days)
    upload = store.upload(name, lock)
    try:
        upload.write(key.to_bytes())
        version = upload.finish()
    except BaseException:
        upload.abort()
        raise
    require_locked(store, name, version, lock)
    with no_scope("copies of keys"):
        OffsiteKeyCopy.objects.create(
            tenant_id=_tenant_id(key.subject),
            store=row,
            name=name,
            version=version,
            digest=digests.sha256(key.wrapped),
            locked_until=lock.until if lock else None,
        )


def _renew(row: OffsiteStore, store: Store, copy: OffsiteKeyCopy, days: int) -> None:
    lock = lock_for(row.lock, days) or Lock(StoreLock.GOVERNANCE, clock.now())
    store.extend(copy.name, copy.version, lock)
    require_locked(store, copy.name, copy.version, lock)
    with no_scope("copies of keys"):
        OffsiteKeyCopy.objects.filter(pk=copy.pk).update(locked_until=lock.until)


def _is_there(store: Store, copy: OffsiteKeyCopy) -> bool:
    try:
        store.lock_of(copy.name, copy.version)
    except NotThere:
        return False
    return True


def _days(row: OffsiteStore, subject: Subject) -> int:
    """A tenant's copy must be able to go soon after an erasure; the installation's own never."""
    if subject.kind == "installation":
        return row.lock_days
    return min(row.lock_days, int(settings.HOLDFAST_OFFSITE_KEY_LOCK_DAYS))


def _tenant_id(subject: Subject) -> Any:
    return subject.id if subject.kind == "tenant" else None
