"""The tables of a state file."""

from __future__ import annotations

VERSION = "2"

SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (
    name TEXT PRIMARY KEY, value BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS directory (
    tenant TEXT PRIMARY KEY, place INTEGER NOT NULL, body BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS object (
    tenant TEXT NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL, position INTEGER NOT NULL,
    body BLOB NOT NULL, cleared BLOB, deleted_at TEXT, aside BLOB,
    PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS link (
    place INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant TEXT NOT NULL, relation TEXT NOT NULL, source TEXT NOT NULL, target TEXT NOT NULL,
    UNIQUE (tenant, relation, source, target)
);
CREATE TABLE IF NOT EXISTS audit (
    place INTEGER PRIMARY KEY AUTOINCREMENT, tenant TEXT NOT NULL, body BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS change (
    tenant TEXT NOT NULL, sequence INTEGER NOT NULL, object TEXT NOT NULL, type TEXT NOT NULL,
    what TEXT NOT NULL, names BLOB NOT NULL,
    PRIMARY KEY (tenant, sequence)
) WITHOUT ROWID;
"""

TABLES = ("meta", "directory", "object", "link", "audit", "change")
