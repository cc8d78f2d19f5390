"""Rows for COPY in PostgreSQL's binary format, put together a portion at a time.

https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-FILE-FORMATS-BINARY
"""

import struct
from collections.abc import Iterable

from django.db import connection

_SIGNATURE = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER = struct.pack(">h", -1)
_LENGTH = struct.Struct(">i").pack
NULL = _LENGTH(-1)
TRUE, FALSE = b"\0\0\0\1\1", b"\0\0\0\1\0"


def start(columns: int) -> bytes:
    """What a row of so many columns begins with; its fields come after it, in their order."""
    return struct.pack(">h", columns)


def field(value: bytes | None) -> bytes:
    """A text (UTF-8) or bytea."""
    return NULL if value is None else _LENGTH(len(value)) + value


def text(value: str | None) -> bytes:
    """A text or varchar."""
    return NULL if value is None else field(value.encode())


def integer(value: int) -> bytes:
    """An int4."""
    return b"\0\0\0\4" + _LENGTH(value)


def copy(table: str, columns: str, rows: Iterable[bytes]) -> None:
    """COPY rows, each its start and its fields. Without rows nothing is sent."""
    payload = b"".join(rows)
    if not payload:
        return
    statement = f"copy {table} ({columns}) from stdin (format binary)"
    with connection.cursor() as cursor, cursor.copy(statement) as sent:
        sent.write(_SIGNATURE + payload + _TRAILER)
