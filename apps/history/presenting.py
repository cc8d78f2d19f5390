"""A snapshot as programs are shown it."""

from typing import Any

from apps.history.models import Snapshot


def snapshot_as_json(snapshot: Snapshot) -> dict[str, Any]:
    """JSON values; the collections with their completeness included."""
    return {
        "id": str(snapshot.pk),
        "seq": snapshot.seq,
        "mode": snapshot.mode,
        "reason": snapshot.reason,
        "taken_at": snapshot.taken_at.isoformat(),
        "sealed_at": snapshot.sealed_at.isoformat(),
        "root": bytes(snapshot.root).hex(),
        "complete": snapshot.complete,
        "counts": snapshot.counts,
        "collections": [
            {
                "collection": row.collection,
                "status": row.status,
                "count": row.count,
                "detail": row.detail,
                "read_at": row.read_at.isoformat(),
            }
            for row in snapshot.collections.all()
        ],
    }
