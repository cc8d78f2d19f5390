"""Test databases: one template per state of the migrations, copied in a fraction of a second."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import fasteners
import psycopg
from django.db import connections

from config import embedded

ROOT = Path(__file__).resolve().parent.parent.parent
ALIASES = ("default", "owner")
# What decides how a migrated database looks.
_MAKES_DATABASES = (
    "apps/*/migrations/*.py",
    "apps/access/reach_in_sql.py",
    "apps/core/cache_table.py",
    "apps/core/walls/*.py",
)


@cache
def server() -> embedded.Server:
    """The embedded server the test settings started."""
    return embedded.start(ROOT / "var" / "test-postgres", settings=embedded.UNSAFE_BUT_FAST)


def template() -> str:
    """The name of a migrated, empty database; made when the migrations have changed."""
    digest = hashlib.sha256()
    for path in sorted(found for pattern in _MAKES_DATABASES for found in ROOT.glob(pattern)):
        digest.update(str(path.relative_to(ROOT)).encode())
        digest.update(path.read_bytes())
    digest.update((ROOT / "requirements" / "base.txt").read_bytes())
    name = f"template_{digest.hexdigest()[:16]}"
    with fasteners.InterProcessLock(ROOT / "var" / "test-template.lock"):
        if not _exists(name):
            _make_template(name)
    return name


def _exists(name: str) -> bool:
    with psycopg.connect(server().admin, autocommit=True) as connection:
        query = "SELECT 1 FROM pg_database WHERE datname = %s"
        return connection.execute(query, [name]).fetchone() is not None


def _make_template(name: str) -> None:
    """Migrate a new database in a process of its own, so that no connection to it stays open."""
    unfinished = f"{name}_unfinished"
    embedded.drop_database(server(), unfinished)
    embedded.create_database(server(), unfinished)
    urls = server().urls(unfinished)
    environment = {**os.environ, "DATABASE_URL": urls.app, "DATABASE_OWNER_URL": urls.owner}
    environment["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--database", "owner", "--verbosity", "0"],
        cwd=ROOT,
        env=environment,
        check=True,
    )
    with psycopg.connect(server().admin, autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{unfinished}" RENAME TO "{name}"')


@contextmanager
def copy_of_template(name: str) -> Iterator[embedded.Urls]:
    """A database `name`, fresh from the template; dropped afterwards."""
    embedded.drop_database(server(), name)
    embedded.create_database(server(), name, template=template())
    try:
        yield server().urls(name)
    finally:
        embedded.drop_database(server(), name)


@contextmanager
def connected_to(name: str) -> Iterator[None]:
    """Point Django's connections at database `name` for the time being."""
    before = {alias: connections[alias].settings_dict["NAME"] for alias in ALIASES}
    _point(dict.fromkeys(ALIASES, name))
    try:
        yield
    finally:
        _point(before)


def _point(names: dict[str, str]) -> None:
    for alias, name in names.items():
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name
