# ruff: noqa: S608 - the statements are made of the names of our own tables
"""A filled database, and the application's role in it with nothing but raw SQL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import psycopg
import pytest
from django.db import connections
from pytest_django.plugin import DjangoDbBlocker

from tests.support import databases
from tests.walls.filling import Side, fill, switch_checks_off


@dataclass(frozen=True)
class Prober:
    """Raw SQL as the application's role. Each test gets the same rows; nothing is committed."""

    ours: Side
    theirs: Side
    session: psycopg.Connection
    owner: psycopg.Connection

    def told(self, *tenant_ids: UUID, person: UUID | None = None) -> None:
        """Tell the session a scope and a person, as the product does."""
        self.session.execute(
            "select set_config('holdfast.tenant_ids', %s, false),"
            " set_config('holdfast.user_id', %s, false)",
            [",".join(map(str, tenant_ids)), str(person or "")],
        )

    def places(self, table: str) -> set[str]:
        """Where the rows are that the session sees."""
        return {place for (place,) in self.session.execute(f"select ctid::text from {table}")}

    def all_places(self, table: str) -> list[str]:
        """Where all rows are: ours first, then theirs."""
        rows = self.owner.execute(f"select ctid::text from {table} order by ctid")
        return [place for (place,) in rows]


@pytest.fixture(scope="module")
def filled(django_db_blocker: DjangoDbBlocker) -> Iterator[tuple[str, Side, Side]]:
    name = f"walls_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
    with (
        django_db_blocker.unblock(),
        databases.copy_of_template(name),
        databases.connected_to(name),
    ):
        switch_checks_off(databases.server().admin, name)
        ours, theirs = fill()
        yield name, ours, theirs
        connections.close_all()


@pytest.fixture(scope="module")
def connected(filled: tuple[str, Side, Side]) -> Iterator[Prober]:
    name, ours, theirs = filled
    urls = databases.server().urls(name)
    with psycopg.connect(urls.app) as session, psycopg.connect(urls.owner) as owner:
        yield Prober(ours, theirs, session, owner)


@pytest.fixture
def prober(connected: Prober) -> Iterator[Prober]:
    yield connected
    connected.session.rollback()
    connected.owner.rollback()
