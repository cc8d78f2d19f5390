"""One subject in one store: the names of its objects, and writing and reading them."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from apps.core import clock
from apps.history.choices import StoreLock
from apps.history.models import OffsiteStore
from apps.history.offsite.chunks import Chunk
from apps.history.offsite.errors import DamagedBundle, NotLocked, NotThere
from apps.history.offsite.manifests import FileRef
from apps.history.offsite.sealed_files import SealedWriter, open_sealed
from apps.history.offsite.stores import Lock, Store

FORMAT = "v1"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a bundle is of. kind: "tenant" or "installation"."""

    kind: str
    id: UUID

    @property
    def base(self) -> str:
        """What the names of all its objects begin with."""
        if self.kind == "installation":
            return f"{FORMAT}/installation/"
        return f"{FORMAT}/tenants/{self.id}/"

    @property
    def bundles(self) -> str:
        return f"{self.base}bundles/"

    @property
    def keys(self) -> str:
        return f"{self.base}keys/"


@dataclass(frozen=True, slots=True)
class Target:
    """Where a subject's bundles go. key: 32 bytes that they are sealed under.

    mode, days: the lock that is asked for each object; days 0 for none.
    """

    store: Store
    subject: Subject
    key: bytes
    mode: str = StoreLock.NONE
    days: int = 0

    def put(self, name: str, chunk: Chunk) -> FileRef:
        """Write a file and ask whether it is locked as it should be.

        Raises NotLocked, StoreUnavailable, StoreRefused; then there is no such file.
        """
        lock = lock_for(self.mode, self.days)
        upload = self.store.upload(name, lock)
        try:
            writer = SealedWriter(self.key, name, upload.write)
            writer.write(chunk.plain)
            writer.close()
            version = upload.finish()
        except BaseException:
            upload.abort()
            raise
        require_locked(self.store, name, version, lock)
        return FileRef(
            name=name,
            version=version,
            size=writer.size,
            digest=writer.digest.hex(),
            plain=chunk.digest,
            tables=chunk.tables,
            until=lock.until.isoformat() if lock else "",
        )

    def read(self, ref: FileRef) -> Iterator[bytes]:
        """What a file holds, in portions. Raises DamagedBundle, NotThere.

        Whoever may write to the store can put something else over it, or a mark that it was
        deleted; the version that was written is read all the same.
        """
        try:
            stored = self.store.read(ref.name, ref.version)
            yield from open_sealed(self.key, ref.name, _checked(stored, ref))
        except NotThere:
            version = self._same(ref)
            stored = self.store.read(ref.name, version)
            yield from open_sealed(self.key, ref.name, _checked(stored, ref))

    def _same(self, ref: FileRef) -> str:
        """The version with the very bytes: in a store that was copied it has another name."""
        for entry in self.store.versions(ref.name):
            if entry.name == ref.name and entry.size == ref.size:
                digest = hashlib.sha256()
                for portion in self.store.read(entry.name, entry.version):
                    digest.update(portion)
                if digest.hexdigest() == ref.digest:
                    return entry.version
        raise NotThere(self.store.address, ref.name)


def lock_for(mode: str, days: int) -> Lock | None:
    """The lock that an object written now is to have, to the second."""
    if mode == StoreLock.NONE:
        return None
    until = clock.now().replace(microsecond=0) + timedelta(days=days, seconds=1)
    return Lock(str(mode), until)


def require_locked(store: Store, name: str, version: str, lock: Lock | None) -> None:
    """Raise NotLocked unless the store says that the object is locked as was asked, or longer."""
    if lock is None:
        return
    seen = store.lock_of(name, version)
    if seen is None:
        raise NotLocked(store.address, "what was written has no lock.")
    if seen.mode != lock.mode or seen.until < lock.until:
        raise NotLocked(
            store.address,
            f"asked for {lock.mode} until {lock.until:%Y-%m-%d}, "
            f"it gave {seen.mode} until {seen.until:%Y-%m-%d}.",
        )


def check_protection(row: OffsiteStore, store: Store) -> str:
    """What the store says of itself now. Raises NotLocked when it does not lock and should."""
    seen = store.protection()
    if row.lock != StoreLock.NONE and not seen.locks:
        raise NotLocked(store.address, seen.said)
    return seen.said


def _checked(portions: Iterator[bytes], ref: FileRef) -> Iterator[bytes]:
    """The portions, and in the end an error when they are not the bytes that were written."""
    digest = hashlib.sha256()
    for portion in portions:
        digest.update(portion)
        yield portion
    if digest.hexdigest() != ref.digest:
        raise DamagedBundle(ref.name, "its digest is another one")
