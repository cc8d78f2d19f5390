"""Bringing a database's walls up to the models, after its migrations. Nothing to do: two looks."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from apps.core.digests import sha256
from apps.core.walls import catalogue, functions, policies, same_tenant
from apps.core.walls.ways import Way, ways

OWNER = "owner"
_LOCK = "select pg_advisory_xact_lock(hashtext('holdfast.walls'))"
logger = logging.getLogger(__name__)


def build_walls(*, using: str, **_: Any) -> None:
    """Receiver of post_migrate. Raises ImproperlyConfigured where the product owns its tables."""
    if using != OWNER:
        return
    connection = connections[using]
    if connection.settings_dict["USER"] == connections[DEFAULT_DB_ALIAS].settings_dict["USER"]:
        raise ImproperlyConfigured(
            "DATABASE_URL and DATABASE_OWNER_URL name the same role. Row-level security needs two: "
            "one that owns the tables and migrates, and one that the product runs as. "
            "deploy/postgres.sql makes both."
        )
    with transaction.atomic(using=using), connection.cursor() as cursor:
        cursor.execute(_LOCK)
        for statement in statements(connection):
            cursor.execute(statement)


def statements(connection: BaseDatabaseWrapper) -> Iterator[str]:
    """What is left to do, in order."""
    standing = catalogue.tables(connection)
    columns = catalogue.columns(connection)
    if "tenants_tenant" not in standing:
        return  # nothing is migrated yet, or all of it was unmigrated
    yield functions.functions(frozenset(standing))
    for way in ways().values():
        if _is_there(way, columns):
            yield from _wall(connection, way, standing[way.table])
    yield from _keys(connection, columns)


def _is_there(way: Way, columns: frozenset[tuple[str, str]]) -> bool:
    """Whether the table has what its way needs: a database may be migrated half-way."""
    needed = [way.tenant, way.msp, way.owner, *(parent.column for parent in way.parents)]
    return all((way.table, column) in columns for column in needed if column)


def _wall(connection: BaseDatabaseWrapper, way: Way, state: catalogue.TableState) -> Iterator[str]:
    wanted = policies.policies(way)
    # The owner migrates, and asks for the functions that policies ask: nothing is held from it.
    owner = connection.ops.quote_name(connection.settings_dict["USER"])
    wanted["holdfast_owner"] = f"to {owner} using (true) with check (true)"
    note = f"holdfast wall {sha256(repr(sorted(wanted.items())).encode()).hex()[:16]}"
    if state.forced and state.note == note and state.policies == tuple(sorted(wanted)):
        return
    for name in state.policies:
        yield f'drop policy "{name}" on {way.table}'
    for name, words in wanted.items():
        yield f"create policy {name} on {way.table} {words}"
    yield f"alter table {way.table} enable row level security, force row level security"
    yield f"comment on table {way.table} is '{note}'"


def _keys(connection: BaseDatabaseWrapper, columns: frozenset[tuple[str, str]]) -> Iterator[str]:
    standing = {(key.table, key.target, key.pairs) for key in catalogue.foreign_keys(connection)}
    unique = catalogue.unique_pairs(connection)
    for key in same_tenant.same_tenant_keys():
        named = {(key.table, column) for column in key.columns}
        named |= {(key.target, column) for column in key.target_columns}
        pairs = frozenset(zip(key.columns, key.target_columns, strict=True))
        if not named <= columns or (key.table, key.target, pairs) in standing:
            continue
        pair = (key.target, frozenset(key.target_columns))
        if pair not in unique:
            unique.add(pair)
            yield (
                f"create unique index {key.unique_name} on {key.target}"
                f" ({', '.join(key.target_columns)})"
            )
        yield (
            f"alter table {key.table} add constraint {key.name}"
            f" foreign key ({', '.join(key.columns)})"
            f" references {key.target} ({', '.join(key.target_columns)})"
            " deferrable initially deferred"
        )
