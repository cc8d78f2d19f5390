# ruff: noqa: S608 - the statements are made of the names of our own tables
"""A prober with raw SQL and the application's role: what row-level security alone holds back."""

from __future__ import annotations

import json

import psycopg
import pytest
from psycopg.errors import Error, InsufficientPrivilege

from apps.core.walls.ways import Way, ways
from tests.walls.conftest import Prober

WAYS = tuple(ways().values())
TABLES = pytest.mark.parametrize("way", WAYS, ids=[way.table for way in WAYS])
# Rows that are a customer's own; the others are also shown to the people they are about.
CUSTOMERS = [way for way in WAYS if way.tenant and way.label != "tenants.Tenant"]
CUSTOMERS_TABLES = pytest.mark.parametrize("way", CUSTOMERS, ids=[way.table for way in CUSTOMERS])

# Each counts the rows that it gets hold of.
COUNTING = {
    "count": "select count(*) from {t}",
    "exists": "select exists (select from {t})::int",
    "aggregate over whole rows": "select count(t::text) from {t} t",
    "json": "select coalesce(json_array_length(json_agg(t)), 0) from {t} t",
    "join with itself": "select count(*) from {t} a join {t} b on a.ctid = b.ctid",
    "outer join": "select count(t.ctid) from (values (1)) v left join {t} t on true",
    "lateral": "select count(*) from (values (1)) v, lateral (select * from {t}) t",
    "subselect": "select (select count(*) from {t})",
    "in a condition": "select count(*) from (values (1)) v where exists (select from {t})",
    "common table expression": "with t as (select * from {t}) select count(*) from t",
    "materialised": "with t as materialized (select * from {t}) select count(*) from t",
    "recursive": (
        "with recursive r as (select 1 as n, ctid from {t}"
        " union select n + 1, ctid from r where n < 2) select count(*) from r where n = 1"
    ),
    "union": "select count(*) from (select ctid from {t} union all select ctid from {t} limit 1) u",
    "window": "select count(*) from (select row_number() over () from {t}) w",
    "grouping": "select coalesce(sum(n), 0) from (select count(*) n from {t} group by ctid) g",
    "sample": "select count(*) from {t} tablesample system (100)",
    "locked": "select count(*) from (select ctid from {t} for update) l",
    "inherited": "select count(*) from only {t}",
    "changed": "with c as (update {t} set {c} = {c} returning 1) select count(*) from c",
    "removed": "with c as (delete from {t} returning 1) select count(*) from c",
    "a predicate that tells": (
        "select count(*) from {t} t where (t::text || pg_sleep(0)::text) is not null"
    ),
    "statistics": "select count(*) from pg_stats where tablename = '{t}'",
}


# Remove history and give no row back; what they refuse is tested in tests/history.
PRUNING = {"history_prune", "history_prune_dictionary", "history_finish_pruning"}


def counted(prober: Prober, sql: str, way: Way) -> int:
    column = way.tenant or way.msp or way.parents[0].column
    with prober.session.transaction(force_rollback=True):
        row = prober.session.execute(sql.format(t=way.table, c=column)).fetchone()
    assert row is not None
    return int(row[0])


def row_as_json(prober: Prober, table: str, place: str) -> str:
    query = f"select row_to_json(t)::text from {table} t where ctid = %s::tid"
    row = prober.owner.execute(query, [place]).fetchone()
    assert row is not None
    return str(row[0])


def putting_back(table: str) -> str:
    return f"insert into {table} select * from json_populate_record(null::{table}, %s::json)"


@TABLES
def test_there_is_something_to_prove_with(prober: Prober, way: Way) -> None:
    assert len(prober.all_places(way.table)) == 2


@TABLES
def test_nothing_is_seen_or_touched_without_a_scope(prober: Prober, way: Way) -> None:
    prober.told()
    found = {name: counted(prober, sql, way) for name, sql in COUNTING.items()}
    assert not any(found.values()), found


@CUSTOMERS_TABLES
def test_a_scope_shows_its_own_rows_and_no_others(prober: Prober, way: Way) -> None:
    (mine, others) = prober.all_places(way.table)
    prober.told(prober.ours.tenant_id)
    assert prober.places(way.table) == {mine}
    found = {name: counted(prober, sql, way) for name, sql in COUNTING.items()}
    assert found.pop("statistics") == 0
    assert set(found.values()) == {1}, found

    prober.told(prober.theirs.tenant_id)
    assert prober.places(way.table) == {others}


