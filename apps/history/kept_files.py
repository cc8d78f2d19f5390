"""Files that wait in the database: exports to be downloaded, uploads to be read, reports.

They are sealed under the tenant's key in parts of a mebibyte, so every host can serve them, the
walls hold for them, and the erasure of the tenant makes them unreadable with all the rest.
"""

import hashlib
import io
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import IO, Any
from uuid import UUID

from apps.core import clock, envelope
from apps.history.models import KeptFile, KeptFilePart
from apps.tenants import keys

PART = 1024 * 1024
# Parts are written long before it is known whether all of them come; what broke off goes by itself.
A_DAY = timedelta(days=1)


def keep(
    tenant_id: UUID, parts: Iterable[bytes], *, expires_at: datetime | None = None
) -> KeptFile:
    """Keep a file that comes in parts of any size. Needs a scope that has the tenant.

    A file whose parts break off expires within a day. Raises what the parts raise.
    """
    key = keys.data_key(tenant_id)
    kept = KeptFile.objects.create(tenant_id=tenant_id, expires_at=clock.now() + A_DAY)
    digest = hashlib.sha256()
    for number, part in enumerate(_in_equal_parts(parts)):
        digest.update(part)
        kept.size += len(part)
        sealed = envelope.seal(key, part, _aad(kept, number))
        KeptFilePart.objects.create(tenant_id=tenant_id, file=kept, number=number, data=sealed)
    kept.sha256, kept.expires_at = digest.digest(), expires_at
    kept.save(update_fields=["size", "sha256", "expires_at"])
    return kept


def read(kept: KeptFile) -> Iterator[bytes]:
    """The file in parts, one of them in memory at a time. Consume it in the tenant's scope.

    To be handed out, it goes through core.scope.streaming.
    """
    key = keys.data_key(kept.tenant_id)
    parts = KeptFilePart.objects.filter(file=kept)
    number = 0
    while row := parts.filter(number=number).first():
        yield envelope.open_sealed(key, bytes(row.data), _aad(kept, number))
        number += 1


def opened(kept: KeptFile) -> IO[bytes]:
    """The file to read from, from its beginning to its end. Use it in the tenant's scope."""
    return io.BufferedReader(_Parts(read(kept)))


def remove_expired() -> int:
    """Remove files whose time is over; how many. For the housekeeping, without a scope's limit."""
    expired = KeptFile.objects.filter(expires_at__lte=clock.now())
    number = expired.count()
    expired.delete()
    return number


def _in_equal_parts(parts: Iterable[bytes]) -> Iterator[bytes]:
    waiting = bytearray()
    for part in parts:
        waiting += part
        while len(waiting) >= PART:
            yield bytes(waiting[:PART])
            del waiting[:PART]
    if waiting:
        yield bytes(waiting)


def _aad(kept: KeptFile, number: int) -> bytes:
    return b"holdfast:file:" + kept.tenant_id.bytes + kept.pk.bytes + str(number).encode()


class _Parts(io.RawIOBase):
    """Parts as a file to read from."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        super().__init__()
        self._parts, self._waiting = parts, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._waiting or next(self._parts, b"")
        taken, self._waiting = data[: len(buffer)], data[len(buffer) :]
        buffer[: len(taken)] = taken
        return len(taken)
