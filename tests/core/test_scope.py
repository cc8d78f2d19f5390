"""No scope, no rows; and PostgreSQL always knows the scope of the code that asks it."""

from __future__ import annotations

import threading
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from apps.core import scope
from apps.core.scope import ScopeError, no_scope, tenant_scope
from apps.tenants.models import BackupPolicy, TenantKey
from tests.factories import Cast, make_cast

A, B = uuid4(), uuid4()


def told_to_postgresql() -> str:
    with connection.cursor() as cursor:
        cursor.execute("select current_setting('holdfast.tenant_ids', true)")
        row = cursor.fetchone()
    return str(row[0])


def both(*ids: UUID) -> str:
    return ",".join(sorted(map(str, ids)))


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def test_rows_are_refused_without_a_scope(cast: Cast) -> None:
    with pytest.raises(ScopeError):
        BackupPolicy.objects.all()
    with pytest.raises(ScopeError):
        BackupPolicy.objects.create(tenant=cast.contoso)


def test_a_scope_shows_its_own_tenants_alone(cast: Cast) -> None:
    with tenant_scope(cast.contoso.id):
        assert [row.tenant_id for row in BackupPolicy.objects.all()] == [cast.contoso.id]
    with tenant_scope():
        assert not BackupPolicy.objects.exists()
    with no_scope("a test counts"):
        assert BackupPolicy.objects.count() == 3


def test_a_row_of_another_tenant_is_not_inserted(cast: Cast) -> None:
    with tenant_scope(cast.contoso.id), pytest.raises(ScopeError):
        TenantKey.objects.create(tenant=cast.tailspin, wrapped=b"")
    with tenant_scope(cast.contoso.id), pytest.raises(ScopeError):
        TenantKey.objects.bulk_create([TenantKey(tenant=cast.tailspin, wrapped=b"")])


def test_a_scope_can_be_narrowed_but_not_widened() -> None:
    with tenant_scope(A, B):
        with tenant_scope(A):
            assert scope.required().tenant_ids == {A}
        assert scope.required().tenant_ids == {A, B}
        with pytest.raises(ScopeError), tenant_scope(uuid4()):
            pass
    assert scope.current() is None


def test_a_thread_starts_without_a_scope() -> None:
    seen = []
    with tenant_scope(A):
        thread = threading.Thread(target=lambda: seen.append(scope.current()))
        thread.start()
        thread.join()
    assert seen == [None]


def test_postgresql_follows_nested_scopes(db: None) -> None:
    assert told_to_postgresql() == ""
    with tenant_scope(A, B):
        assert told_to_postgresql() == both(A, B)
        with tenant_scope(B):
            assert told_to_postgresql() == str(B)
        assert told_to_postgresql() == both(A, B)
        with no_scope("a test"):
            assert told_to_postgresql() == "*"
    assert told_to_postgresql() == ""


def test_postgresql_follows_when_a_savepoint_takes_the_setting_back(db: None) -> None:
    with tenant_scope(A):
        with transaction.atomic(), tenant_scope():
            assert told_to_postgresql() == ""
            transaction.set_rollback(True)
        assert told_to_postgresql() == str(A)
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select 1/0")
        assert told_to_postgresql() == str(A)


@pytest.mark.usefixtures("live_database")
def test_postgresql_follows_over_whole_transactions_and_new_connections() -> None:
    with tenant_scope(A):
        with transaction.atomic():
            assert told_to_postgresql() == str(A)
            transaction.set_rollback(True)  # takes the setting back as well
        assert told_to_postgresql() == str(A)
        with transaction.atomic():
            assert told_to_postgresql() == str(A)
        connection.close()
        assert told_to_postgresql() == str(A)
    assert told_to_postgresql() == ""


@pytest.mark.usefixtures("live_database")
def test_the_scope_costs_no_statement_when_nothing_changed() -> None:
    with tenant_scope(A):
        told_to_postgresql()
        raw = connection.connection
        sent = []
        execute = raw.execute
        raw.execute = lambda *arguments: sent.append(arguments) or execute(*arguments)
        told_to_postgresql()
        told_to_postgresql()
        assert sent == []
