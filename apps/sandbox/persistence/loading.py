"""Reading a state file back into a world: how it began, and what happened since."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from typing import Any

import orjson

from apps.sandbox.persistence import chunks
from apps.sandbox.persistence.rows import Item, append_change, record_of
from apps.sandbox.schema import family
from apps.sandbox.state.bins import Aside
from apps.sandbox.state.changes import ChangeLog
from apps.sandbox.state.directory import Directory
from apps.sandbox.state.links import LinkTable
from apps.sandbox.state.records import Pool, Record, Shelf
from apps.sandbox.state.world import World


def load_directories(database: sqlite3.Connection, world: World, *, begun: bool = False) -> None:
    """Put every directory of the file into the world, as it was last, or as it began."""
    column = "begun" if begun else "body"
    rows = database.execute(f"SELECT tenant, id, {column} FROM directory ORDER BY tenant")  # noqa: S608 (a name of our own)
    for tenant, tenant_id, body in rows.fetchall():
        facts: dict[str, Any] = orjson.loads(body)
        directory = Directory(
            tenant_id,
            facts["display_name"],
            domains=facts["domains"],
            category=facts["category"],
            licences=facts["licences"],
        )
        directory.rewind(directory.checkpoint() | _state(database, tenant, facts, begun=begun))
        world.add_directory(directory)


def _state(
    database: sqlite3.Connection, tenant: int, facts: dict[str, Any], *, begun: bool
) -> dict[str, Any]:
    contents = _Contents()
    _read_beginning(database, tenant, contents)
    if not begun:
        _read_since(database, tenant, contents)
    state = contents.objects_state()
    state["_links"] = contents.links
    query = "SELECT body FROM audit WHERE tenant = ? AND begun >= ? ORDER BY place"
    audit = database.execute(query, (tenant, int(begun)))
    state["audit"] = [orjson.loads(body) for (body,) in audit]
    state["changes"] = _changes(database, tenant, facts["start"], facts["sequence"])
    return state


@dataclass(slots=True)
class _Contents:
    """Objects and links of one directory while they are read."""

    pool: Pool = field(default_factory=Pool)
    records: dict[str, Record] = field(default_factory=dict)
    aside: dict[str, Aside] = field(default_factory=dict)
    links: dict[str, LinkTable] = field(default_factory=dict)

    def take(self, item: Item) -> Record:
        record, left = record_of(item, self.pool)
        self.records[record.id] = record
        if left is not None:
            self.aside[record.id] = left
        return record

    def table(self, relation: str) -> LinkTable:
        return self.links.setdefault(relation, LinkTable())

    def objects_state(self) -> dict[str, Any]:
        """The part of a checkpoint that holds the objects."""
        records = self.records.values()
        live = [record for record in records if record.deleted_at is None]
        bins = [(each.deleted_at, each) for each in records if each.deleted_at is not None]
        bins.sort(key=lambda pair: pair[0])
        return {
            "_records": {record.id: record for record in live},
            "_bin": {record.id: record for _, record in bins},
            "_aside": self.aside,
            "_shelves": _shelves(live, [record for _, record in bins]),
        }


def _read_beginning(database: sqlite3.Connection, tenant: int, contents: _Contents) -> None:
    ids: list[str] = []
    query = "SELECT name, body FROM chunk WHERE tenant = ? ORDER BY place"
    for name, body in database.execute(query, (tenant,)):
        if name == chunks.OBJECTS:
            ids += [contents.take(item).id for item in chunks.items_of(body)]
        else:
            chunks.add_links(contents.table(name), body, ids)


def _read_since(database: sqlite3.Connection, tenant: int, contents: _Contents) -> None:
    query = "SELECT id, body FROM object WHERE tenant = ?"
    for object_id, body in database.execute(query, (tenant,)):
        contents.aside.pop(object_id, None)
        if body is None:
            contents.records.pop(object_id, None)
        else:
            contents.take(orjson.loads(body))
    query = "SELECT relation, source, target, present FROM link WHERE tenant = ? ORDER BY place"
    for relation, source, target, present in database.execute(query, (tenant,)):
        table = contents.table(relation)
        table.remove(source, target)
        if present:
            table.add(source, target)


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


def _changes(database: sqlite3.Connection, tenant: int, start: int, last: int) -> ChangeLog:
    log = ChangeLog()
    log.start = log.sequence = start
    known = "SELECT body FROM change WHERE tenant = ? AND sequence > ? AND sequence <= ?"
    for (body,) in database.execute(f"{known} ORDER BY sequence", (tenant, start, last)):
        append_change(log, body)
    return log
