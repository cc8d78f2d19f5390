"""A connection serves one request after the other, and remembers nothing of the one before."""

from __future__ import annotations

from contextlib import nullcontext
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from apps.core.scope import FEW, ScopeError, msp_scope, no_scope, person, tenant_scope
from apps.core.scope_connection import times_told
from apps.tenants.choices import TenantState
from apps.tenants.models import BackupPolicy, Tenant
from tests.factories import Cast, make_cast, make_tenant
from tests.portal.world import signed_in

A, B = uuid4(), uuid4()


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def told() -> tuple[str, str]:
    """The scope and the person as the session knows them, without the telling of this query."""
    raw = connection.connection
    row = raw.execute(
        "select current_setting('holdfast.tenant_ids', true),"
        " current_setting('holdfast.user_id', true)"
    ).fetchone()
    return row[0] or "", row[1] or ""


def ask(sql: str = "select 1", params: list[object] | None = None) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def test_a_connection_taken_over_by_another_person_forgets_the_first(cast: Cast) -> None:
    with person(cast.alice.pk), tenant_scope(cast.contoso.pk):
        ask()
    assert told() == (str(cast.contoso.pk), str(cast.alice.pk))  # nobody asked since

    with person(cast.mallory.pk):
        seen = set(Tenant.objects.values_list("pk", flat=True))

    assert seen == {cast.tailspin.pk}
    assert told() == ("", str(cast.mallory.pk))


def test_requests_of_two_people_over_one_connection_see_their_own(cast: Cast) -> None:
    alice, mallory = signed_in(cast.alice), signed_in(cast.mallory)
    address = reverse("portal:tenant", args=[cast.contoso.pk])
    for _ in range(2):
        assert alice.get(address).status_code == 200
        assert mallory.get(address).status_code == 404
        assert "Contoso" not in shown(mallory)
        assert "Contoso" in shown(alice)


def shown(client: Client) -> str:
    return client.get("/").content.decode()


def abort_a_pipeline(raw: psycopg.Connection) -> None:
    with raw.pipeline():
        raw.execute("select set_config('holdfast.tenant_ids', '*', true)")
        raw.execute("select 1/0")
        raw.execute("select 1")


def test_an_error_in_the_middle_of_a_scope_leaves_nothing_behind(cast: Cast) -> None:
    with person(cast.alice.pk), tenant_scope(cast.contoso.pk):
        ask()
        with pytest.raises(ScopeError), tenant_scope(cast.tailspin.pk):
            ask()
    with no_scope("a test counts"):
        every = BackupPolicy.objects.count()
    assert ask("select count(*) from tenants_backuppolicy") == [(0,)]
    assert every == 3


@pytest.mark.usefixtures("live_database")
@pytest.mark.parametrize("in_transaction", [False, True])
def test_the_scope_is_right_after_a_statement_that_failed(in_transaction: bool) -> None:
    ask()
    with tenant_scope(A):
        with (
            pytest.raises(DatabaseError),
            transaction.atomic() if in_transaction else nullcontext(),
        ):
            ask("select 1/0")
        assert told()[0] == ""
        ask()
        assert told()[0] == str(A)
    ask()
    assert told()[0] == ""


@pytest.mark.usefixtures("live_database")
def test_the_scope_is_right_after_a_pipeline_that_was_aborted() -> None:
    with tenant_scope(A):
        ask()
        with pytest.raises(psycopg.Error):
            abort_a_pipeline(connection.connection)
        ask()
        assert told()[0] == str(A)


def test_series_of_statements_and_cursors_on_the_server_are_told_as_well(cast: Cast) -> None:
    with tenant_scope(cast.contoso.pk), connection.cursor() as cursor:
        cursor.executemany("select %s::int", [(1,), (2,)])
        assert told()[0] == str(cast.contoso.pk)
    with tenant_scope(cast.fabrikam.pk):
        assert [row.tenant_id for row in BackupPolicy.objects.iterator()] == [cast.fabrikam.pk]
    with tenant_scope(cast.contoso.pk), connection.chunked_cursor() as chunked:
        chunked.execute("select tenant_id from tenants_backuppolicy")
        assert chunked.fetchall() == [(cast.contoso.pk,)]


def test_what_a_statement_gives_is_not_mixed_up_with_the_telling(cast: Cast) -> None:
    with tenant_scope(cast.contoso.pk), connection.cursor() as cursor:
        cursor.execute("update tenants_backuppolicy set enabled = enabled")
        assert cursor.rowcount == 1
    with tenant_scope(cast.fabrikam.pk), connection.cursor() as cursor:
        cursor.execute("select %s as it, '100%%'", ["a;b"])
        assert [column.name for column in cursor.description] == ["it", "?column?"]
        assert cursor.fetchall() == [("a;b", "100%")]


def test_a_nested_scope_of_the_same_tenants_tells_nothing_again() -> None:
    with tenant_scope(A, B):
        ask()
        before = times_told(connection)
        with tenant_scope(B, A):
            ask()
        ask()
        assert times_told(connection) == before


@pytest.fixture
def many(cast: Cast) -> dict[UUID, UUID]:
    """More tenants of MSP North than are named one by one, and one of South."""
    tenants = [make_tenant(cast.north, f"Customer {number}") for number in range(FEW)]
    return {one.pk: one.msp_id for one in (*tenants, cast.contoso, cast.fabrikam, cast.tailspin)}


def test_a_scope_of_a_whole_msp_shows_its_tenants_and_those_named_apart(
    cast: Cast, many: dict[UUID, UUID]
) -> None:
    of_north = {tenant: msp for tenant, msp in many.items() if msp == cast.north.pk}
    for tenants in (of_north, many):
        with msp_scope(tenants, whole_msps={cast.north.pk}):
            found = set(BackupPolicy.objects.values_list("tenant_id", flat=True))
            by_hand = {row[0] for row in ask("select tenant_id from tenants_backuppolicy")}
            assert "/" in told()[0]
        assert found == by_hand == set(tenants)


def test_the_managers_hold_a_wide_scope_without_the_wall(
    cast: Cast, many: dict[UUID, UUID]
) -> None:
    of_north = {tenant: msp for tenant, msp in many.items() if msp == cast.north.pk}
    with msp_scope(of_north, whole_msps={cast.north.pk}):
        query = str(BackupPolicy.objects.values("tenant_id").query)
    with no_scope("what the manager asks is asked without the wall"):
        text, _, condition = query.partition(" WHERE ")
        ids = "{" + str(cast.north.pk) + "}"
        found = ask(f"{text} WHERE {condition.replace(ids, repr(ids))}")
    assert {row[0] for row in found} == set(of_north)


def test_a_removed_tenant_is_not_in_the_scope_of_its_msp(
    cast: Cast, many: dict[UUID, UUID]
) -> None:
    with no_scope("a test"):
        Tenant.objects.filter(pk=cast.fabrikam.pk).update(state=TenantState.REMOVED)
    rest = {tenant: msp for tenant, msp in many.items() if tenant != cast.fabrikam.pk}
    with msp_scope(rest, whole_msps={cast.north.pk}):
        assert cast.fabrikam.pk not in set(BackupPolicy.objects.values_list("tenant", flat=True))
        assert (cast.fabrikam.pk,) not in ask("select tenant_id from tenants_backuppolicy")
