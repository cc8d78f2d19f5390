"""Putting rows from a bundle's files into their tables, as they were.

Rows go through a temporary table, because PostgreSQL takes no COPY where row-level security holds;
there those are found that refer to something which is not in any bundle.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection, models

from apps.access.models import User
from apps.core import clock
from apps.history.database import execute
from apps.history.database import rows as fetched
from apps.history.offsite import placement
from apps.history.offsite.chunks import Head, with_heads
from apps.history.offsite.columns import Column, columns_of, names
from apps.history.offsite.errors import DamagedBundle
from apps.history.offsite.manifests import FileRef
from apps.history.offsite.placement import Model
from apps.history.offsite.targets import Target


@dataclass(slots=True)
class Loaded:
    """What was put in. left_out: rows that refer to what is not there, by table.

    people: accounts that rows name and no bundle has; each got a place that nobody can sign in to.
    """

    rows: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    people: int = 0


def load(target: Target, files: Sequence[FileRef], loaded: Loaded) -> None:
    """Put the rows of files into their tables, inside the caller's transaction.

    Raises DamagedBundle, NotThere, StoreUnavailable, StoreRefused.
    """
    incoming: dict[tuple[str, tuple[str, ...]], _Incoming] = {}
    for ref in files:
        counted: Counter[str] = Counter()
        for head, rows in groupby(with_heads(target.read(ref), ref.name), key=lambda one: one[0]):
            key = (head.table, head.columns)
            if key not in incoming:
                incoming[key] = _Incoming(ref.name, head, len(incoming))
            counted[head.table] += incoming[key].copy(values for _, values in rows)
        if dict(counted) != ref.tables:
            raise DamagedBundle(ref.name, "it has other rows than the manifest says")
        loaded.rows.update(counted)
    for one in sorted(incoming.values(), key=lambda one: _rank(one.model)):
        one.insert(loaded)


class _Incoming:
    """A temporary table with the rows of one table, as far as they have the same columns."""

    def __init__(self, name: str, head: Head, number: int) -> None:
        self.model = _model_of(name, head)
        columns = _columns(name, self.model, head)
        self._readers = [column.read for column in columns]
        names()  # while rows are copied nothing can be asked
        self._listed = ", ".join(_quoted(column.name) for column in columns)
        self._into, self._from = _quoted(self.model._meta.db_table), f"offsite_incoming_{number}"
        execute(f"drop table if exists pg_temp.{self._from}")
        # Names are the models' own, and the file's only where a model has them too.
        shape = f"select {self._listed} from {self._into} limit 0"  # noqa: S608
        execute(f"create temporary table {self._from} on commit drop as {shape}")

    def copy(self, rows: Iterator[list[Any]]) -> int:
        """Take rows in; how many they were."""
        number = 0
        with (
            connection.cursor() as cursor,
            cursor.copy(f"copy {self._from} ({self._listed}) from stdin") as copy,
        ):
            for values in rows:
                readers = zip(self._readers, values, strict=True)
                copy.write_row([read(value) for read, value in readers])
                number += 1
        return number

    def insert(self, loaded: Loaded) -> None:
        """Put the rows into their table, but for those that refer to what is nowhere."""
        for key in self.model._meta.local_concrete_fields:
            if isinstance(key, models.ForeignKey) and key.remote_field.model is not self.model:
                self._settle(key, loaded)
        # Each snapshot continues the chain.
        by = "order by seq" if self.model._meta.label == "history.Snapshot" else ""
        incoming = f"select {self._listed} from {self._from} {by}"  # noqa: S608 - see above
        execute(f"insert into {self._into} ({self._listed}) {incoming}")
        execute(f"drop table pg_temp.{self._from}")

    def _settle(self, key: models.ForeignKey[Any, Any], loaded: Loaded) -> None:
        other = key.remote_field.model
        if not is_restored(other):
            return
        column = _quoted(str(key.column))
        there = f"select from {_quoted(other._meta.db_table)} o"
        there += f" where o.{_quoted(str(key.target_field.column))} = i.{column}"
        lacking = f"from {self._from} i where i.{column} is not null and not exists ({there})"
        if other is User:
            found = fetched(f"select distinct i.{column} {lacking}", [])
            loaded.people += _make_room([row[0] for row in found])
        elif left_out := execute(f"delete {lacking}"):
            loaded.left_out[self.model._meta.label] += left_out


def _rank(model: Model) -> int:
    """The place of a table among those of its sort: after those that its rows refer to."""
    place = placement.place_of(model)
    return placement.models_of(place).index(model) if place else 0


def is_restored(model: Any) -> bool:
    """Whether rows of a table come from bundles or are made from them."""
    place = placement.place_of(model)
    return place is not None and place != placement.Place.NOWHERE


def _make_room(user_ids: list[UUID]) -> int:
    """Accounts for people of whom only the id is known: nobody can sign in to them."""
    for user_id in user_ids:
        person = User(
            pk=user_id,
            email=f"{user_id}@unknown.invalid",
            name="Somebody who is not in the off-site copy",
            is_active=False,
            created_at=clock.now(),
        )
        person.set_unusable_password()
        person.save(force_insert=True)
    return len(user_ids)


def _model_of(name: str, head: Head) -> Model:
    try:
        model = apps.get_model(head.table)
    except LookupError:
        raise _newer(name, f"the table {head.table}") from None
    if not is_restored(model):
        raise _newer(name, f"rows of {head.table}")
    return model


def _columns(name: str, model: Model, head: Head) -> list[Column]:
    """The columns of the file, each as this version knows it."""
    known = {column.name: column for column in columns_of(model)}
    found = []
    for column, values in zip(head.columns, head.values, strict=True):
        if column not in known or known[column].codec != values:
            raise _newer(name, f"the column {column} of {head.table}")
        found.append(known[column])
    return found


def _newer(name: str, what: str) -> DamagedBundle:
    error = DamagedBundle(name, f"this version does not know {what}")
    error.todo = "Restore with the version of Holdfast that shipped it, then upgrade."
    return error


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
