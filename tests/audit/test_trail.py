"""The trail keeps what was done, refuses to be edited, and shows when it was edited anyway."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import DatabaseError, connections, transaction

from apps.audit import selectors, services
from apps.audit.models import AuditRecord, PersonalPart
from apps.audit.registry import UnknownEventError, all_events, register
from apps.audit.verification import verify
from apps.core.actor import Actor
from apps.core.scope import no_scope
from apps.tenants import keys as tenant_keys
from apps.tenants.models import TenantKey
from tests.factories import Cast, make_cast


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def test_a_chain_that_nobody_touched_is_intact(cast: Cast) -> None:
    report = verify()
    assert report.intact
    assert report.records == AuditRecord.objects.count() > 10
    assert report.erased == 0


def test_a_record_stands_and_falls_with_the_act(cast: Cast) -> None:
    before = AuditRecord.objects.count()
    with transaction.atomic():
        services.record(actor=cast.alice.as_actor(), event="msp.created", subject="MSP West")
        transaction.set_rollback(True)
    assert AuditRecord.objects.count() == before
    services.record(actor=cast.alice.as_actor(), event="msp.created", subject="MSP West")
    assert verify().intact


def test_the_trail_of_a_tenant_reads_as_sentences(cast: Cast) -> None:
    actor = Actor(kind="console", user_id=cast.alice.id, name="Alice", os_user="root")
    services.record(
        actor=actor,
        event="tenant.suspended",
        tenant_id=cast.contoso.id,
        msp_id=cast.north.id,
        subject="Contoso",
        reason="the contract ended",
    )
    newest, *others = selectors.entries(tenant_id=cast.contoso.id)
    assert newest.text == "Alice (console, root) suspended Contoso: the contract ended"
    assert (newest.actor_kind, newest.os_user) == ("console", "root")
    assert all("Fabrikam" not in entry.text for entry in others)
    assert [entry.number for entry in selectors.entries(msp_id=cast.north.id, limit=1)] == [
        newest.number
    ]


def test_the_trail_of_everybody_is_nobodys_to_read() -> None:
    with pytest.raises(ValueError, match="tenant or an MSP"):
        selectors.entries()


def test_an_event_must_be_registered_with_what_it_says(cast: Cast) -> None:
    with pytest.raises(UnknownEventError):
        services.record(actor=cast.alice.as_actor(), event="no.such.event")
    with pytest.raises(UnknownEventError, match="does not declare"):
        services.record(actor=cast.alice.as_actor(), event="msp.created", data={"mail": "x"})
    with pytest.raises(UnknownEventError, match="undeclared"):
        register("test.forgets", "{actor} did {something}")


def test_every_event_can_be_read_though_its_values_are_missing() -> None:
    for event in all_events():
        words = dict.fromkeys(event.fields | event.personal | {"actor", "subject", "reason"}, "")
        assert event.text.format(**words)


@pytest.mark.parametrize(
    "statement",
    [
        "update audit_auditrecord set event = 'other'",
        "delete from audit_auditrecord",
        "update audit_personalpart set sealed = ''::bytea",
    ],
)
def test_postgresql_refuses_to_change_records(cast: Cast, statement: str) -> None:
    with (
        pytest.raises(DatabaseError, match="written once"),
        transaction.atomic(),
        connections["default"].cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.usefixtures("live_database")
def test_even_the_owner_cannot_empty_the_trail() -> None:
    make_cast()
    with (
        pytest.raises(DatabaseError, match="written once"),
        connections["owner"].cursor() as cursor,
    ):
        cursor.execute("truncate audit_auditrecord cascade")


def test_erasing_what_is_said_about_persons_leaves_the_chain_whole(cast: Cast) -> None:
    records = AuditRecord.objects.filter(tenant_id=cast.contoso.id).count()
    erased = services.erase_personal(
        actor=cast.alice.as_actor(), tenant_id=cast.contoso.id, reason="asked by the customer"
    )
    report = verify()
    assert report.intact
    assert report.erased == erased == records > 0
    said, older = selectors.entries(tenant_id=cast.contoso.id, limit=2)
    assert "asked by the customer" in said.text
    assert selectors.ERASED in older.text


def test_what_one_person_did_can_be_erased_of_that_person_alone(cast: Cast) -> None:
    for person in (cast.alice, cast.mallory):
        services.record(actor=person.as_actor(), event="msp.created", subject=person.name)
    services.erase_personal(actor=cast.alice.as_actor(), user_id=cast.mallory.id, reason="asked")
    assert verify().intact
    left = PersonalPart.objects.filter(record__actor_user_id=cast.mallory.id)
    assert not left.exists()
    assert PersonalPart.objects.filter(record__actor_user_id=cast.alice.id).exists()


def test_what_is_said_about_persons_is_sealed(cast: Cast) -> None:
    actor = cast.alice.as_actor(address="192.0.2.77")
    row = services.record(
        actor=actor,
        event="tenant.suspended",
        tenant_id=cast.contoso.id,
        subject="Contoso",
        reason="a secret reason",
        before={"state": "active"},
        after={"state": "suspended"},
    )
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select r::text || p::text || encode(p.sealed, 'escape') from audit_auditrecord r"
            " join audit_personalpart p on record_id = number where number = %s",
            [row.number],
        )
        (kept,) = cursor.fetchone()
    for personal in ("Alice", "192.0.2.77", "secret", "Contoso"):
        assert personal not in kept
    entry = selectors.entries(tenant_id=cast.contoso.id, limit=1)[0]
    assert (entry.address, entry.reason) == ("192.0.2.77", "a secret reason")
    assert (entry.before, entry.after) == ({"state": "active"}, {"state": "suspended"})


def test_destroying_a_tenants_key_erases_it_from_the_trail(cast: Cast) -> None:
    actor = cast.alice.as_actor()
    services.record(actor=actor, event="tenant.suspended", tenant_id=cast.contoso.id, subject="x")
    with no_scope("a test destroys a key"):
        TenantKey.objects.filter(tenant=cast.contoso).delete()
    tenant_keys.forget_cached()
    assert selectors.ERASED in selectors.entries(tenant_id=cast.contoso.id)[0].text
    services.record(actor=actor, event="tenant.removed", tenant_id=cast.contoso.id, reason="over")
    assert "over" in selectors.entries(tenant_id=cast.contoso.id)[0].text
    assert verify().intact


def test_everything_that_is_recorded_says_who_where_and_on_which_way(cast: Cast) -> None:
    actor = replace(
        cast.alice.as_actor(address="192.0.2.1", request_id="r1", via="portal"),
        on_behalf_of="Contoso",
    )
    services.record(actor=actor, event="msp.created", msp_id=cast.north.id, subject="x")
    entry = selectors.entries(msp_id=cast.north.id, limit=1)[0]
    assert (entry.actor_name, entry.on_behalf_of, entry.via) == ("Alice", "Contoso", "portal")
    assert (entry.address, entry.request_id) == ("192.0.2.1", "r1")
    assert entry.msp_id == cast.north.id
