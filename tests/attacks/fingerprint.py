"""Whether anything changed: a hash over every row of every table, in one statement.

`fingerprint()` is cheap enough to be taken after each of some thousand attacks. `rows()` says which
rows differ when it does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from functools import cache

from django.db import connection

from apps.core.scope import no_scope

Fingerprint = dict[str, tuple[int, int]]
Row = tuple[str, str]

# What an attack may leave behind, and why.
NOT_COMPARED = {
    "audit_auditrecord": "that it was tried is recorded",
    "audit_personalpart": "the same",
    "audit_chainhead": "the same",
    "audit_checkpoint": "the same",
    "audit_refusalwindow": "the same, counted",
    "audit_auditkey": "the trail's own keys, made when they are first needed",
    "api_requestcount": "requests are counted before anything is believed",
    "django_session": "messages for the next page",
    "holdfast_cache": "counts of attempts",
    "django_migrations": "nothing of ours writes there",
}
# Columns that say when and from where somebody was here.
NOT_COMPARED_COLUMNS = {
    "access_apitoken": ("last_used_at", "last_used_address", "refused_at"),
    "access_user": ("last_login",),
    "usersessions_usersession": ("last_seen_at", "ip", "user_agent", "data", "session_key"),
}


def fingerprint(only: Collection[str] = ()) -> Fingerprint:
    """Rows and the sum of their 64-bit hashes by table, as the connection's transaction sees them:
    of all tables that are compared, or `only` of these.

    A changed value changes its row's hash; a sum, unlike an exclusive or, also notices rows that
    come or go in pairs.
    """
    with no_scope("a test takes a fingerprint"), connection.cursor() as cursor:
        cursor.execute(_fingerprint_sql(tuple(sorted(only)) or tables()))
        return {table: (count, int(total)) for table, count, total in cursor.fetchall()}


def changed_tables(before: Fingerprint, after: Fingerprint) -> set[str]:
    """The tables whose rows are not what they were."""
    return {
        table for table in before.keys() | after.keys() if before.get(table) != after.get(table)
    }


def rows(tables: set[str]) -> Counter[Row]:
    """All rows of these tables, as text."""
    found: Counter[Row] = Counter()
    with no_scope("a test looks at rows"), connection.cursor() as cursor:
        for table in sorted(tables):
            cursor.execute(f"select {_row(table)} from {table} t")  # noqa: S608 - our own names
            found.update((table, text) for (text,) in cursor.fetchall())
    return found


@cache
def tables() -> tuple[str, ...]:
    """Every table of the database that is compared."""
    with connection.cursor() as cursor:
        # Not the temporary ones that a connection may have beside them.
        cursor.execute("select tablename from pg_tables where schemaname = 'public'")
        names = {name for (name,) in cursor.fetchall()}
    return tuple(sorted(names - NOT_COMPARED.keys()))


@cache
def _fingerprint_sql(of: tuple[str, ...]) -> str:
    return " union all ".join(
        f"select '{table}', count(*), coalesce(sum(hashtextextended({_row(table)}, 0)::numeric), 0)"  # noqa: S608
        f" from {table} t"
        for table in of
    )


def _row(table: str) -> str:
    dropped = NOT_COMPARED_COLUMNS.get(table, ())
    if not dropped:
        return "t::text"
    return f"(to_jsonb(t) - array[{', '.join(repr(name) for name in dropped)}])::text"
