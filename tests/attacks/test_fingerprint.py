"""The helper that all attacks rely on must itself miss nothing."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection, transaction

from apps.access.models import ApiToken
from apps.core import clock
from apps.core.scope import no_scope, tenant_scope
from apps.jobs.models import Job
from apps.recovery.models import RecoveryRequest, StepResult
from apps.tenants.models import BackupPolicy, Tenant
from tests.attacks.fingerprint import (
    NOT_COMPARED,
    NOT_COMPARED_COLUMNS,
    changed_tables,
    fingerprint,
    rows,
    tables,
)
from tests.attacks.watching import written_tables
from tests.portal.world import World

CHANGES = {
    "a flag": (BackupPolicy, {"enabled": False}),
    "a name": (Tenant, {"name": "Contoso."}),
    "a state": (RecoveryRequest, {"state": "refused"}),
    "bytes": (RecoveryRequest, {"digest": b"\0" * 32}),
    "a moment": (Job, {"cancel_requested_at": clock.now()}),
    "json": (Job, {"args": {"mode": "full", "reason": "asked for "}}),
    "an empty text": (Job, {"progress_text": " "}),
}


@pytest.mark.parametrize("change", CHANGES)
def test_any_changed_value_shows(world: World, change: str) -> None:
    model, values = CHANGES[change]
    before = fingerprint()

    with no_scope("a test changes one row"):
        row = model._default_manager.first()
        assert row is not None
        model._default_manager.filter(pk=row.pk).update(**values)

    assert changed_tables(before, fingerprint()) == {model._meta.db_table}


def test_rows_that_come_and_go_show_even_when_their_number_stays(world: World) -> None:
    before = fingerprint()

    with tenant_scope(world.tenant.pk):
        gone = StepResult.objects.first() or Job.objects.first()
        assert gone is not None
        table = gone._meta.db_table
        kept = {field.attname: getattr(gone, field.attname) for field in gone._meta.fields}
        type(gone)._default_manager.filter(pk=gone.pk).delete()
        assert changed_tables(before, fingerprint()) == {table}
        same = type(gone)(**kept)
        same.save(force_insert=True)
    assert changed_tables(before, fingerprint()) == set()


def test_rows_of_every_tenant_are_seen_and_named(world: World) -> None:
    seen = fingerprint()
    before = rows({"jobs_job"})

    with no_scope("a test makes a job for no tenant"):
        job = Job.objects.create(kind="capture", actor_kind="system")

    assert all(seen[name][0] for name in ("tenants_tenant", "history_snapshot", "recovery_plan"))
    assert seen["tenants_backuppolicy"][0] == seen["tenants_tenant"][0]
    ((table, text),) = (rows({"jobs_job"}) - before).elements()
    assert table == "jobs_job"
    assert str(job.pk) in text


def test_every_table_of_every_model_is_compared_or_declared(world: World) -> None:
    ours = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}

    assert ours <= set(tables()) | NOT_COMPARED.keys()
    assert set(NOT_COMPARED_COLUMNS) <= set(tables()) | {"usersessions_usersession"}
    columns = {field.column for field in ApiToken._meta.fields}
    assert columns - set(NOT_COMPARED_COLUMNS["access_apitoken"]) >= {"rights", "revoked_at"}


STATEMENTS = {
    "update jobs_job set state = state where false": {"jobs_job"},
    "insert into holdfast_cache as known (cache_key, value, expires) values ('a', '', now())"
    " on conflict (cache_key) do update set expires = known.expires": {"holdfast_cache"},
    "with gone as (delete from django_session where false returning 1) select * from gone": {
        "django_session"
    },
    "with own as (select 1) select * from own": set(),
    "select 1 from jobs_job where false for update of jobs_job skip locked": set(),
    "select 1 from jobs_job where false for no key update nowait": set(),
    "do $$ begin end $$": {"?"},
}


def test_the_tables_that_statements_write_to_are_known(world: World) -> None:
    for statement, tables_written in STATEMENTS.items():
        with no_scope("a test writes"), written_tables() as written, connection.cursor() as cursor:
            cursor.execute(statement)
        assert written == tables_written, statement


def test_what_was_rolled_back_leaves_nothing(world: World) -> None:
    before = fingerprint()

    with transaction.atomic(), no_scope("a test deletes"), connection.cursor() as cursor:
        cursor.execute("delete from django_q_schedule")
        assert "django_q_schedule" in changed_tables(before, fingerprint())
        transaction.set_rollback(True)

    assert changed_tables(before, fingerprint()) == set()
