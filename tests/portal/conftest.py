from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace

import pytest
from django.db import transaction
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker

from tests.portal.world import World, make_world


@pytest.fixture(scope="module")
def made_world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Made once for a module; what a test changes is undone to here.

    The cloud "sandbox" exists, nothing answers there.
    """
    with (
        django_db_blocker.unblock(),
        override_settings(HOLDFAST_SANDBOX_URL="http://127.0.0.1:9"),
        transaction.atomic(),
    ):
        yield make_world()
        transaction.set_rollback(True)


@pytest.fixture
def world(made_world: World, db: None) -> World:
    return replace(made_world, source=deepcopy(made_world.source))
