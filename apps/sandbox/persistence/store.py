"""The state file: changes are noted as they happen and written in one transaction per request."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from apps.sandbox.persistence import chunks, rows, tables
from apps.sandbox.persistence.loading import load_directories
from apps.sandbox.state.collector import without_collector
from apps.sandbox.state.directory import Directory, Mutation
from apps.sandbox.state.world import World


class StateFileError(Exception):
    """The state file cannot be used; the text says why, in one line."""


class Store:
    """One state file of one world.

    The beginning is written once, in pieces; what happens is written as it happens, a row for each
    object and link that is not as it was. WAL with `synchronous=NORMAL`: what was answered
    survives the death of the process; the last moments before a power cut may be lost, the file
    never.
    """

    def __init__(self, world: World, path: Path) -> None:
        self.world = world
        self.path = path
        self._objects: dict[tuple[str, str], None] = {}
        self._links: list[tuple[str, Mutation]] = []
        self._audit: list[tuple[str, int]] = []
        self._tenants: dict[str, int] = {}
        self._sequences: dict[str, int] = {}
        self._directories: dict[str, bytes] = {}
        self._database = _opened(path)
        world.listeners.append(self._note)

    @property
    def is_new(self) -> bool:
        """Whether nothing has been saved in the file yet."""
        return self.meta("version") is None

    def meta(self, name: str) -> bytes | None:
        """A value kept beside the directories: signing keys."""
        query = "SELECT value FROM meta WHERE name = ?"
        row = self._database.execute(query, (name,)).fetchone()
        return None if row is None else bytes(row[0])

    def set_meta(self, name: str, value: bytes) -> None:
        self._database.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))
        self._database.commit()

    def load(self) -> None:
        """Fill the world from the file."""
        with without_collector():
            load_directories(self._database, self.world)
        self._mark_written()

    def begin(self) -> None:
        """Write the world as it is as the beginning; once, in a new file."""
        database = self._database
        for number, (tenant, directory) in enumerate(self.world.directories.items()):
            body = rows.directory_body(directory)
            database.execute(
                "INSERT INTO directory VALUES (?, ?, ?, ?)", (number, tenant, body, body)
            )
            pieces = ((number, name, piece) for name, piece in chunks.pieces(directory))
            database.executemany(_INSERT_CHUNK, pieces)
            audit = ((number, 1, orjson.dumps(entry)) for entry in directory.audit)
            database.executemany(_INSERT_AUDIT, audit)
            self._write_changes(number, directory, 0)
        statement = "INSERT OR REPLACE INTO meta VALUES ('version', ?)"
        database.execute(statement, (tables.VERSION.encode(),))
        database.commit()
        self._mark_written()

    def beginning(self) -> dict[str, Any]:
        """A checkpoint of the world as it began."""
        world = World()
        with without_collector():
            load_directories(self._database, world, begun=True)
        return world.checkpoint()

    def begin_again(self) -> None:
        """Forget what happened since the beginning, to which the world has gone back."""
        database = self._database
        database.execute("DELETE FROM object")
        database.execute("DELETE FROM link")
        database.execute("DELETE FROM audit WHERE begun = 0")
        database.execute("UPDATE directory SET body = begun")
        for number, (_, directory) in enumerate(self.world.directories.items()):
            last = (number, directory.changes.sequence)
            database.execute("DELETE FROM change WHERE tenant = ? AND sequence > ?", last)
        database.commit()
        self._mark_written()

    def flush(self) -> None:
        """Write what has happened since the last time; costs nothing if nothing has."""
        if not (self._objects or self._links or self._audit):
            return
        touched = {tenant for tenant, _ in (*self._objects, *self._links, *self._audit)}
        self._database.executemany(_PUT_OBJECT, self._object_rows())
        self._database.executemany(_PUT_LINK, self._link_rows())
        self._database.executemany(_INSERT_AUDIT, self._audit_rows())
        for tenant in touched:
            self._write_directory(tenant, self.world.directories[tenant])
        self._database.commit()
        self._forget_notes()

    def close(self) -> None:
        """Write what is left and close the file."""
        self.flush()
        self.world.listeners.remove(self._note)
        self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._database.close()

    def _note(self, tenant: str, mutation: Mutation) -> None:
        if mutation.kind in {"put", "purge"}:
            self._objects[tenant, mutation.object_id] = None
        elif mutation.kind == "audit":
            self._audit.append((tenant, len(self.world.directories[tenant].audit) - 1))
        else:
            self._links.append((tenant, mutation))

    def _object_rows(self) -> Iterator[tuple[int, str, bytes | None]]:
        for tenant, object_id in self._objects:
            directory = self.world.directories[tenant]
            record = directory.get(object_id) or directory.get_deleted(object_id)
            body = None
            if record is not None:
                aside = directory.aside(object_id) if record.deleted_at else None
                body = orjson.dumps(rows.item_of(record, aside))
            yield self._tenants[tenant], object_id, body

    def _link_rows(self) -> Iterator[tuple[int, str, str, str, int]]:
        for tenant, link in self._links:
            ends = link.object_id, link.target_id
            yield self._tenants[tenant], link.relation, *ends, int(link.kind == "link")

    def _audit_rows(self) -> Iterator[tuple[int, int, bytes]]:
        for tenant, index in self._audit:
            entry = self.world.directories[tenant].audit[index]
            yield self._tenants[tenant], 0, orjson.dumps(entry)

    def _write_directory(self, tenant: str, directory: Directory) -> None:
        number = self._tenants[tenant]
        self._write_changes(number, directory, self._sequences.get(tenant, 0))
        self._sequences[tenant] = directory.changes.sequence
        body = rows.directory_body(directory)
        if body != self._directories.get(tenant):
            statement = "UPDATE directory SET body = ? WHERE tenant = ?"
            self._database.execute(statement, (body, number))
            self._directories[tenant] = body

    def _write_changes(self, number: int, directory: Directory, after: int) -> None:
        entries = directory.changes.between(after, directory.changes.sequence)
        self._database.executemany(
            _INSERT_CHANGE, ((number, each.sequence, rows.change_body(each)) for each in entries)
        )

    def _mark_written(self) -> None:
        self._forget_notes()
        for number, (tenant, directory) in enumerate(self.world.directories.items()):
            self._tenants[tenant] = number
            self._sequences[tenant] = directory.changes.sequence
            self._directories[tenant] = rows.directory_body(directory)

    def _forget_notes(self) -> None:
        self._objects.clear()
        self._links.clear()
        self._audit.clear()


_INSERT_CHUNK = "INSERT INTO chunk (tenant, name, body) VALUES (?, ?, ?)"
_PUT_OBJECT = "INSERT OR REPLACE INTO object VALUES (?, ?, ?)"
_PUT_LINK = (
    "INSERT OR REPLACE INTO link (tenant, relation, source, target, present) VALUES (?, ?, ?, ?, ?)"
)
_INSERT_AUDIT = "INSERT INTO audit (tenant, begun, body) VALUES (?, ?, ?)"
_INSERT_CHANGE = "INSERT OR REPLACE INTO change VALUES (?, ?, ?)"


def _opened(path: Path) -> sqlite3.Connection:
    try:
        database = sqlite3.connect(path, isolation_level="DEFERRED", timeout=1)
        database.execute("PRAGMA locking_mode=EXCLUSIVE")
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=NORMAL")
        _check_version(database)
        database.executescript(tables.SCHEMA)
        database.execute("INSERT OR REPLACE INTO meta VALUES ('opened', '')")
        database.commit()
    except sqlite3.Error as problem:
        raise StateFileError(_reason(path, problem)) from problem
    return database


def _check_version(database: sqlite3.Connection) -> None:
    query = "SELECT count(*) FROM sqlite_master WHERE name = 'meta'"
    if not database.execute(query).fetchone()[0]:
        return
    row: Any = database.execute("SELECT value FROM meta WHERE name = 'version'").fetchone()
    if row is not None and bytes(row[0]).decode() != tables.VERSION:
        raise StateFileError("was written by another version of the sandbox; delete it")


def _reason(path: Path, problem: sqlite3.Error) -> str:
    if "locked" in str(problem):
        return "is in use by another sandbox"
    if "not a database" in str(problem):
        return "is not a state file of the sandbox"
    if path.is_dir() or not path.parent.is_dir():
        return "is not a file in an existing directory"
    return f"cannot be written ({problem})"
