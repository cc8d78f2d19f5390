"""The chain of snapshots: each root stands for its snapshot and for all before it.

root = digest of (previous root, what the snapshot says of itself, the completeness of every
collection, a digest over its object versions, a digest over its link versions), where versions
are taken in the order of their keys. Of an object version count kind, id, state, the digest of
the normalised body and the SHA-256 of the stored bytes; so a changed byte is found without
opening the body, and without the catalogue's rules of the day it was written.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import orjson

from apps.core import digests
from apps.history.models import Snapshot, SnapshotCollection

NO_PREVIOUS = bytes(digests.SIZE)

# Ready to be put in front of "from <table> where ...": what entry digests are made of.
OBJECT_COLUMNS = """
select kind, object_id, state, encode(digest, 'hex'),
    encode(sha256(coalesce(body, ''::bytea)), 'hex')
"""
OBJECT_ORDER = " order by kind, object_id"
LINK_COLUMNS = "select link, source_id, target_id, present "
LINK_ORDER = " order by link, source_id, target_id"


def digest_of_rows(rows: Iterable[tuple[Any, ...]]) -> bytes:
    """The digest over rows of text and booleans in their order. One line of JSON each."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))
    return digest.digest()


def root_of(
    snapshot: Snapshot,
    collections: Iterable[SnapshotCollection],
    *,
    objects: bytes,
    links: bytes,
) -> bytes:
    """The 32-byte root. objects, links: digest_of_rows() over the snapshot's versions."""
    return digests.of_value(
        "snapshot-root",
        {
            "previous": bytes(snapshot.previous_root).hex(),
            "tenant": str(snapshot.tenant_id),
            "id": str(snapshot.id),
            "seq": snapshot.seq,
            "mode": str(snapshot.mode),
            "reason": snapshot.reason,
            "taken_at": _time(snapshot.taken_at),
            "sealed_at": _time(snapshot.sealed_at),
            "counts": snapshot.counts,
            "complete": snapshot.complete,
            "collections": sorted(_said_of(row) for row in collections),
            "objects": objects.hex(),
            "links": links.hex(),
        },
    )


def _said_of(row: SnapshotCollection) -> list[Any]:
    missing = sorted(row.missing.items())
    return [row.collection, str(row.status), row.count, row.detail, missing, _time(row.read_at)]


def _time(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")
