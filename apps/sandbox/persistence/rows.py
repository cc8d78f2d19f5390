"""Between what the state keeps and what a row of the state file holds."""

from __future__ import annotations

import datetime as dt
from typing import Any

import orjson

from apps.sandbox.state.bins import Aside
from apps.sandbox.state.changes import Change
from apps.sandbox.state.directory import Directory
from apps.sandbox.state.records import Pool, Record

ObjectRow = tuple[str, str, str, int, bytes, bytes | None, str | None, bytes | None]


def directory_body(directory: Directory) -> bytes:
    """What a directory is besides its objects, links and logs."""
    return orjson.dumps(
        {
            "display_name": directory.display_name,
            "domains": directory.domains,
            "category": directory.category,
            "licences": sorted(directory.licences),
            "start": directory.changes.start,
            "sequence": directory.changes.sequence,
        }
    )


def object_row(tenant: str, record: Record, aside: Aside | None = None) -> ObjectRow:
    """One object, live or in its bin."""
    return (
        tenant,
        record.id,
        record.type,
        record.position,
        orjson.dumps(record.body),
        orjson.dumps(sorted(record.cleared)) if record.cleared else None,
        record.deleted_at.isoformat() if record.deleted_at else None,
        orjson.dumps(_aside_body(aside)) if aside else None,
    )


def record_of(row: ObjectRow, pool: Pool) -> tuple[Record, Aside | None]:
    """The object that a row holds, and what it left aside if it is in a bin."""
    _, object_id, type_name, position, body, cleared, deleted_at, aside = row
    record = Record(
        id=object_id,
        type=type_name,
        body=pool.body(orjson.loads(body)),
        position=position,
        cleared=frozenset(orjson.loads(cleared)) if cleared else frozenset(),
        deleted_at=dt.datetime.fromisoformat(deleted_at) if deleted_at else None,
    )
    return record, _aside_of(orjson.loads(aside), pool) if aside else None


def change_row(tenant: str, change: Change) -> tuple[str, int, str, str, str, bytes]:
    """One entry of the log that delta queries read."""
    names = orjson.dumps(list(change.names))
    return tenant, change.sequence, change.object_id, change.type, str(change.what), names


def _aside_body(aside: Aside) -> dict[str, Any]:
    records = [object_row("", record)[1:6] for record in aside.records]
    return {
        "links": [list(link) for link in aside.links],
        "records": [
            [object_id, type_name, position, orjson.loads(body)]
            for object_id, type_name, position, body, _cleared in records
        ],
    }


def _aside_of(body: dict[str, Any], pool: Pool) -> Aside:
    links = tuple((relation, source, target) for relation, source, target in body["links"])
    records = tuple(
        Record(id=object_id, type=type_name, body=pool.body(content), position=position)
        for object_id, type_name, position, content in body["records"]
    )
    return Aside(links, records)
