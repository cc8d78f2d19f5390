"""What a position that reads nothing reads from."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from apps.entra.catalogue import Kind
from apps.entra.reading import AuditEvent, ReadBatch, Values
from apps.history.capture.source import Wanted


class Nowhere:
    """A source that holds nothing: what is laid over comes from histories."""

    def expect(self, wanted: Sequence[Wanted]) -> None:
        """Nothing will be read."""

    def close(self) -> None:
        """Nothing was read."""

    def read(self, kind: Kind, *, cursor: str | None, first_read: bool) -> Iterator[ReadBatch]:
        return iter(())

    def left_out(self, kind: Kind) -> tuple[str, ...]:
        return ()

    def read_bin(self, kind: Kind) -> Iterator[ReadBatch]:
        return iter(())

    def read_apart(self, kind: Kind, object_ids: Sequence[str]) -> dict[str, Values | None]:
        return {}

    def read_audit(self, *, since: datetime) -> Iterator[AuditEvent]:
        return iter(())
