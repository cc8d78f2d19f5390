"""A row of each of two customers, of different MSPs, in every walled table.

The rows are made from the models' fields alone and stand in a throw-away database whose checks and
triggers are off: what holds them apart there is row-level security and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import connections, models

from apps.access.models import MSPPermission, User
from apps.core import clock
from apps.core.scope import no_scope
from apps.core.walls.ways import MSP, TENANT, foreign_keys, target_label, ways

_SIMPLE: tuple[tuple[type[models.Field[Any, Any]], Any], ...] = (
    (models.BooleanField, False),
    (models.DurationField, timedelta(hours=1)),
    (models.JSONField, {}),
    (ArrayField, []),
    (models.GenericIPAddressField, "192.0.2.1"),
)
_NO_TRIGGERS = """
do $$ declare t regclass; c record; begin
    for t in select oid from pg_class
        where relnamespace = 'public'::regnamespace and relkind = 'r' loop
        execute format('alter table %s disable trigger all', t);
    end loop;
    for c in select conname, conrelid::regclass as t from pg_constraint
        where contype = 'c' and connamespace = 'public'::regnamespace loop
        execute format('alter table %s drop constraint %I', c.t, c.conname);
    end loop;
end $$
"""


@dataclass
class Side:
    """One customer with its MSP, a person who owns that MSP, and its row in each table."""

    tenant_id: UUID
    msp_id: UUID
    person_id: UUID
    number: int
    rows: dict[str, models.Model] = field(default_factory=dict)


def switch_checks_off(admin: str, database: str) -> None:
    """Take away whatever but row-level security might refuse a statement."""
    with psycopg.connect(admin, dbname=database) as connection:
        connection.execute(_NO_TRIGGERS)


def fill() -> tuple[Side, Side]:
    """Fill every walled table as the owner."""
    sides = Side(uuid4(), uuid4(), uuid4(), 1), Side(uuid4(), uuid4(), uuid4(), 2)
    with no_scope("a database is filled"):
        for side in sides:
            _fill(side)
    connections["owner"].close()
    return sides


def _fill(side: Side) -> None:
    person = User(id=side.person_id, email=f"{side.number}@example.org", name="Owner", password="!")
    _insert(person)
    waiting = [apps.get_model(label) for label in ways()]
    while waiting:
        filled = set(side.rows)
        ready = [model for model in waiting if _needs(model) <= filled]
        # Of models that refer to each other, the one whose key may stay empty comes first.
        ready = ready or [model for model in waiting if _needs(model, at_least=True) <= filled]
        assert ready, f"these refer to each other: {waiting}"
        for model in ready:
            side.rows[model._meta.label] = _insert(_row(model, side))
        waiting = [model for model in waiting if model not in ready]


def _needs(model: type[models.Model], *, at_least: bool = False) -> set[str]:
    keys = (key for key in foreign_keys(model) if not (at_least and key.null))
    wanted = {target_label(key) for key in keys} & set(ways())
    return wanted - {model._meta.label}


def _insert(row: models.Model) -> models.Model:
    type(row)._base_manager.db_manager("owner").bulk_create([row])
    return row


def _row(model: type[models.Model], side: Side) -> models.Model:
    row = model()
    for each in model._meta.local_concrete_fields:
        value = _value(each, model, side)
        if value is not None:
            setattr(row, each.attname, value)
    return row


def _value(each: models.Field[Any, Any], model: type[models.Model], side: Side) -> Any:
    way = ways()[model._meta.label]
    if each.column == way.tenant:
        return side.tenant_id
    if each.column == way.msp:
        return side.msp_id
    if each.column == way.owner:
        return side.person_id
    if isinstance(each, models.ForeignKey):
        return _named(each, side)
    if each.null or each.generated or isinstance(each, models.AutoField):
        return None
    return _plain(each, side)


def _named(key: models.ForeignKey[Any, Any], side: Side) -> Any:
    label = target_label(key)
    if label == TENANT:
        return side.tenant_id
    if label == MSP:
        return side.msp_id
    if label == "access.User":
        return side.person_id
    if label in side.rows:
        return getattr(side.rows[label], key.target_field.attname)
    if key.null:
        return None
    if label == "auth.Permission":
        return _permission()
    return _insert(_unwalled(key.remote_field.model, side)).pk


def _unwalled(model: type[models.Model], side: Side) -> models.Model:
    row = model()
    for each in model._meta.local_concrete_fields:
        if not (each.null or each.has_default() or isinstance(each, models.AutoField)):
            setattr(row, each.attname, _plain(each, side))
    return row


def _permission() -> int:
    permission = MSPPermission._meta.get_field("permission").remote_field.model
    return int(permission._base_manager.db_manager("owner").values_list("pk", flat=True)[0])


def _plain(each: models.Field[Any, Any], side: Side) -> Any:
    for kind, value in _SIMPLE:
        if isinstance(each, kind):
            return value
    if isinstance(each, models.BinaryField):
        return b"x%d" % side.number
    if isinstance(each, models.UUIDField):
        return uuid4()
    if isinstance(each, models.DateTimeField):
        return clock.now()
    if isinstance(each, models.IntegerField | models.FloatField):
        return side.number
    if each.choices:
        return next(value for value, _ in each.flatchoices if value)
    return f"{each.name}-{side.number}"[: each.max_length or None]
