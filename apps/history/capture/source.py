"""Where a capture gets a tenant's state from."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple, Protocol

from apps.entra import reading
from apps.entra.catalogue import Kind, Lane
from apps.entra.client import GraphClient
from apps.entra.errors import EntraError, NeedsConsent
from apps.entra.reading import AuditEvent, ReadBatch, Start, Values
from apps.history.capture.background import Background, Read
from apps.history.capture.read_ahead import read_ahead


class Wanted(NamedTuple):
    """A collection that will be read. cursor: to read what moved; None to read all of it. bin: the
    soft-deleted objects will be asked for as well. few: that there is little was seen before."""

    kind: Kind
    cursor: str | None
    bin: bool
    few: bool = False


class Source(Protocol):
    """What a capture reads. The methods raise EntraError when a part cannot be read."""

    def expect(self, wanted: Sequence[Wanted]) -> None:
        """Told before the first read what will be read, so that it can be asked for together."""

    def close(self) -> None:
        """Nothing more will be read."""

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
        self._beside = Background({})

    def expect(self, wanted: Sequence[Wanted]) -> None:
        self._beside = Background(dict(self._paced(wanted)))
        by_delta = any(item.cursor for item in wanted)
        starts = [
            Start(item.kind, item.cursor or "", item.few, item.bin)
            for item in wanted
            if by_delta or item.few or item.kind.together
        ]
        try:
            reading.ask_ahead(self._client, starts)
        except NeedsConsent:
            raise
        except EntraError:
            # Each read asks again by itself, and what is wrong is told with the collection.
            return

    def close(self) -> None:
        self._beside.stop()

    def _paced(self, wanted: Sequence[Wanted]) -> Iterator[tuple[tuple[str, bool], Read]]:
        """Conditional Access takes one request a second: its lists first, then its bins."""
        client = self._client.twin()
        paced = [item for item in wanted if item.kind.lane is Lane.CONDITIONAL_ACCESS]
        for item in paced:
            yield (
                (item.kind.name, False),
                partial(reading.read, client, item.kind, cursor=item.cursor, first_read=False),
            )
        for item in paced:
            if item.bin:
                yield (item.kind.name, True), partial(reading.read_bin, client, item.kind)

    def read(self, kind: Kind, *, cursor: str | None, first_read: bool) -> Iterator[ReadBatch]:
        if (held := self._beside.take((kind.name, False))) is not None:
            return held
        return read_ahead(reading.read(self._client, kind, cursor=cursor, first_read=first_read))

    def left_out(self, kind: Kind) -> tuple[str, ...]:
        return reading.left_out(self._client, kind)

    def read_bin(self, kind: Kind) -> Iterator[ReadBatch]:
        if (held := self._beside.take((kind.name, True))) is not None:
            return held
        return reading.read_bin(self._client, kind)

    def read_apart(self, kind: Kind, object_ids: Sequence[str]) -> dict[str, Values | None]:
        return reading.read_apart(self._client, kind, object_ids)

    def read_audit(self, *, since: datetime) -> Iterator[AuditEvent]:
        return reading.read_audit(self._client, since=since)
