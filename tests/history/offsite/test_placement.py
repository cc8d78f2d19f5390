"""No table is forgotten: its rows travel, or it is said why not."""

from __future__ import annotations

import pytest
from django.db import connections

from apps.core.walls.ways import all_models
from apps.history.offsite import placement
from apps.history.offsite.columns import columns_of
from apps.history.offsite.placement import Place

ALL = tuple(all_models())
TRAVELLING = [model for model in ALL if placement.place_of(model) != Place.NOWHERE]
# Tables that Django makes besides those of models.
_OTHERS = {"django_migrations", "holdfast_cache"}


def test_every_table_travels_or_says_why_not() -> None:
    forgotten = [model._meta.label for model in ALL if placement.place_of(model) is None]
    assert forgotten == [], "say in apps/history/offsite/placement.py where its rows travel"


def test_what_is_left_out_has_a_reason() -> None:
    left_out = [model for model in ALL if placement.place_of(model) == Place.NOWHERE]
    assert all(placement.reason_for_leaving_out(model) for model in left_out)


def test_every_declared_table_is_one() -> None:
    labels = {model._meta.label for model in ALL}
    assert placement.declared() <= labels
    assert {*placement.LOG, *placement.APPENDED, *placement.ORDERED, *placement.ROWS} <= labels


@pytest.mark.parametrize("model", TRAVELLING, ids=[model._meta.label for model in TRAVELLING])
def test_every_column_that_travels_can_be_written(model: placement.Model) -> None:
    assert columns_of(model)


def test_rows_come_after_those_that_they_refer_to() -> None:
    for place in (Place.TENANT, Place.INSTALLATION):
        order = placement.models_of(place)
        for position, model in enumerate(order):
            for key in model._meta.local_concrete_fields:
                target = key.remote_field and key.remote_field.model
                # A key that may be empty may close a ring: those are checked at the commit.
                if target in order and target is not model and not key.null:
                    assert order.index(target) < position, f"{model} before {target}"


@pytest.mark.django_db(databases=["default", "owner"])
def test_the_database_has_no_table_besides_those_of_models() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("select tablename from pg_tables where schemaname = 'public'")
        standing = {name for (name,) in cursor.fetchall()}
    assert standing - {model._meta.db_table for model in ALL} - _OTHERS == set()
