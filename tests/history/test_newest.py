"""Finding the newest version, whatever PostgreSQL knows of the tables."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django.db import connection

from apps.history.capture import apart_rows, staged_links, staged_objects
from apps.history.capture.staging import staging_tables
from apps.history.search import log_sql
from apps.history.selectors import bodies, changes
from apps.tenants.models import Tenant

_QUERIES: dict[str, tuple[str, Callable[[UUID], Any]]] = {
    "bodies": (bodies._BODIES, lambda one: [["user"], ["u1"], one, 7, one, 7]),
    "last bodies": (bodies._LAST, lambda one: [["user"], ["u1"], one, 7]),
    "objects before": (changes._BEFORE, lambda one: [["user"], ["u1"], one, 1]),
    "links": (changes._LINKS.format(filters=""), lambda one: [one, 1, 2, one, 1]),
    "set aside": (
        changes._SET_ASIDE.format(filters=""),
        lambda one: [one, 1, 2, one, 1, one, one, one, one, one, 1],
    ),
    "newest": (staged_objects._NEWEST, lambda one: ["user", ["u1"], one]),
    "back": (staged_links._UNCERTAIN.format(end="source"), lambda one: [one, one]),
    "asked apart": (
        apart_rows._MOVED,
        lambda one: {"tenant": one, "kind": "user", "beside": 20, "last": 2, "limit": 9},
    ),
    "of one object": (
        log_sql._OF_OBJECT,
        lambda one: [one, "user", "u1", "user", "u1", 7, 50],
    ),
    "deletions": (
        log_sql._DELETIONS,
        lambda one: {"tenant": one, "kinds": ["user"], "ids": ["u1"], "seq": 7},
    ),
}


def test_the_key_finds_it_for_a_tenant_that_no_statistics_know(tenant: Tenant) -> None:
    """A walk over the index by position takes seconds for a thousand objects."""
    with staging_tables(), connection.cursor() as cursor:
        # In tables this small PostgreSQL might as well read all, or sort.
        for other in ("seqscan", "bitmapscan", "sort", "incremental_sort"):
            cursor.execute(f"set local enable_{other} = off")
        for name, (sql, params) in _QUERIES.items():
            cursor.execute(f"explain {sql}", params(uuid4()))
            plan = "\n".join(row[0] for row in cursor.fetchall())

            assert "Backward using object_version_seq" not in plan, name
            assert "Backward using link_version_seq" not in plan, name
            assert "Backward using history_" in plan, name


def test_the_links_of_a_capture_are_found_in_the_same_way() -> None:
    assert "source_id desc, target_id desc, seq desc limit 1" in staged_links._BEFORE
