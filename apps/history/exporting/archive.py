"""A ZIP file that is written while it is sent, and knows the digest of everything in it."""

import hashlib
import io
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

from apps.core import clock

_FLUSH_AT = 256 * 1024


class Archive:
    """Adds files to a ZIP one after the other. What is ready to be sent is in `ready()`.

    files: of each file added so far, by name, its "bytes" and its "sha256" in hexadecimal digits.
    """

    def __init__(self) -> None:
        self._out = Out()
        self._zip = zipfile.ZipFile(self._out, "w", zipfile.ZIP_DEFLATED)
        self._at = clock.now().timetuple()[:6]
        self.files: dict[str, dict[str, Any]] = {}

    def add(self, name: str, data: bytes) -> None:
        """Add a file that is at hand."""
        self._zip.writestr(self._entry(name), data)
        self._note(name, len(data), hashlib.sha256(data).hexdigest())

    def add_parts(self, name: str, parts: Iterable[bytes]) -> Iterator[bytes]:
        """Add a file that comes in parts; gives what is ready to be sent in between."""
        digest, size = hashlib.sha256(), 0
        with self._zip.open(self._entry(name), "w", force_zip64=True) as file:
            for part in parts:
                file.write(part)
                digest.update(part)
                size += len(part)
                if self._out.waiting >= _FLUSH_AT:
                    yield self._out.taken()
        self._note(name, size, digest.hexdigest())

    def ready(self) -> Iterator[bytes]:
        """What is ready to be sent, if it is worth it."""
        if self._out.waiting >= _FLUSH_AT:
            yield self._out.taken()

    def close(self) -> bytes:
        """Finish the file; the rest of it."""
        self._zip.close()
        return self._out.taken()

    def _entry(self, name: str) -> zipfile.ZipInfo:
        if name in self.files:
            raise ValueError("two files of an archive have one name")
        entry = zipfile.ZipInfo(name, date_time=self._at)
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = 0o644 << 16
        return entry

    def _note(self, name: str, size: int, sha256: str) -> None:
        self.files[name] = {"bytes": size, "sha256": sha256}


class Out(io.RawIOBase):
    """Where an archive is written, and where its bytes are taken from; it cannot be sought in."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []
        self.waiting = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        part = bytes(data)
        self._parts.append(part)
        self.waiting += len(part)
        return len(part)

    def taken(self) -> bytes:
        """What was written since the last time."""
        parts, self._parts, self.waiting = self._parts, [], 0
        return b"".join(parts)
