"""The trail keeps what was done, refuses to be edited, and shows when it was edited anyway."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import DatabaseError, connections, transaction

from apps.audit import selectors, services
from apps.audit.models import AuditRecord, PersonalPart
from apps.audit.registry import UnknownEventError, all_events, register
from apps.audit.verification import verify
from apps.core.actor import Actor
from config import embedded
from tests.factories import Cast, make_cast
from tests.support import databases


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
        "update audit_personalpart set content = '{}'",
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
    PersonalPart.objects.filter(record__tenant_id=cast.contoso.id).delete()
    report = verify()
    assert report.intact
    assert report.erased > 0
    assert selectors.ERASED in selectors.entries(tenant_id=cast.contoso.id)[0].text


@contextmanager
def without_triggers(urls: embedded.Urls) -> Iterator[None]:
    """A superuser gets past triggers: what an attacker with the machine could do."""
    name = urls.app.rsplit("/", 1)[1]
    import psycopg

    with psycopg.connect(databases.server().admin, dbname=name, autocommit=True) as superuser:
        superuser.execute("set session_replication_role = replica")
        yield superuser


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        ("update audit_auditrecord set event = 'msp.created' where number = 3", "was edited"),
        ("update audit_auditrecord set at = at + interval '1 day' where number = 3", "was edited"),
        ("delete from audit_auditrecord where number = 3", "missing"),
        ("delete from audit_auditrecord where number > 10", "missing"),
        (
            'update audit_personalpart set content = \'{"name": "Mallory"}\' where record_id = 3',
            "says about persons was edited",
        ),
        ("delete from audit_chainhead", "end of the chain is missing"),
    ],
)
def test_what_was_edited_all_the_same_is_found(
    live_database: embedded.Urls, statement: str, finding: str
) -> None:
    make_cast()
    with without_triggers(live_database) as superuser:
        superuser.execute(statement)
    assert any(finding in problem for problem in verify().problems)
