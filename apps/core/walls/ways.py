"""Every table's way to the tenant or MSP that its rows belong to, read off the models."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models

from apps.core.walls.exceptions import reason_for_no_wall

Key = models.ForeignKey[Any, Any]

TENANT = "tenants.Tenant"
MSP = "tenants.MSP"
USER = "access.User"

# Rows that say what people may do are seen by the people concerned before any tenant is chosen.
_ABOUT_PEOPLE = ("access",)
_ALSO_ABOUT_PEOPLE = ("tenants.TenantTag",)
# Whose row it is where that is not said by a field named `user`.
_OWNERS = {
    "access.SupportSession": "operator_id",
    "audit.AuditRecord": "actor_user_id",
}


@dataclass(frozen=True, slots=True)
class Parent:
    """A row is where the row is that it names. column: of the child. optional: may be null."""

    column: str
    table: str
    key: str
    optional: bool


@dataclass(frozen=True, slots=True)
class Way:
    """How the rows of one table belong. tenant, msp: columns that name them, "" for none.

    parents: with neither, the rows that it belongs to. owner: column of the person who always
    sees the row, "" for none. about_people: seen by whoever reaches the tenant.
    """

    label: str
    table: str
    tenant: str = ""
    msp: str = ""
    parents: tuple[Parent, ...] = ()
    owner: str = ""
    about_people: bool = False


@cache
def ways() -> dict[str, Way]:
    """The way of every walled model, by its label (app.Model)."""
    found: dict[str, Way] = {}
    for model in all_models():
        way = _by_columns(model)
        if way:
            found[way.label] = way
    while further := [way for way in _by_parents(found) if way.label not in found]:
        found |= {way.label: way for way in further}
    return found


def undecided() -> list[str]:
    """Tables that have neither a way nor a declared reason to go without a wall."""
    return [
        model._meta.label
        for model in all_models()
        if model._meta.label not in ways() and not reason_for_no_wall(model)
    ]


def foreign_keys(model: type[models.Model]) -> Iterator[Key]:
    """The model's own foreign keys, one-to-one included."""
    for field in model._meta.local_concrete_fields:
        if isinstance(field, models.ForeignKey):
            yield field


def target_label(field: Key) -> str:
    """The label of the model that a foreign key refers to."""
    target = field.remote_field.model._meta.concrete_model or field.remote_field.model
    return str(target._meta.label)


def all_models() -> Iterator[type[models.Model]]:
    """Every model with a table, those of links between models included."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy:
            yield model


def _by_columns(model: type[models.Model]) -> Way | None:
    if reason_for_no_wall(model):
        return None
    label, table = model._meta.label, model._meta.db_table
    if label == TENANT:
        return Way(label, table, tenant="id", msp="msp_id")
    if label == MSP:
        return Way(label, table, msp="id")
    tenant, msp = _column(model, "tenant_id", TENANT), _column(model, "msp_id", MSP)
    if not (tenant or msp):
        return None
    about_people = model._meta.app_label in _ABOUT_PEOPLE or label in _ALSO_ABOUT_PEOPLE
    return Way(label, table, tenant, msp, owner=_owner(model), about_people=about_people)


def _column(model: type[models.Model], usual: str, target: str) -> str:
    """The column that names the tenant or MSP: the usual one, or the only key that leads there."""
    columns = {field.attname: str(field.column) for field in model._meta.local_concrete_fields}
    if usual in columns:
        return columns[usual]
    keys = [str(field.column) for field in foreign_keys(model) if target_label(field) == target]
    return keys[0] if len(keys) == 1 else ""


def _owner(model: type[models.Model]) -> str:
    declared = _OWNERS.get(model._meta.label)
    if declared or model._meta.app_label not in _ABOUT_PEOPLE:
        return declared or ""
    return _column(model, "user_id", "")


def _by_parents(found: dict[str, Way]) -> Iterator[Way]:
    for model in all_models():
        if model._meta.label in found or reason_for_no_wall(model):
            continue
        parents = tuple(
            Parent(
                column=str(field.column),
                table=field.remote_field.model._meta.db_table,
                key=str(field.target_field.column),
                optional=field.null,
            )
            for field in foreign_keys(model)
            if target_label(field) in found
        )
        if any(not parent.optional for parent in parents):
            yield Way(model._meta.label, model._meta.db_table, parents=parents)
