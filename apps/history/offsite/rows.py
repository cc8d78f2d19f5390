"""Reading tables for a bundle: plain SQL, made from the models' own columns.

Everything that reads the tables of the log as they are stored is in this file.
"""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db import connection, models

from apps.history.database import stream
from apps.history.offsite import placement
from apps.history.offsite.columns import columns_of
from apps.history.offsite.placement import Model, Place

Rows = Iterator[tuple[Any, ...]]

_OF_SNAPSHOTS = (
    "tenant_id = %s and snapshot_id in (select id from history_snapshot"
    " where tenant_id = %s and seq > %s and seq <= %s)"
)


def log_rows(model: Model, tenant_id: UUID, low: int, high: int) -> Rows:
    """The rows of a table of the log that belong to positions after low up to high."""
    if placement.LOG[model._meta.label] == "snapshot":
        return _select(model, _OF_SNAPSHOTS, [tenant_id, tenant_id, low, high])
    where = "tenant_id = %s and seq > %s and seq <= %s"
    # Snapshots go in by position: each continues the chain.
    order = ["seq"] if model._meta.label == "history.Snapshot" else None
    return _select(model, where, [tenant_id, low, high], order)


def tenant_rows(model: Model, tenant_id: UUID) -> Rows:
    """A tenant's rows of a table that travels with it as it is now."""
    return _select(model, f"{_quoted(placement.tenant_column(model))} = %s", [tenant_id])


def installation_rows(model: Model, after: Any = None) -> Rows:
    """The rows of a table that travel with the installation.

    after: of a table that is only ever added to, only what comes after this value.
    """
    if placement.place_of(model) == Place.TENANT:
        return _select(model, f"{_quoted(placement.tenant_column(model))} is null", [])
    if after is None:
        return _select(model, "true", [])
    return _select(model, f"{_quoted(placement.APPENDED[model._meta.label])} > %s", [after])


def _select(
    model: Model, where: str, params: Sequence[Any], order: Sequence[str] | None = None
) -> Rows:
    label, table = model._meta.label, _quoted(model._meta.db_table)
    names = ", ".join(_quoted(column.name) for column in columns_of(model))
    only = f" and {placement.ROWS[label]}" if label in placement.ROWS else ""
    by = order or placement.ORDERED.get(label) or _primary_key(model)
    ordered = ", ".join(map(_quoted, by))
    # Names are the models' own, values are parameters.
    sql = f"select {names} from {table} where {where}{only} order by {ordered}"  # noqa: S608
    return stream(sql, params)


def _primary_key(model: Model) -> list[str]:
    key = model._meta.pk
    fields: Any = key.fields if isinstance(key, models.CompositePrimaryKey) else [key]
    return [str(field.column) for field in fields]


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
