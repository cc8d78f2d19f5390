"""The chain of snapshots: each root stands for its snapshot and for all before it.

root = digest of (previous root, what the snapshot says of itself, a digest over the completeness
of every collection, a digest over its object versions, a digest over its link versions), where
versions are taken in the order of their keys. Of an object version count kind, id, state, the
digest of the normalised body and the SHA-256 of the stored bytes; so a changed byte is found
without opening the body, and without the catalogue's rules of the day it was written.

The three digests stand in the snapshot's row. So the roots of all snapshots can be recomputed when
some are pruned, and a pruning is vouched for in the same way: what it says of itself and the
digests over the versions that remain in its interval make a value that is signed.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import orjson

from apps.core import digests
from apps.history.models import Pruning, Snapshot, SnapshotCollection

NO_PREVIOUS = bytes(digests.SIZE)

# The lines of what is being sealed, as the database writes them, many to a row: a line for each
# row takes five times as long here.
_JOINED = """
select string_agg(line, '' order by number) from (
    select number, '[' || {line} || ']' || chr(10) as line
    from (select *, row_number() over ({order}) as number from {table}) numbered
) lines
group by number / 1000 order by number / 1000
"""
OBJECT_LINES = _JOINED.format(
    line="""
        to_json(kind::text) || ',' || to_json(object_id::text) || ',' || to_json(state)
        || ',' || coalesce('"' || encode(digest, 'hex') || '"', 'null')
        || ',"' || encode(sha256(coalesce(body, ''::bytea)), 'hex') || '"'
    """,
    order="order by kind, object_id",
    table="capture_object where changed",
)
LINK_LINES = _JOINED.format(
    line="""
        to_json(link::text) || ',' || to_json(source_id::text) || ',' || to_json(target_id::text)
        || ',' || present
    """,
    order="order by link, source_id, target_id",
    table="capture_accepted_link",
)


def digest_of_rows(rows: Iterable[tuple[Any, ...]]) -> bytes:
    """The digest over rows of text and booleans in their order. One line of JSON each."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))
    return digest.digest()


def digest_of_lines(rows: Iterable[tuple[str]]) -> bytes:
    """The same digest, of lines that the database wrote."""
    digest = hashlib.sha256()
    for (lines,) in rows:
        digest.update(lines.encode())
    return digest.digest()


def digest_of_collections(collections: Iterable[SnapshotCollection]) -> bytes:
    """The digest over the completeness of a snapshot's collections."""
    return digests.of_value("snapshot-collections", _said_of_all(collections))


def root_of(snapshot: Snapshot, collections: Iterable[SnapshotCollection] = ()) -> bytes:
    """The 32-byte root, from the digests in the snapshot's row.

    collections: needed for snapshots without a digest over them, which were sealed before there
    was one.
    """
    said = snapshot.collections_digest
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
            "collections": _said_of_all(collections) if said is None else bytes(said).hex(),
            "objects": bytes(snapshot.objects_digest).hex(),
            "links": bytes(snapshot.links_digest).hex(),
        },
    )


def pruning_root(pruning: Pruning) -> bytes:
    """The 32 bytes that are signed under a pruning. When it was finished is not part of them."""
    return digests.of_value(
        "pruning-root",
        {
            "tenant": str(pruning.tenant_id),
            "id": str(pruning.id),
            "low": pruning.low_seq,
            "high": pruning.high_seq,
            "made_at": _time(pruning.made_at),
            "objects": bytes(pruning.objects_digest).hex(),
            "links": bytes(pruning.links_digest).hex(),
            "object_versions": pruning.object_versions,
            "link_versions": pruning.link_versions,
            "objects_removed": pruning.objects_removed,
            "links_removed": pruning.links_removed,
            "bytes_removed": pruning.bytes_removed,
        },
    )


def _said_of_all(collections: Iterable[SnapshotCollection]) -> list[list[Any]]:
    return sorted(_said_of(row) for row in collections)


def _said_of(row: SnapshotCollection) -> list[Any]:
    missing = sorted(row.missing.items())
    return [row.collection, str(row.status), row.count, row.detail, missing, _time(row.read_at)]


def _time(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")
