"""What was recorded before personal parts were sealed is sealed by the migration, and whole."""

from __future__ import annotations

import hmac
import json
from importlib import import_module
from typing import Any

import pytest
from django.db import connection, transaction

from apps.audit import chain, keys, personal, selectors
from apps.audit.appending import locked_head
from apps.audit.chain import Content
from apps.audit.models import AuditKey, ChainHead, PersonalPart
from apps.audit.verification import verify
from apps.core import clock
from apps.core.scope import no_scope
from tests.factories import Cast, make_cast, make_msp

SALT = b"sixteen bytes .."
sealing: Any = import_module("apps.audit.migrations.0004_seal_personal_parts")


@pytest.fixture
def old(db: None) -> Cast:
    """A trail whose records are all of the first form, as the product wrote them then."""
    cast = make_cast()
    with no_scope("a test writes an old trail"), transaction.atomic():
        for number, tenant_id in enumerate((cast.contoso.id, None, cast.fabrikam.id), start=1):
            _write_first_form(cast, number, tenant_id)
    return cast


def _write_first_form(cast: Cast, number: int, tenant_id: object) -> None:
    said = {"name": "Alice", "subject": f"subject {number}"}
    head = locked_head()
    content = Content(
        number=head.number + 1,
        at=clock.now(),
        event="tenant.activated",
        tenant_id=tenant_id,  # type: ignore[arg-type]
        msp_id=cast.north.id,
        actor_kind="user",
        actor_user_id=cast.alice.id,
        via="",
        request_id="",
        data={},
        commitment=personal.commitment_to_content(SALT, said),
        previous=bytes(head.digest),
        form=chain.FIRST_FORM,
    )
    digest = chain.digest_of(content, keys.chain_key(head))
    columns = [*(getattr(content, name) for name in chain.CONTENT_FIELDS)]
    columns[chain.CONTENT_FIELDS.index("data")] = json.dumps(content.data)
    names = ", ".join(chain.CONTENT_FIELDS)
    marks = ", ".join(["%s"] * (len(columns) + 1))
    with connection.cursor() as cursor:
        cursor.execute(
            f"insert into audit_auditrecord ({names}, digest) values ({marks})",  # noqa: S608
            [*columns, digest],
        )
    sealed = sealing.Sealer(_Models(), connection).sealed(
        content.number, tenant_id, SALT, json.dumps(said)
    )
    PersonalPart.objects.create(
        record_id=sealed[0], salt=sealed[1], sealed=sealed[2], key_id=sealed[3]
    )
    ChainHead.objects.update(number=content.number, digest=digest, mac=None)


class _Models:
    """What a migration is given to find models by."""

    def get_model(self, app: str, name: str) -> type[AuditKey]:
        assert (app, name) == ("audit", "AuditKey")
        return AuditKey


def forms() -> list[int]:
    with no_scope("a test looks"), connection.cursor() as cursor:
        cursor.execute("select form from audit_auditrecord order by number desc limit 4")
        return [form for (form,) in cursor.fetchall()]


def test_what_the_migration_sealed_can_be_read(old: Cast) -> None:
    with no_scope("a test looks"):
        shown = selectors.entries(msp_id=old.north.id, limit=3)
    assert [entry.subject for entry in shown] == ["subject 3", "subject 2", "subject 1"]
    assert {entry.actor_name for entry in shown} == {"Alice"}


def test_new_records_follow_old_ones_in_one_chain(old: Cast) -> None:
    make_msp("West")
    assert forms() == [2, 1, 1, 1]
    problems = [problem for problem in verify().problems if problem.kind != "inserted"]
    assert problems == []


def test_an_old_record_is_checked_against_what_it_committed_to(old: Cast) -> None:
    with no_scope("a test tampers"):
        part = PersonalPart.objects.filter(salt=SALT).first()
        assert part is not None
        number = part.record_id
        part.delete()
        PersonalPart.objects.create(
            record_id=number, salt=b"another salt ...", sealed=part.sealed, key_id=part.key_id
        )
    found = [problem for problem in verify().problems if problem.kind == "personal"]
    assert [problem.number for problem in found] == [number]


def test_the_first_form_is_the_keyed_digest_it_always_was(old: Cast) -> None:
    """The bytes that were digested then must never change."""
    at = clock.now()
    content = Content(
        7, at, "e", None, None, "user", None, "", "r", {"a": 1}, b"c" * 32, b"p" * 32, 1
    )
    commitment, previous = (b"c" * 32).hex(), (b"p" * 32).hex()
    said = (
        f'{{"actor":["user","","r"],"at":"{at.isoformat(timespec="microseconds")}",'
        f'"commitment":"{commitment}","data":{{"a":1}},"event":"e","msp":"","number":7,'
        f'"previous":"{previous}","tenant":""}}'
    )
    assert chain.digest_of(content, b"k") == hmac.digest(b"k", said.encode(), "sha256")
