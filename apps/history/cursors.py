"""Where delta reads go on: opened only while they still work."""

from datetime import timedelta
from uuid import UUID

from apps.core import clock, envelope
from apps.history.models import CollectionCursor

# Graph forgets a directory's delta tokens after seven days.
# https://learn.microsoft.com/graph/delta-query-overview#token-duration
USABLE_FOR = timedelta(days=6)


def open_cursors(tenant_id: UUID, key: bytes) -> dict[str, str]:
    """A tenant's usable cursors by collection."""
    rows = CollectionCursor.objects.filter(
        tenant_id=tenant_id, taken_at__gt=clock.now() - USABLE_FOR
    )
    return {
        row.collection: envelope.open_sealed(
            key, bytes(row.cursor), cursor_aad(tenant_id, row.collection)
        ).decode()
        for row in rows
    }


def cursor_aad(tenant_id: UUID, collection: str) -> bytes:
    """What binds a sealed cursor to its row."""
    return b"holdfast:cursor:" + tenant_id.bytes + collection.encode()
