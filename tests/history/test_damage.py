"""What cannot be done to a history, and that it is found when it was done after all."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.db import DatabaseError, connections

from apps.core.actor import SYSTEM
from apps.core.scope import no_scope, tenant_scope
from apps.history import services
from apps.history.verification import verify
from apps.tenants.models import Tenant
from tests.factories import make_msp, make_tenant
from tests.history.sources import MemorySource

WRITTEN_ONCE = (
    "history_snapshot",
    "history_snapshotcollection",
    "history_objectversion",
    "history_linkversion",
    "history_auditevent",
    "history_shrinkconfirmation",
)
INSERT_VERSION = """
insert into history_objectversion (tenant_id, kind, object_id, seq, state, digest)
values (%s, 'user', 'u9', %s, 'present', '')
"""


def run_sql(sql: str, *params: object, using: str = "default") -> None:
    with connections[using].cursor() as cursor:
        cursor.execute(sql, params)


def tamper(table: str, sql: str, *params: object) -> None:
    """What only somebody who owns the tables, or has their files, can do."""
    run_sql(f"alter table {table} disable trigger user", using="owner")
    run_sql(sql, *params, using="owner")
    run_sql(f"alter table {table} enable trigger user", using="owner")


def take(tenant: Tenant, source: MemorySource, mode: str = "full") -> None:
    services.capture(actor=SYSTEM, tenant=tenant, mode=mode, reason="test", source=source)


@pytest.fixture
def captured(live_database: object, source: MemorySource) -> Iterator[Tenant]:
    """A tenant with three committed snapshots: two users and a link, a change, a deletion."""
    tenant = make_tenant(make_msp())
    source.put("user", "u1", displayName="Ada")
    source.put("user", "u2", displayName="Grace")
    source.put("group", "g1", displayName="Staff")
    source.link("group.members", "g1", "u1")
    with tenant_scope(tenant.pk):
        take(tenant, source)
        source.put("user", "u1", displayName="Ada Lovelace")
        take(tenant, source, "delta")
        source.soft_delete("user", "u2")
        take(tenant, source, "delta")
        yield tenant


def found_in(tenant: Tenant) -> set[tuple[int, str]]:
    return {(damage.seq, str(damage.code)) for damage in verify(tenant).damage}


def test_an_untouched_history_is_intact(captured: Tenant) -> None:
    found = verify(captured)

    assert found.is_intact
    assert (found.snapshots, found.versions, found.bodies) == (3, 6, 4)


@pytest.mark.parametrize("role", ["default", "owner"])
def test_the_database_refuses_to_change_history_whoever_asks(captured: Tenant, role: str) -> None:
    for table in WRITTEN_ONCE[:4]:
        for statement in (
            "update {} set tenant_id = tenant_id",
            "delete from {}",
            "truncate {} cascade",
        ):
            with pytest.raises(DatabaseError, match=r"written once|permission denied"):
                run_sql(statement.format(table), using=role)

    assert verify(captured).is_intact


def test_replaying_changes_does_not_get_around_the_refusal(captured: Tenant) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select count(*) from pg_trigger t join pg_class c on c.oid = t.tgrelid"
            " where c.relname = any(%s) and not t.tgisinternal and t.tgenabled <> 'A'",
            [list(WRITTEN_ONCE)],
        )
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize("seq", [2, 3, 4])
def test_no_version_can_be_added_to_a_sealed_snapshot_or_to_none(
    captured: Tenant, seq: int
) -> None:
    with pytest.raises(DatabaseError, match="being written"):
        run_sql(INSERT_VERSION, captured.pk, seq)


def test_a_version_cannot_point_into_another_tenant(captured: Tenant) -> None:
    other = uuid4()

    # Within every tenant's scope: row-level security is the first to refuse otherwise.
    every = no_scope("what the keys alone refuse")
    with every, pytest.raises(DatabaseError, match="being written"):
        run_sql(INSERT_VERSION, other, 3)
    every = no_scope("what the keys alone refuse")
    with every, pytest.raises(DatabaseError, match="same_tenant"):
        run_sql(
            "insert into history_snapshotcollection (tenant_id, snapshot_id, collection, status,"
            " count, detail, missing, read_at) select %s, snapshot_id, 'other', status, count,"
            " detail, missing, read_at from history_snapshotcollection limit 1",
            other,
        )


def test_a_snapshot_that_does_not_continue_the_chain_is_refused(captured: Tenant) -> None:
    with pytest.raises(DatabaseError, match="continue the chain"):
        run_sql(
            "insert into history_snapshot (id, tenant_id, seq, mode, reason, taken_at, sealed_at,"
            " root, previous_root, signature, signing_key_id, counts, complete)"
            " select gen_random_uuid(), tenant_id, 4, mode, reason, taken_at, sealed_at,"
            " root, previous_root, signature, signing_key_id, counts, complete"
            " from history_snapshot where seq = 3"
        )


def test_a_changed_body_is_found(captured: Tenant) -> None:
    tamper(
        "history_objectversion",
        "update history_objectversion set body = set_byte(body, 40, get_byte(body, 40) # 1)"
        " where object_id = 'u1' and seq = 2",
    )

    assert found_in(captured) == {(2, "versions-changed"), (2, "body-unreadable")}


def test_a_body_moved_to_another_place_is_found(captured: Tenant) -> None:
    tamper(
        "history_objectversion",
        "update history_objectversion v set body = o.body from history_objectversion o"
        " where v.object_id = 'u1' and v.seq = 2 and o.object_id = 'u2' and o.seq = 1",
    )

    assert found_in(captured) == {(2, "versions-changed"), (2, "body-moved")}


def test_a_removed_version_is_found(captured: Tenant) -> None:
    tamper("history_objectversion", "delete from history_objectversion where seq = 3")

    assert found_in(captured) == {(3, "versions-missing"), (3, "counts-differ")}


def test_a_changed_link_is_found(captured: Tenant) -> None:
    tamper("history_linkversion", "update history_linkversion set target_id = 'u2'")

    assert found_in(captured) == {(1, "versions-changed")}


def test_a_removed_snapshot_is_found(captured: Tenant) -> None:
    tamper(
        "history_snapshotcollection",
        "delete from history_snapshotcollection where snapshot_id ="
        " (select id from history_snapshot where seq = 2)",
    )
    tamper("history_snapshot", "delete from history_snapshot where seq = 2")

    assert found_in(captured) == {(3, "snapshot-missing"), (2, "versions-stray")}


def test_a_claim_of_completeness_that_was_not_sealed_is_found(captured: Tenant) -> None:
    tamper(
        "history_snapshotcollection",
        "update history_snapshotcollection set status = 'denied' where collection = 'group'"
        " and snapshot_id = (select id from history_snapshot where seq = 2)",
    )

    assert found_in(captured) == {(2, "completeness-changed")}


def test_a_signature_that_is_not_ours_is_found(captured: Tenant) -> None:
    tamper(
        "history_snapshot",
        "update history_snapshot set signature = sha512(signature) where seq = 1",
    )

    assert found_in(captured) == {(1, "signature-forged")}
