"""Where a capture gets a tenant's state from."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

from apps.entra import reading
from apps.entra.catalogue import Kind
from apps.entra.client import GraphClient
from apps.entra.reading import AuditEvent, ReadBatch, Values
from apps.history.capture.read_ahead import read_ahead


class Source(Protocol):
    """What a capture reads. The methods raise EntraError when a part cannot be read."""

    def read(self, kind: Kind, *, cursor: str | None, first_read: bool) -> Iterator[ReadBatch]:
        """The collection: all of it without a cursor, else what changed since."""

    def left_out(self, kind: Kind) -> tuple[str, ...]:
        """The properties that a read goes without, for want of a permission."""

    def read_bin(self, kind: Kind) -> Iterator[ReadBatch]:
        """The objects of this kind that are soft-deleted now."""

    def read_apart(self, kind: Kind, object_ids: Sequence[str]) -> dict[str, Values | None]:
        """What is given apart from these objects, by id and name; None for one that is gone."""

    def read_audit(self, *, since: datetime) -> Iterator[AuditEvent]:
        """The directory audit log from a time on."""


class GraphSource:
    """A tenant as Microsoft Graph shows it."""

    def __init__(self, client: GraphClient) -> None:
        self._client = client

    def read(self, kind: Kind, *, cursor: str | None, first_read: bool) -> Iterator[ReadBatch]:
        return read_ahead(reading.read(self._client, kind, cursor=cursor, first_read=first_read))

    def left_out(self, kind: Kind) -> tuple[str, ...]:
        return reading.left_out(self._client, kind)

    def read_bin(self, kind: Kind) -> Iterator[ReadBatch]:
        return reading.read_bin(self._client, kind)

    def read_apart(self, kind: Kind, object_ids: Sequence[str]) -> dict[str, Values | None]:
        return reading.read_apart(self._client, kind, object_ids)

    def read_audit(self, *, since: datetime) -> Iterator[AuditEvent]:
        return reading.read_audit(self._client, since=since)
