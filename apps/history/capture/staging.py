"""The temporary tables of a capture.

`capture_object` holds what every collection named, those already read included: the rows that
changed something carry the sealed body and become versions when the capture is sealed, the others
only say that the object was seen. A collection that cannot be read to the end takes its rows back.
Links are staged while they are read and accepted when they were compared.
Temporary tables are not logged, so staging costs no write-ahead log.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection

from apps.history.database import execute

_ID = 'varchar(256) collate "C"'
_NAME = 'varchar(64) collate "C"'

TABLES = {
    "capture_object": f"""
        portion integer not null, kind {_NAME} not null, object_id {_ID} not null,
        state text not null, before text, changed boolean not null, digest bytea, body bytea""",
    "capture_reading_link": f"""
        n bigint generated always as identity, link {_NAME} not null, source_id {_ID} not null,
        target_id {_ID} not null, present boolean not null""",
    "capture_reading_link_set": f"link {_NAME} not null, source_id {_ID} not null",
    "capture_apart_answer": f"""
        kind {_NAME} not null, object_id {_ID} not null, answer bytea not null""",
    "capture_accepted_link": f"""
        link {_NAME} not null, source_id {_ID} not null, target_id {_ID} not null,
        present boolean not null""",
}

_DROP = "drop table if exists " + ", ".join(f"pg_temp.{name}" for name in TABLES)


@contextmanager
def staging_tables() -> Iterator[None]:
    """Fresh temporary tables for the block. Those of a capture that broke off are dropped first."""
    made = "; ".join(f"create temporary table {name} ({of})" for name, of in TABLES.items())
    execute(f"{_DROP}; {made}")
    try:
        yield
    finally:
        if connection.connection is not None and not connection.needs_rollback:
            execute(_DROP)


def start_afresh() -> None:
    """Forget all that was staged: another position follows within the same transaction."""
    execute("truncate " + ", ".join(f"pg_temp.{name}" for name in TABLES))


def empty_reading() -> None:
    """Forget the links of the collection that was read."""
    execute("truncate capture_reading_link, capture_reading_link_set")


def forget(kind: str) -> None:
    """Forget all that was staged and accepted of one collection: it failed, or is read again."""
    empty_reading()
    execute("delete from capture_object where kind = %s", [kind])
    execute("delete from capture_apart_answer where kind = %s", [kind])
    execute("delete from capture_accepted_link where starts_with(link, %s)", [f"{kind}."])


def copy_rows(
    table: str, columns: str, types: Sequence[str], rows: Iterable[tuple[Any, ...]]
) -> None:
    """COPY rows into a staging table. types: PostgreSQL's names for the columns' types."""
    ready = list(rows)
    if not ready:
        return
    with (
        connection.cursor() as cursor,
        cursor.copy(f"copy {table} ({columns}) from stdin (format binary)") as copy,
    ):
        copy.set_types(types)
        for row in ready:
            copy.write_row(row)
