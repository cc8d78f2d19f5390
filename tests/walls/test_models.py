"""No model is forgotten: it has a way to a tenant or a reason, and a manager that fails closed."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connections, models
from django.db.models import Manager

from apps.core.scope import ReachedManager, ScopedManager, ScopeError
from apps.core.walls import building, catalogue, exceptions, same_tenant
from apps.core.walls.ways import undecided, ways

WALLED = [apps.get_model(label) for label in ways()]
MODELS = pytest.mark.parametrize("model", WALLED, ids=list(ways()))


def test_every_table_belongs_to_a_tenant_or_says_why_not() -> None:
    assert undecided() == []


def test_every_declared_exception_is_a_model() -> None:
    labels = {model._meta.label for model in apps.get_models(include_auto_created=True)}
    assert exceptions.declared() <= labels


def test_every_foreign_key_between_walled_tables_stays_within_a_tenant() -> None:
    assert same_tenant.uncovered() == []


@MODELS
def test_a_default_manager_raises_without_a_scope(model: type[models.Model]) -> None:
    manager = model._default_manager
    assert isinstance(manager, ScopedManager | ReachedManager)
    with pytest.raises(ScopeError):
        manager.all()
    for manager in model._meta.managers:
        if type(manager) is not Manager:
            with pytest.raises(ScopeError):
                manager.all()


@pytest.mark.django_db(databases=["default", "owner"])
def test_a_migrated_database_has_every_wall_and_nothing_is_left_to_do() -> None:
    connection = connections["owner"]
    standing = catalogue.tables(connection)
    assert all(standing[way.table].forced for way in ways().values())
    left = [sql for sql in building.statements(connection) if "create or replace" not in sql]
    assert left == []