@TABLES
def test_a_foreign_row_is_neither_reached_nor_made(prober: Prober, way: Way) -> None:
    others = prober.all_places(way.table)[1]
    foreign = row_as_json(prober, way.table, others)
    for scope, person in (((), None), ((prober.ours.tenant_id,), prober.ours.person_id)):
        prober.told(*scope, person=person)
        assert others not in prober.places(way.table)
        with pytest.raises(InsufficientPrivilege), prober.session.transaction():
            prober.session.execute(putting_back(way.table), [foreign])
        on_conflict = putting_back(way.table) + " on conflict do nothing"
        with pytest.raises(InsufficientPrivilege), prober.session.transaction():
            prober.session.execute(on_conflict, [foreign])


@CUSTOMERS_TABLES
def test_a_row_is_not_moved_to_another_tenant(prober: Prober, way: Way) -> None:
    prober.told(prober.ours.tenant_id, person=prober.ours.person_id)
    with pytest.raises(InsufficientPrivilege), prober.session.transaction():
        prober.session.execute(
            f"update {way.table} set {way.tenant} = %s", [prober.theirs.tenant_id]
        )


def test_a_tenant_is_not_taken_from_its_msp(prober: Prober) -> None:
    prober.told(prober.ours.tenant_id, person=prober.ours.person_id)
    with pytest.raises(InsufficientPrivilege), prober.session.transaction():
        prober.session.execute("update tenants_tenant set msp_id = %s", [prober.theirs.msp_id])


@TABLES
def test_a_person_sees_nothing_of_another_msp(prober: Prober, way: Way) -> None:
    (mine, others) = prober.all_places(way.table)
    prober.told(person=prober.theirs.person_id)
    seen = prober.places(way.table)
    assert mine not in seen
    # Without a scope a person sees who may do what, and no customer's data.
    about_people = way.about_people or not way.tenant or way.owner or way.label == "tenants.Tenant"
    assert seen <= ({others} if about_people else set())


def test_a_person_finds_his_tenants_and_his_msp(prober: Prober) -> None:
    prober.told(person=prober.ours.person_id)
    assert prober.session.execute("select id from tenants_tenant").fetchall() == [
        (prober.ours.tenant_id,)
    ]
    assert prober.session.execute("select id from tenants_msp").fetchall() == [
        (prober.ours.msp_id,)
    ]


@TABLES
def test_copy_takes_out_no_more_than_a_query(prober: Prober, way: Way) -> None:
    for scope, most in (((), 0), ((prober.ours.tenant_id,), 1)):
        prober.told(*scope)
        for copy in (f"copy {way.table} to stdout", f"copy (table {way.table}) to stdout"):
            with prober.session.cursor() as cursor, cursor.copy(copy) as rows:
                assert len(list(rows)) <= most


@TABLES
def test_copy_puts_nothing_in(prober: Prober, way: Way) -> None:
    prober.told(prober.ours.tenant_id)
    into = f"copy {way.table} from stdin"
    with pytest.raises(Error), prober.session.transaction(), prober.session.cursor().copy(into):
        pass


@pytest.mark.parametrize(
    "sql",
    [
        "truncate {t}",
        "truncate {t} cascade",
        "alter table {t} disable row level security",
        "alter table {t} no force row level security",
        "drop policy holdfast_wall on {t}",
        "create policy mine on {t} using (true)",
        "alter table {t} owner to current_user",
        "drop table {t}",
        "create trigger mine before insert on {t} execute function pg_catalog.suppress_redundant()",
        "create index on {t} ((true))",
    ],
)
def test_the_wall_is_not_the_applications_to_take_down(prober: Prober, sql: str) -> None:
    prober.told(prober.ours.tenant_id)
    for way in WAYS:
        with pytest.raises(Error), prober.session.transaction():
            prober.session.execute(sql.format(t=way.table))


@TABLES
def test_switching_row_security_off_only_makes_queries_fail(prober: Prober, way: Way) -> None:
    prober.session.execute("set local row_security = off")
    with pytest.raises(InsufficientPrivilege):
        prober.session.execute(f"select count(*) from {way.table}")


