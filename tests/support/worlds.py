"""The world of tests/portal/world.py in a database of its own, for whoever needs a full house."""

from __future__ import annotations

import os
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace

import pytest
from django.db import connection, transaction
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker

from tests.portal.world import World, make_world
from tests.support import databases

# The cloud "sandbox" exists, nothing answers there.
_NOWHERE = "http://127.0.0.1:9"


@pytest.fixture(scope="session")
def world_database(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[tuple[str, World]]:
    """A database that holds the world and nothing else, made once: making it takes seconds."""
    name = f"world_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
    with django_db_blocker.unblock(), databases.copy_of_template(name):
        with (
            databases.connected_to(name),
            override_settings(HOLDFAST_SANDBOX_URL=_NOWHERE),
            transaction.atomic(),
        ):
            world = make_world()
            # Nobody works here on what would now be begun.
            connection.run_on_commit.clear()
        yield name, world


@pytest.fixture(scope="module")
def made_world(
    world_database: tuple[str, World], django_db_blocker: DjangoDbBlocker
) -> Iterator[World]:
    """The world, for all tests of a module; what they change is undone in the end."""
    name, world = world_database
    with (
        django_db_blocker.unblock(),
        databases.connected_to(name),
        override_settings(HOLDFAST_SANDBOX_URL=_NOWHERE),
        transaction.atomic(),
    ):
        yield deepcopy(world)
        transaction.set_rollback(True)


@pytest.fixture
def world(made_world: World, db: None) -> World:
    return replace(made_world, source=deepcopy(made_world.source))
