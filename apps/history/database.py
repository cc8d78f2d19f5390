"""Plain SQL where rows are many: asked for within the scope, fetched in portions."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from psycopg import IsolationLevel

from apps.core import scope
from apps.tenants.models import Tenant

_PORTION = 2000

TenantRef = Tenant | UUID
"""A tenant or its id."""


def scoped_id(tenant: TenantRef) -> UUID:
    """The tenant's id; ScopeError unless the current scope has it."""
    tenant_id = tenant.pk if isinstance(tenant, Tenant) else tenant
    allowed = scope.required().tenant_ids
    if allowed is not None and tenant_id not in allowed:
        raise scope.ScopeError("the history of a tenant outside the scope was asked for")
    return tenant_id


def stream(sql: str, params: Sequence[Any] | Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    """The rows of a query through a server-side cursor: memory does not grow with their number."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, params)
        while portion := cursor.fetchmany(_PORTION):
            yield from portion


def rows(sql: str, params: Sequence[Any] | Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """All rows of a query whose number is small."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def execute(sql: str, params: Sequence[Any] = ()) -> int:
    """Run a statement; the number of rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return int(cursor.rowcount)


@contextmanager
def steady() -> Iterator[None]:
    """Inside the block everything is read as it was at one moment, whatever others commit.

    Within a transaction that is under way already, statements see what was committed before each.
    """
    if connection.in_atomic_block:
        yield
        return
    connection.ensure_connection()
    session = connection.connection
    session.isolation_level = IsolationLevel.REPEATABLE_READ
    try:
        with transaction.atomic():
            yield
    finally:
        if not session.closed:
            session.isolation_level = None
