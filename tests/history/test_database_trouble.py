"""Captures while PostgreSQL is unwell: a whole snapshot or none, and the next one simply works."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection, connections
from django.db.utils import InterfaceError, OperationalError

from apps.core.actor import SYSTEM
from apps.core.errors import Conflict
from apps.core.scope import no_scope, tenant_scope
from apps.entra.catalogue import Kind
from apps.entra.reading import ReadBatch
from apps.history import selectors, services
from apps.history.verification import verify
from apps.jobs import runner
from apps.jobs.models import Job
from apps.tenants.models import Tenant
from config import embedded
from tests.factories import make_msp, make_tenant
from tests.history.sources import MemorySource, small_directory
from tests.support import databases


class Interrupted(MemorySource):
    """A directory; something happens when its groups are read."""

    happens: Callable[[], object] = bool

    def read(self, kind: Kind, *, cursor: str | None, first_read: bool) -> Iterator[ReadBatch]:
        yield from super().read(kind, cursor=cursor, first_read=first_read)
        if kind.name == "group":
            self.happens()


@pytest.fixture
def tenant(live_database: embedded.Urls) -> Iterator[Tenant]:
    """A tenant with one committed snapshot."""
    tenant = make_tenant(make_msp())
    with tenant_scope(tenant.pk):
        services.capture(actor=SYSTEM, tenant=tenant, source=small_directory())
        yield tenant


def changed(happens: Callable[[], object]) -> Interrupted:
    """The directory of the first snapshot with another user."""
    source = Interrupted()
    vars(source).update(vars(small_directory()))
    source.put("user", "u9", displayName="New")
    source.happens = happens  # type: ignore[method-assign]
    return source


def take(tenant: Tenant, happens: Callable[[], object] = bool) -> Any:
    return services.capture(actor=SYSTEM, tenant=tenant, source=changed(happens))


def only_the_first_is_there_and_the_next_works(tenant: Tenant) -> None:
    first = selectors.latest_snapshot(tenant)
    assert first is not None
    assert first.seq == 1
    assert verify(tenant).is_intact
    assert take(tenant).counts == {"created": 1}
    assert verify(tenant).is_intact


def as_admin(sql: str) -> None:
    name = connection.settings_dict["NAME"]
    with psycopg.connect(databases.server().admin, dbname=name, autocommit=True) as admin:
        admin.execute(sql)


def end_all_sessions() -> None:
    """What a restart of the database does to those who use it."""
    as_admin(
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where datname = current_database() and pid <> pg_backend_pid()"
    )


def test_a_restart_of_the_database_ends_a_capture_and_leaves_nothing(tenant: Tenant) -> None:
    with pytest.raises((OperationalError, InterfaceError)):
        take(tenant, end_all_sessions)
    connection.close()

    only_the_first_is_there_and_the_next_works(tenant)


def test_a_full_disk_ends_a_capture_and_its_job_says_so(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_admin(
        "create function no_room() returns trigger language plpgsql as $body$ begin"
        " raise exception 'could not extend file: No space left on device'"
        " using errcode = '53100'; end $body$;"
        "create trigger no_room before insert on history_linkversion execute function no_room()"
    )
    source = changed(bool)
    source.link("group.members", "g1", "u9")
    monkeypatch.setattr(services, "_graph_source", lambda _: source)
    job = services.snapshot_now(actor=SYSTEM, tenant=tenant, mode="full")

    runner.run(str(job.pk))

    with no_scope("a test looks at the job"):
        job = Job.objects.get(pk=job.pk)
    assert (job.state, job.error_code) == ("queued", "database-full")
    assert "no room left on its disk" in job.error_text
    assert "nothing kept before was lost" in job.error_text
    as_admin("drop trigger no_room on history_linkversion")
    only_the_first_is_there_and_the_next_works(tenant)


def test_two_workers_at_once_make_one_snapshot(tenant: Tenant) -> None:
    refused: list[Conflict] = []

    def another() -> None:
        try:
            with tenant_scope(tenant.pk), pytest.raises(Conflict) as found:
                take(tenant)
            refused.append(found.value)
        finally:
            connections.close_all()

    def meanwhile() -> None:
        worker = threading.Thread(target=another)
        worker.start()
        worker.join(timeout=60)

    result = take(tenant, meanwhile)

    assert result.counts == {"created": 1}
    assert [error.code for error in refused] == ["locked"]
    assert [one.seq for one in selectors.snapshots(tenant)] == [2, 1]
    assert verify(tenant).is_intact
