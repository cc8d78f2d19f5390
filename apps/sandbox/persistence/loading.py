"""Reading a state file back into a world."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

import orjson

from apps.sandbox.persistence.rows import record_of
from apps.sandbox.schema import family
from apps.sandbox.state.changes import ChangeLog, What
from apps.sandbox.state.directory import Directory
from apps.sandbox.state.links import LinkTable
from apps.sandbox.state.records import Pool, Record, Shelf
from apps.sandbox.state.world import World


def load_directories(database: sqlite3.Connection, world: World) -> None:
    """Put every directory of the file into the world, each as it was."""
    rows = database.execute("SELECT tenant, body FROM directory ORDER BY place")
    for tenant, body in rows.fetchall():
        facts: dict[str, Any] = orjson.loads(body)
        directory = Directory(
            tenant,
            facts["display_name"],
            domains=facts["domains"],
            category=facts["category"],
            licences=facts["licences"],
        )
        state = directory.checkpoint() | _objects(database, tenant)
        state["_links"] = _links(database, tenant)
        state["audit"] = [orjson.loads(entry) for entry in _audit(database, tenant)]
        state["changes"] = _changes(database, tenant, facts["start"])
        directory.rewind(state)
        world.add_directory(directory)


def _objects(database: sqlite3.Connection, tenant: str) -> dict[str, Any]:
    pool = Pool()
    live: list[Record] = []
    bins: list[Record] = []
    aside: dict[str, Any] = {}
    query = "SELECT * FROM object WHERE tenant = ? ORDER BY deleted_at, position"
    for row in database.execute(query, (tenant,)):
        record, left = record_of(row, pool)
        if record.deleted_at is None:
            live.append(record)
            continue
        bins.append(record)
        if left is not None:
            aside[record.id] = left
    return {
        "_records": {record.id: record for record in live},
        "_bin": {record.id: record for record in bins},
        "_aside": aside,
        "_shelves": _shelves(live, bins),
    }


def _shelves(live: list[Record], bins: list[Record]) -> dict[str, Shelf]:
    """Every live object at its position; objects in a bin keep theirs free."""
    shelves: dict[str, Shelf] = {}
    for record in (*live, *bins):
        shelf = shelves.setdefault(family(record.type), Shelf())
        missing = record.position + 1 - len(shelf.slots)
        if missing > 0:
            shelf.slots.extend([None] * missing)
    for record in live:
        shelves[family(record.type)].put(record)
    return shelves


def _links(database: sqlite3.Connection, tenant: str) -> dict[str, LinkTable]:
    tables: dict[str, LinkTable] = {}
    query = "SELECT relation, source, target FROM link WHERE tenant = ? ORDER BY place"
    known: dict[str, str] = {}
    for relation, source, target in database.execute(query, (tenant,)):
        table = tables.setdefault(relation, LinkTable())
        table.add(known.setdefault(source, source), known.setdefault(target, target))
    return tables


def _audit(database: sqlite3.Connection, tenant: str) -> Iterator[bytes]:
    query = "SELECT body FROM audit WHERE tenant = ? ORDER BY place"
    return (body for (body,) in database.execute(query, (tenant,)))


def _changes(database: sqlite3.Connection, tenant: str, start: int) -> ChangeLog:
    log = ChangeLog()
    log.start = log.sequence = start
    query = "SELECT * FROM change WHERE tenant = ? AND sequence > ? ORDER BY sequence"
    for _, _, object_id, type_name, what, names in database.execute(query, (tenant, start)):
        log.append(object_id, type_name, What(what), tuple(orjson.loads(names)))
    return log