@pytest.mark.parametrize(
    "sql",
    [
        "set role holdfast_owner",
        "set role postgres",
        "set session authorization holdfast_owner",
        "alter role current_user bypassrls",
        "alter role current_user superuser",
        "grant holdfast_owner to current_user",
        "set session_replication_role = replica",
        "create function public.mine() returns int language sql as 'select 1'",
        "drop function public.holdfast_every_tenant() cascade",
        "alter function public.holdfast_person_tenants() security invoker",
        "create view public.mine as select 1",
        "create table public.mine (id int)",
        "create extension dblink",
        "select pg_read_file('/etc/passwd')",
        "copy (select 1) to program 'cat'",
        "select * from pg_statistic",
        "select setval('recovery_step_id_seq', 1)",
    ],
)
def test_the_applications_role_can_become_no_other(prober: Prober, sql: str) -> None:
    with pytest.raises(Error), prober.session.transaction():
        prober.session.execute(sql)


@TABLES
def test_views_functions_and_cursors_of_its_own_see_no_more(prober: Prober, way: Way) -> None:
    prober.told()
    run = prober.session.execute
    run(f"create temporary view own_view as select * from {way.table}")
    run(
        "create function pg_temp.own_function() returns bigint language sql security definer"
        f" as 'select count(*) from public.{way.table}'"
    )
    run(f"declare own_cursor cursor for select * from {way.table}")
    assert run("select count(*) from own_view").fetchone() == (0,)
    assert run("select pg_temp.own_function()").fetchone() == (0,)
    assert run("fetch all from own_cursor").fetchall() == []


@TABLES
def test_a_prepared_statement_does_not_remember_a_scope(prober: Prober, way: Way) -> None:
    prober.session.execute(f"prepare seen as select count(*) from {way.table}")
    for _ in range(6):  # by now PostgreSQL keeps one plan for all executions
        prober.told(prober.ours.tenant_id, person=prober.ours.person_id)
        prober.session.execute("execute seen")
    prober.told()
    assert prober.session.execute("execute seen").fetchone() == (0,)
    prober.session.execute("deallocate seen")


def test_functions_with_the_owners_rights_are_known_and_tell_no_more(prober: Prober) -> None:
    query = "select proname from pg_proc where prosecdef and pronamespace = 'public'::regnamespace"
    names = {name for (name,) in prober.session.execute(query)}
    assert names >= PRUNING
    names -= PRUNING
    assert names == {
        "holdfast_door",
        "holdfast_events_naming",
        "holdfast_many_tenants",
        "holdfast_own_holdings",
        "holdfast_scope_msps",
        "holdfast_seen_msps",
        "holdfast_person_msps",
        "holdfast_person_whole_msps",
        "holdfast_person_named_tenants",
        "holdfast_person_tenants",
    }
    foreign = {prober.theirs.tenant_id, prober.theirs.msp_id}
    arguments = {
        "holdfast_own_holdings": "now()",
        "holdfast_door": f"'{prober.theirs.tenant_id}', now()",
        "holdfast_events_naming": (
            f"'{prober.theirs.tenant_id}', array['target_ids-1'], '-infinity', 'infinity'"
        ),
    }
    for scope, person in (((), None), ((prober.ours.tenant_id,), prober.ours.person_id)):
        prober.told(*scope, person=person)
        for name in names:
            called = f"{name}({arguments.get(name, '')})"
            found = prober.session.execute(f"select to_json({called})::text").fetchall()
            told = json.dumps(found)
            assert not any(str(theirs) in told for theirs in foreign)
            assert person or str(prober.ours.msp_id) not in told


def test_no_view_stands_in_front_of_a_table(prober: Prober) -> None:
    query = "select relname from pg_class where relkind in ('v', 'm') and relnamespace = %s::oid"
    public = prober.session.execute("select 'public'::regnamespace::oid").fetchone()
    assert prober.session.execute(query, public).fetchall() == []


def test_the_owner_sees_rows_only_by_a_policy_of_its_own(prober: Prober) -> None:
    forced = "select bool_and(relforcerowsecurity) from pg_class where relname = any (%s)"
    tables = [way.table for way in WAYS]
    assert prober.session.execute(forced, [tables]).fetchone() == (True,)


def test_a_setting_that_is_no_list_of_ids_shows_nothing(prober: Prober) -> None:
    for setting in ("x", "**", "' or true --", str(prober.ours.tenant_id)[:-1], "{}"):
        with prober.session.transaction(force_rollback=True):
            prober.session.execute("select set_config('holdfast.tenant_ids', %s, true)", [setting])
            try:
                seen = prober.session.execute("select count(*) from tenants_tenant").fetchone()
            except psycopg.DataError:
                continue
            assert seen == (0,)
