"""Whatever is done to the trail behind the product's back is found, and named."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import asdict
from io import StringIO
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from pytest_django import DjangoDbBlocker

from apps.audit import services
from apps.audit.checkpoints import make_checkpoint, statement_of
from apps.audit.models import AuditRecord, Checkpoint, Verification
from apps.audit.scheduled import tidy, verify_trail
from apps.audit.verification import verify
from apps.core.actor import SYSTEM
from config import embedded
from tests.factories import make_cast
from tests.support import databases

# The owner can drop what ties parts to records, so that it is not in the way of tampering.
UNTIE = """
do $$ declare name text; begin
    for name in select conname from pg_constraint
        where conrelid = 'audit_personalpart'::regclass and contype = 'f' loop
        execute format('alter table audit_personalpart drop constraint %I', name);
    end loop;
end $$
"""
TABLES = ("auditrecord", "personalpart", "chainhead", "checkpoint", "verification")


class Owner:
    """The role that owns the tables: it can switch triggers off, and has no key."""

    def __init__(self, urls: embedded.Urls) -> None:
        name = urls.owner.rsplit("/", 1)[1]
        self.connection = psycopg.connect(
            databases.server().admin, dbname=name, user=embedded.OWNER, autocommit=True
        )
        self.run("set holdfast.tenant_ids = '*'")

    def run(self, *statements: str) -> None:
        for statement in statements:
            self.connection.execute(statement)

    def remember(self) -> None:
        self.run(UNTIE)
        for table in TABLES:
            self.run(f"create table kept_{table} as table audit_{table}")

    def tamper(self, *statements: str) -> None:
        for table in TABLES:
            self.run(f"alter table audit_{table} disable trigger user")
        self.run(*statements)

    def put_back(self) -> None:
        for table in (*TABLES[1:], TABLES[0]):
            self.run(f"alter table audit_{table} disable trigger user")
            self.run(f"delete from audit_{table}")  # noqa: S608 - the names are ours
        for table in TABLES:
            self.run(f"insert into audit_{table} table kept_{table}")
            self.run(f"alter table audit_{table} enable trigger user")


@pytest.fixture(scope="module")
def owner(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Owner]:
    """A database whose trail has two checkpoints: at record 12, and at the last but three."""
    name = f"live_{uuid.uuid4().hex[:12]}"
    with (
        django_db_blocker.unblock(),
        databases.copy_of_template(name) as urls,
        databases.connected_to(name),
    ):
        with transaction.atomic():
            for number in range(12):
                say(number)
        make_checkpoint()
        make_cast()
        make_checkpoint()
        with transaction.atomic():
            for number in range(3):
                say(number)
        owner = Owner(urls)
        owner.remember()
        yield owner
        owner.connection.close()


def say(number: int) -> None:
    services.record(actor=SYSTEM, event="msp.created", subject=f"MSP {number}")


@pytest.fixture
def trail(owner: Owner) -> Iterator[Owner]:
    yield owner
    owner.put_back()


EVERY_WAY = {
    "an event": ("update audit_auditrecord set event = 'msp.other' where number = 3", "edited", 3),
    "a time": (
        "update audit_auditrecord set at = at + interval '1 s' where number = 3",
        "edited",
        3,
    ),
    "a tenant": (
        "update audit_auditrecord set tenant_id = gen_random_uuid() where number = 3",
        "edited",
        3,
    ),
    "an actor": (
        "update audit_auditrecord set actor_user_id = gen_random_uuid() where number = 3",
        "edited",
        3,
    ),
    "a way": ("update audit_auditrecord set via = 'job' where number = 3", "edited", 3),
    "a request": ("update audit_auditrecord set request_id = 'x' where number = 3", "edited", 3),
    "a value": ("update audit_auditrecord set data = '{\"a\": 1}' where number = 3", "edited", 3),
    "a form": ("update audit_auditrecord set form = 1 where number = 3", "edited", 3),
    "a digest": (
        "update audit_auditrecord set digest = sha256('x') where number = 3",
        "edited",
        3,
    ),
    "a mac": ("update audit_auditrecord set mac = null where number = 3", "foreign", 3),
    "one removed": ("delete from audit_auditrecord where number = 3", "missing", 3),
    "some removed": ("delete from audit_auditrecord where number between 4 and 6", "missing", 4),
    "the first removed": ("delete from audit_auditrecord where number = 1", "missing", 1),
    "two exchanged": (
        """
        update audit_auditrecord set number = -5 where number = 5;
        update audit_auditrecord set number = 5 where number = 7;
        update audit_auditrecord set number = 7 where number = -5
        """,
        "edited",
        5,
    ),
    "one inserted in between": (
        """
        create temp table later as select * from audit_auditrecord where number >= 5;
        delete from audit_auditrecord where number >= 5;
        insert into audit_auditrecord select (l).* from (select l from later l where number = 5) x;
        update later set number = number + 1;
        insert into audit_auditrecord select * from later;
        drop table later
        """,
        "edited",
        6,
    ),
    "one inserted before": (
        """
        insert into audit_auditrecord select -number, at, event, tenant_id, msp_id, actor_kind,
            actor_user_id, request_id, data, commitment, previous, digest, via, form, mac
        from audit_auditrecord where number = 1
        """,
        "inserted",
        -1,
    ),
    "cut off": (
        "delete from audit_auditrecord where number > (select number - 2 from audit_chainhead)",
        "missing",
        None,
    ),
    "cut off with a new end": (
        """
        delete from audit_auditrecord where number > 10;
        update audit_chainhead set number = 10,
            digest = (select digest from audit_auditrecord where number = 10)
        """,
        "truncated",
        12,
    ),
    "the end edited": ("update audit_chainhead set number = number - 1", "head", None),
    "the end removed": ("delete from audit_chainhead", "head", 1),
    "a personal part edited": (
        "update audit_personalpart set sealed = sealed || 'x'::bytea where record_id = 3",
        "personal",
        3,
    ),
    "personal parts exchanged": (
        """
        create temp table parts as select * from audit_personalpart where record_id in (3, 4);
        delete from audit_personalpart where record_id in (3, 4);
        insert into audit_personalpart (record_id, salt, sealed, key_id)
            select 7 - record_id, salt, sealed, key_id from parts;
        drop table parts
        """,
        "personal",
        3,
    ),
    "a personal part removed": (
        "delete from audit_personalpart where record_id = 3",
        "personal",
        3,
    ),
    "a checkpoint removed": ("delete from audit_checkpoint where id = 1", "checkpoint", None),
    "the last checkpoint removed": (
        "delete from audit_checkpoint where id = 2",
        "checkpoint",
        None,
    ),
    "a checkpoint moved": (
        "update audit_checkpoint set number = 11 where id = 1",
        "checkpoint",
        11,
    ),
    "a signature": (
        "update audit_checkpoint set signature = sha256('a') || sha256('b') where id = 1",
        "checkpoint",
        12,
    ),
}


@pytest.mark.parametrize("way", EVERY_WAY)
def test_every_way_of_tampering_is_found_and_named(trail: Owner, way: str) -> None:
    statements, kind, number = EVERY_WAY[way]
    assert verify().intact
    trail.tamper(statements)
    found = verify().problems
    assert [problem for problem in found if problem.kind == kind], found
    if number is not None:
        assert number in {problem.number for problem in found if problem.kind == kind}, found


def test_a_record_that_was_moved_is_named_with_its_place(trail: Owner) -> None:
    trail.tamper(EVERY_WAY["two exchanged"][0])
    texts = [str(problem) for problem in verify().problems]
    assert "Record 5 was written as record 7 and moved." in texts
    assert "Record 7 was written as record 5 and moved." in texts


def test_the_public_key_alone_finds_what_was_signed(trail: Owner) -> None:
    public = bytes(Checkpoint.objects.select_related("key").latest("id").key.public or b"")
    report = verify(public_key=public)
    assert report.intact
    assert (report.checkpoints, report.records) == (2, report.number)
    assert 12 < report.signed_up_to < report.number
    trail.tamper("update audit_auditrecord set event = 'msp.other' where number = 3")
    assert [problem.number for problem in verify(public_key=public).problems] == [3]


def test_with_another_key_no_signature_is_right(trail: Owner) -> None:
    assert {problem.kind for problem in verify(public_key=bytes(32)).problems} == {"checkpoint"}


def test_an_older_state_is_found_by_a_checkpoint_kept_elsewhere(
    trail: Owner, tmp_path: Path
) -> None:
    kept = tmp_path / "checkpoint.json"
    kept.write_text(json.dumps(asdict(statement_of(Checkpoint.objects.latest("id")))) + "\n")
    call_command("verify_audit", checkpoints=kept, stdout=StringIO())
    trail.tamper("delete from audit_checkpoint where id = 2")
    with pytest.raises(SystemExit) as ended:
        call_command("verify_audit", checkpoints=kept, stdout=StringIO())
    assert ended.value.code == 1


def test_the_command_says_what_it_found_and_ends_with_a_code(trail: Owner) -> None:
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert "the chain is whole" in out.getvalue()
    trail.tamper("update audit_auditrecord set event = 'msp.other' where number = 3")
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("verify_audit", "--json", stdout=out)
    assert ended.value.code == 1
    assert json.loads(out.getvalue())["problems"][0] == {
        "kind": "edited",
        "number": 3,
        "text": "Record 3 was edited.",
    }


def test_without_the_key_nothing_is_called_whole(trail: Owner) -> None:
    trail.tamper("update audit_chainhead set wrapped_key = 'x'::bytea")
    with pytest.raises(CommandError) as ended:
        call_command("verify_audit", stdout=StringIO())
    assert ended.value.returncode == 2


def test_the_daily_verification_keeps_and_records_what_it_found(trail: Owner) -> None:
    assert verify_trail()
    trail.tamper("update audit_auditrecord set event = 'msp.other' where number = 3")
    assert not verify_trail()
    newest = Verification.objects.latest("started_at")
    assert newest.problems == ["Record 3 was edited."]
    assert not newest.intact
    assert AuditRecord.objects.latest("number").event == "trail.broken"


def test_what_is_new_is_signed_by_the_clock_and_only_once(trail: Owner) -> None:
    before = Checkpoint.objects.count()
    tidy()
    tidy()
    assert Checkpoint.objects.count() == before + 1
    assert verify().signed_up_to == verify().number


@pytest.mark.parametrize(
    "statement",
    [
        f"{verb} audit_{table}{rest}"
        for table in ("auditrecord", "checkpoint")
        for verb, rest in (
            ("update", " set number = number"),
            ("delete from", ""),
            ("truncate", " cascade"),
        )
    ]
    + ["update audit_personalpart set sealed = sealed"],
)
def test_even_the_owner_is_refused_while_the_triggers_are_on(trail: Owner, statement: str) -> None:
    with pytest.raises(psycopg.errors.IntegrityError, match="written once"):
        trail.run(statement)
