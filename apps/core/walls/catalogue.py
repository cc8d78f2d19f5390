"""What a database says about its walls as they stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

_TABLES = """
select c.relname, c.relrowsecurity and c.relforcerowsecurity,
    coalesce(array_agg(p.polname order by p.polname) filter (where p.polname is not null), '{}'),
    obj_description(c.oid, 'pg_class')
from pg_class c
left join pg_policy p on p.polrelid = c.oid
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
group by c.oid, c.relname, c.relrowsecurity, c.relforcerowsecurity
"""
_COLUMNS = """
select table_name, column_name from information_schema.columns where table_schema = 'public'
"""
_FOREIGN_KEYS = """
select k.conname, k.conrelid::regclass::text, k.confrelid::regclass::text,
    (select array_agg(a.attname::text order by n) from unnest(k.conkey) with ordinality u(c, n)
        join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.c),
    (select array_agg(a.attname::text order by n) from unnest(k.confkey) with ordinality u(c, n)
        join pg_attribute a on a.attrelid = k.confrelid and a.attnum = u.c)
from pg_constraint k where k.contype = 'f' and cardinality(k.conkey) = 2
    and k.connamespace = 'public'::regnamespace
"""
_UNIQUE = """
select i.indrelid::regclass::text, array_agg(a.attname::text order by a.attname)
from pg_index i
join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey::int2[])
join pg_class c on c.oid = i.indrelid and c.relnamespace = 'public'::regnamespace
where i.indisunique and i.indpred is null and i.indexprs is null and i.indimmediate
    and i.indnatts = 2
group by i.indexrelid, i.indrelid
"""


@dataclass(frozen=True, slots=True)
class TableState:
    """forced: row-level security is on, for the owner too. note: what `building` left there."""

    forced: bool
    policies: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class ForeignKeyState:
    """One foreign key over two columns, its pairs in the order of the column names."""

    name: str
    table: str
    target: str
    pairs: frozenset[tuple[str, str]]


def tables(connection: BaseDatabaseWrapper) -> dict[str, TableState]:
    """Every table of ours by its name."""
    return {
        name: TableState(forced, tuple(policies), note or "")
        for name, forced, policies, note in _rows(connection, _TABLES)
    }


def columns(connection: BaseDatabaseWrapper) -> frozenset[tuple[str, str]]:
    """Every (table, column)."""
    return frozenset((table, column) for table, column in _rows(connection, _COLUMNS))


def foreign_keys(connection: BaseDatabaseWrapper) -> list[ForeignKeyState]:
    """Every foreign key over two columns."""
    return [
        ForeignKeyState(name, table, target, frozenset(zip(here, there, strict=True)))
        for name, table, target, here, there in _rows(connection, _FOREIGN_KEYS)
    ]


def unique_pairs(connection: BaseDatabaseWrapper) -> set[tuple[str, frozenset[str]]]:
    """Every table with two columns that are unique together."""
    return {(table, frozenset(pair)) for table, pair in _rows(connection, _UNIQUE)}


def _rows(connection: BaseDatabaseWrapper, sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())
