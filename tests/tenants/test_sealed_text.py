"""What people typed as a reason is in no column of the database, and goes with the tenant's key."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from apps.access import services as access
from apps.access.models import SupportSession, TenantSignIn
from apps.access.signin import emergency
from apps.audit.selectors import ERASED
from apps.core.envelope import KeyProblem
from apps.core.scope import no_scope
from apps.tenants import keys
from apps.tenants.models import TenantKey
from apps.tenants.sealed_text import opened, seal, sealed
from apps.tenants.sealing_columns import sealed_column
from tests.factories import Cast, actor_of, make_cast

WHY = "Ticket 4711: Megan Bowen cannot sign in."


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def start(cast: Cast, on: Any) -> SupportSession:
    return access.start_support_session(actor=actor_of(cast.olivia), on=on, reason=WHY)


def kept(table: str) -> bytes:
    """Everything that a table holds, as the database has it."""
    with no_scope("a test looks"), connection.cursor() as cursor:
        cursor.execute(f"select t::text from {table} t")  # noqa: S608
        rows = "".join(row for (row,) in cursor.fetchall())
        cursor.execute(f"select string_agg(reason, '') from {table}")  # noqa: S608
        return rows.encode() + bytes(cursor.fetchone()[0])


def read_again(row: SupportSession) -> str:
    with no_scope("a test looks"):
        return SupportSession.objects.get(pk=row.pk).reason


@pytest.mark.parametrize("side", ["contoso", "north"])
def test_a_reason_is_read_as_it_was_typed_and_kept_as_nobody_can_read_it(
    cast: Cast, side: str
) -> None:
    session = start(cast, getattr(cast, side))

    assert session.reason == WHY
    assert read_again(session) == WHY
    assert b"Megan" not in kept("access_supportsession")


def test_a_reason_goes_with_the_tenants_key(cast: Cast) -> None:
    ours, of_the_msp = start(cast, cast.contoso), start(cast, cast.north)

    with no_scope("a test destroys a key"):
        TenantKey.objects.filter(tenant=cast.contoso).delete()
    keys.forget_cached()

    assert read_again(ours) == ERASED
    assert read_again(of_the_msp) == WHY


def test_a_sealed_reason_opens_in_its_own_place_alone(cast: Cast) -> None:
    first, second = start(cast, cast.contoso), start(cast, cast.fabrikam)
    moved = sealed(first, "reason", WHY)
    with no_scope("a test moves a value"):
        SupportSession.objects.filter(pk=second.pk).update(reason=moved)

    with pytest.raises(KeyProblem):
        read_again(second)


def test_plain_text_is_never_written_in_passing(cast: Cast) -> None:
    session = start(cast, cast.contoso)
    with no_scope("a test writes"), pytest.raises(TypeError), transaction.atomic():
        SupportSession.objects.filter(pk=session.pk).update(reason="plain")
    with no_scope("a test writes"):
        SupportSession.objects.filter(pk=session.pk).update(
            reason=sealed(session, "reason", "Another one, typed later.")
        )
        session.refresh_from_db()
        session.save()
    assert read_again(session) == "Another one, typed later."


def test_the_reason_of_an_emergency_is_sealed_and_forgotten_with_it(cast: Cast) -> None:
    alice = actor_of(cast.alice)
    with no_scope("a test is below the doors"):
        emergency.begin(actor=alice, side=cast.contoso, reason=WHY)
        begun = TenantSignIn.objects.get(tenant=cast.contoso)
        emergency.end(actor=alice, side=cast.contoso)
        ended = TenantSignIn.objects.get(tenant=cast.contoso)

    assert begun.emergency_reason == WHY
    assert ended.emergency_reason == ""


def test_the_migration_seals_what_there_is(cast: Cast) -> None:
    ids = [uuid4() for _ in range(3)]
    texts = {ids[0]: (cast.contoso.pk, WHY), ids[1]: (None, WHY), ids[2]: (cast.contoso.pk, "")}
    with connection.cursor() as cursor:
        cursor.execute(
            "create temp table typed (id uuid, tenant_id uuid, reason text,"
            " reason_sealed bytea default ''::bytea) on commit drop"
        )
        for key, (tenant_id, text) in texts.items():
            cursor.execute("insert into typed values (%s, %s, %s)", [key, tenant_id, text])
        code: Any = sealed_column("typed", "reason", table="typed")[1]
        code.code(None, SimpleNamespace(connection=connection))
        cursor.execute("select id, reason_sealed from typed")
        found: dict[UUID, bytes] = {key: bytes(value) for key, value in cursor.fetchall()}

    assert found[ids[2]] == seal("typed", "reason", ids[2], cast.contoso.pk, "") == b""
    for key in ids[:2]:
        row: Any = SimpleNamespace(
            pk=key, tenant_id=texts[key][0], _meta=SimpleNamespace(db_table="typed")
        )
        assert opened(row, "reason", found[key]) == WHY
