"""The state file: changes are noted as they happen and written in one transaction per request."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import orjson

from apps.sandbox.persistence import rows, tables
from apps.sandbox.persistence.loading import load_directories
from apps.sandbox.state.directory import Directory, Mutation
from apps.sandbox.state.world import World


class StateFileError(Exception):
    """The state file cannot be used; the text says why, in one line."""


class Store:
    """One state file of one world.

    WAL with `synchronous=NORMAL`: what was answered survives the death of the process; the last
    moments before a power cut may be lost, the file never.
    """

    def __init__(self, world: World, path: Path) -> None:
        self.world = world
        self.path = path
        self._objects: dict[tuple[str, str], None] = {}
        self._links: list[tuple[str, Mutation]] = []
        self._audit: list[tuple[str, int]] = []
        self._sequences: dict[str, int] = {}
        self._directories: dict[str, bytes] = {}
        self._database = _opened(path)
        world.listeners.append(self._note)

    @property
    def is_new(self) -> bool:
        """Whether nothing has been saved in the file yet."""
        return self.meta("version") is None

    def meta(self, name: str) -> bytes | None:
        """A value kept beside the directories: signing key, options."""
        query = "SELECT value FROM meta WHERE name = ?"
        row = self._database.execute(query, (name,)).fetchone()
        return None if row is None else bytes(row[0])

    def set_meta(self, name: str, value: bytes) -> None:
        self._database.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))
        self._database.commit()

    def load(self) -> None:
        """Fill the world from the file."""
        load_directories(self._database, self.world)
        self._mark_written()

    def rewrite(self) -> None:
        """Replace what the file holds by the world as it is."""
        database = self._database
        for name in tables.TABLES[1:]:
            database.execute(f"DELETE FROM {name}")  # noqa: S608 (a name of our own)
        for place, (tenant, directory) in enumerate(self.world.directories.items()):
            body = rows.directory_body(directory)
            database.execute("INSERT INTO directory VALUES (?, ?, ?)", (tenant, place, body))
            self._insert_all(tenant, directory)
        statement = "INSERT OR REPLACE INTO meta VALUES ('version', ?)"
        database.execute(statement, (tables.VERSION.encode(),))
        database.commit()
        self._mark_written()

    def flush(self) -> None:
        """Write what has happened since the last time; costs nothing if nothing has."""
        if not (self._objects or self._links or self._audit):
            return
        touched = {tenant for tenant, _ in (*self._objects, *self._links, *self._audit)}
        self._write_objects()
        self._write_links()
        self._write_audit()
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

    def _write_objects(self) -> None:
        written: list[rows.ObjectRow] = []
        gone: list[tuple[str, str]] = []
        for tenant, object_id in self._objects:
            directory = self.world.directories[tenant]
            record = directory.get(object_id) or directory.get_deleted(object_id)
            if record is None:
                gone.append((tenant, object_id))
            else:
                aside = directory._aside.get(object_id) if record.deleted_at else None
                written.append(rows.object_row(tenant, record, aside))
        self._database.executemany("DELETE FROM object WHERE tenant = ? AND id = ?", gone)
        self._database.executemany(_INSERT_OBJECT, written)

    def _write_links(self) -> None:
        for tenant, mutation in self._links:
            statement = _INSERT_LINK if mutation.kind == "link" else _DELETE_LINK
            values = (tenant, mutation.relation, mutation.object_id, mutation.target_id)
            self._database.execute(statement, values)

    def _write_audit(self) -> None:
        for tenant, index in self._audit:
            body = orjson.dumps(self.world.directories[tenant].audit[index])
            self._database.execute(_INSERT_AUDIT, (tenant, body))

    def _write_directory(self, tenant: str, directory: Directory) -> None:
        entries = directory.changes.between(
            self._sequences.get(tenant, 0), directory.changes.sequence
        )
        self._database.executemany(
            _INSERT_CHANGE, (rows.change_row(tenant, change) for change in entries)
        )
        self._sequences[tenant] = directory.changes.sequence
        body = rows.directory_body(directory)
        if body != self._directories.get(tenant):
            self._database.execute("UPDATE directory SET body = ? WHERE tenant = ?", (body, tenant))
            self._directories[tenant] = body

    def _insert_all(self, tenant: str, directory: Directory) -> None:
        state = directory.checkpoint()
        aside = state["_aside"]
        records = (*state["_records"].values(), *state["_bin"].values())
        object_rows = (rows.object_row(tenant, each, aside.get(each.id)) for each in records)
        self._database.executemany(_INSERT_OBJECT, object_rows)
        self._database.executemany(_INSERT_LINK, _link_rows(tenant, directory))
        audit = ((tenant, orjson.dumps(entry)) for entry in directory.audit)
        self._database.executemany(_INSERT_AUDIT, audit)
        changes = (
            rows.change_row(tenant, change)
            for change in directory.changes.between(0, directory.changes.sequence)
        )
        self._database.executemany(_INSERT_CHANGE, changes)

    def _mark_written(self) -> None:
        self._forget_notes()
        for tenant, directory in self.world.directories.items():
            self._sequences[tenant] = directory.changes.sequence
            self._directories[tenant] = rows.directory_body(directory)

    def _forget_notes(self) -> None:
        self._objects.clear()
        self._links.clear()
        self._audit.clear()


_INSERT_OBJECT = "INSERT OR REPLACE INTO object VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_INSERT_LINK = "INSERT OR IGNORE INTO link (tenant, relation, source, target) VALUES (?, ?, ?, ?)"
_DELETE_LINK = "DELETE FROM link WHERE tenant = ? AND relation = ? AND source = ? AND target = ?"
_INSERT_AUDIT = "INSERT INTO audit (tenant, body) VALUES (?, ?)"
_INSERT_CHANGE = "INSERT OR REPLACE INTO change VALUES (?, ?, ?, ?, ?, ?)"


def _link_rows(tenant: str, directory: Directory) -> Iterable[tuple[str, str, str, str]]:
    for relation, table in directory.relations():
        for source, target in table.pairs():
            yield tenant, relation, source, target


def _opened(path: Path) -> sqlite3.Connection:
    try:
        database = sqlite3.connect(path, isolation_level="DEFERRED", timeout=1)
        database.execute("PRAGMA locking_mode=EXCLUSIVE")
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=NORMAL")
        database.executescript(tables.SCHEMA)
        database.execute("INSERT OR REPLACE INTO meta VALUES ('opened', '')")
        database.commit()
        _check_version(database)
    except sqlite3.Error as problem:
        raise StateFileError(_reason(path, problem)) from problem
    return database


def _check_version(database: sqlite3.Connection) -> None:
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
