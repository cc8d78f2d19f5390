"""The tables of a state file.

`chunk` is how the world began, many objects or links to a row, compressed, and never written
again; `object`, `link` and `change` are what happened since, a row each.
"""

from __future__ import annotations

VERSION = "3"

SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (
    name TEXT PRIMARY KEY, value BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS directory (
    tenant INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, begun BLOB NOT NULL, body BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS chunk (
    place INTEGER PRIMARY KEY, tenant INTEGER NOT NULL, name TEXT NOT NULL, body BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS object (
    tenant INTEGER NOT NULL, id TEXT NOT NULL, body BLOB, PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS link (
    place INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant INTEGER NOT NULL, relation TEXT NOT NULL, source TEXT NOT NULL, target TEXT NOT NULL,
    present INTEGER NOT NULL, UNIQUE (tenant, relation, source, target)
);
CREATE TABLE IF NOT EXISTS audit (
    place INTEGER PRIMARY KEY, tenant INTEGER NOT NULL, begun INTEGER NOT NULL, body BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS change (
    tenant INTEGER NOT NULL, sequence INTEGER NOT NULL, body BLOB NOT NULL,
    PRIMARY KEY (tenant, sequence)
) WITHOUT ROWID;
"""
