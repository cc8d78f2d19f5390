"""Behind the wall only leakproof operators can use an index: which indexes that leaves out."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
from django.db import connection, transaction

from apps.core import clock
from apps.core.scope import no_scope, tenant_scope
from apps.history import selectors
from apps.tenants.models import Tenant
from config import embedded
from tests.factories import Cast, make_cast

# Indexes with other operators, with the function that asks them with the owner's rights.
ASKED_BY_A_FUNCTION = {"audit_event_targets": "holdfast_events_naming"}

_NOT_LEAKPROOF = """
select distinct named.relname, function.proname
from pg_index i
join pg_class named on named.oid = i.indexrelid
join pg_class indexed on indexed.oid = i.indrelid and indexed.relrowsecurity
cross join unnest(i.indclass::oid[]) class (id)
join pg_opclass c on c.oid = class.id
join pg_amop o on o.amopfamily = c.opcfamily
    and o.amoplefttype = c.opcintype and o.amoprighttype = c.opcintype
join pg_operator operator on operator.oid = o.amopopr
join pg_proc function on function.oid = operator.oprcode and not function.proleakproof
"""
_MANY_EVENTS = """
insert into history_auditevent (tenant_id, event_id, at, deletes, body, target_ids)
select %s, 'event-' || n, %s, false, decode(repeat('00', 400), 'hex'), array['object-' || n]
from generate_series(1, 4000) n
"""
_NAMED = "select holdfast_events_naming(%s, %s, %s, %s)"
_SCANS = "select pg_stat_get_xact_numscans('audit_event_targets'::regclass)"


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def fetched(sql: str, *params: object) -> list[object]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [row[0] for row in cursor.fetchall()]


def fill(tenant: Tenant) -> None:
    with tenant_scope(tenant.pk), connection.cursor() as cursor:
        cursor.execute(_MANY_EVENTS, [tenant.pk, clock.now()])


def found_in(tenant: Tenant, *objects: str) -> list[object]:
    day = timedelta(days=1)
    return fetched(_NAMED, tenant.pk, list(objects), clock.now() - day, clock.now() + day)


def test_every_index_of_a_walled_table_is_usable_or_asked_by_a_function(db: None) -> None:
    assert set(fetched(_NOT_LEAKPROOF)) == set(ASKED_BY_A_FUNCTION)
    known = fetched("select proname from pg_proc where prosecdef")
    assert set(ASKED_BY_A_FUNCTION.values()) <= set(known)


def test_reading_the_copied_audit_log_goes_by_the_index_of_what_is_named(
    live_database: embedded.Urls,
) -> None:
    tenant = make_cast().contoso
    fill(tenant)
    with psycopg.connect(live_database.owner, autocommit=True) as owner:
        owner.execute("vacuum analyze history_auditevent")
    day = timedelta(days=1)
    with tenant_scope(tenant.pk), transaction.atomic():
        before = fetched(_SCANS)

        list(selectors.audit_events(tenant, ["y"], clock.now() - day, clock.now() + day))
        found = found_in(tenant, "object-7", "object-8")

        assert set(found) == {"event-7", "event-8"}
        assert fetched(_SCANS) == [int(str(before[0])) + 2]


def test_audit_entries_of_a_tenant_outside_the_scope_are_not_found(cast: Cast) -> None:
    fill(cast.contoso)
    with tenant_scope(cast.tailspin.pk):
        assert found_in(cast.contoso, "object-7") == []
    assert found_in(cast.contoso, "object-7") == []
    with no_scope("a test"):
        assert found_in(cast.contoso, "object-7") == ["event-7"]
