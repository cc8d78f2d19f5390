"""Between what the state keeps and what a row of the state file holds: JSON, mostly in lists."""

from __future__ import annotations

import datetime as dt
from typing import Any

import orjson

from apps.sandbox.state.bins import Aside
from apps.sandbox.state.changes import Change, ChangeLog, What
from apps.sandbox.state.directory import Directory
from apps.sandbox.state.records import Pool, Record

Item = list[Any]
"""[type, position, body] of an object; [..., cleared, deleted_at, aside] if it has any of them."""


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


def item_of(record: Record, aside: Aside | None = None) -> Item:
    """One object, live or in its bin."""
    item: Item = [record.type, record.position, record.body]
    if record.cleared or record.deleted_at:
        deleted_at = record.deleted_at.isoformat() if record.deleted_at else None
        item += [sorted(record.cleared), deleted_at, _aside_item(aside) if aside else None]
    return item


def record_of(item: Item, pool: Pool) -> tuple[Record, Aside | None]:
    """The object that an item holds, and what it left aside if it is in a bin."""
    type_name, position, body = item[:3]
    body = pool.body(body)
    if len(item) == 3:
        return Record(body["id"], type_name, body, position), None
    cleared, deleted_at, aside = item[3:]
    record = Record(
        id=body["id"],
        type=type_name,
        body=body,
        position=position,
        cleared=frozenset(cleared),
        deleted_at=dt.datetime.fromisoformat(deleted_at) if deleted_at else None,
    )
    return record, _aside_of(aside, pool) if aside else None


def change_body(change: Change) -> bytes:
    """One entry of the log that delta queries read."""
    return orjson.dumps([change.object_id, change.type, str(change.what), list(change.names)])


def append_change(log: ChangeLog, body: bytes) -> None:
    """The next entry of a log, from its row."""
    object_id, type_name, what, names = orjson.loads(body)
    log.append(object_id, type_name, What(what), tuple(names))


def _aside_item(aside: Aside) -> list[Any]:
    return [[list(link) for link in aside.links], [item_of(record) for record in aside.records]]


def _aside_of(item: list[Any], pool: Pool) -> Aside:
    links, records = item
    return Aside(
        tuple((relation, source, target) for relation, source, target in links),
        tuple(record_of(each, pool)[0] for each in records),
    )
