"""A folder, for instance on a disk of another house that is mounted here. It locks nothing."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from apps.history.offsite.errors import NotThere, StoreRefused, StoreUnavailable
from apps.history.offsite.stores.base import Entry, Lock, Protection, Upload

_PORTION = 1024 * 1024
_UNFINISHED = ".unfinished-"


class FolderStore:
    """Objects are files; a name's words are folders. What is half written has a name of its own."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def address(self) -> str:
        return self._path.as_uri()

    def protection(self) -> Protection:
        if not self._path.is_dir():
            raise StoreUnavailable(self.address, "there is no such folder")
        return Protection(locks=False, said="A folder. Whoever may write to it can remove copies.")

    def upload(self, name: str, lock: Lock | None) -> Upload:
        if lock is not None:
            raise StoreRefused(self.address, "a folder cannot lock")
        self.protection()
        with self._in_words(name):
            return _FileUpload(self, name, self._file(name))

    def read(self, name: str, version: str = "") -> Iterator[bytes]:
        with self._in_words(name), self._file(name).open("rb") as file:
            while portion := file.read(_PORTION):
                yield portion

    def versions(self, prefix: str) -> Iterator[Entry]:
        self.protection()
        for file in sorted(self._path.rglob("*")):
            name = file.relative_to(self._path).as_posix()
            if not name.startswith(prefix) or file.name.startswith(_UNFINISHED):
                continue
            with suppress(FileNotFoundError):  # removed since it was listed
                if file.is_file():
                    seen = file.stat()
                    modified = datetime.fromtimestamp(seen.st_mtime, UTC)
                    yield Entry(name, "", seen.st_size, modified)

    def lock_of(self, name: str, version: str) -> Lock | None:
        if not self._file(name).is_file():
            raise NotThere(self.address, name)
        return None

    def extend(self, name: str, version: str, lock: Lock) -> None:
        raise StoreRefused(self.address, "a folder cannot lock")

    def delete(self, name: str, version: str) -> None:
        with self._in_words(name):
            self._file(name).unlink()

    def _file(self, name: str) -> Path:
        file = (self._path / name).resolve()
        if not file.is_relative_to(self._path.resolve()):
            raise StoreRefused(self.address, "a name leads out of the folder")
        return file

    @contextmanager
    def _in_words(self, name: str) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError:
            raise NotThere(self.address, name) from None
        except PermissionError as error:
            raise StoreRefused(self.address, type(error).__name__) from error
        except OSError as error:
            raise StoreUnavailable(self.address, os.strerror(error.errno or 0)) from error


class _FileUpload:
    """Written beside its place and then renamed: it is there whole, also after a power cut."""

    def __init__(self, store: FolderStore, name: str, target: Path) -> None:
        self._store, self._name, self._target = store, name, target
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, path = tempfile.mkstemp(prefix=_UNFINISHED, dir=target.parent)
        self._file, self._path = os.fdopen(handle, "wb"), Path(path)

    def write(self, data: bytes) -> None:
        with self._store._in_words(self._name):
            self._file.write(data)

    def finish(self) -> str:
        with self._store._in_words(self._name):
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._path.replace(self._target)
            _settle(self._target.parent)
        return ""

    def abort(self) -> None:
        with suppress(OSError):
            self._file.close()
        with suppress(OSError):
            self._path.unlink()


def _settle(folder: Path) -> None:
    """Have the folder's own entry on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
