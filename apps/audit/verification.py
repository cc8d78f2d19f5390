"""Recomputing the chain, to find what was edited, moved, added or removed in spite of everything.

With the installation's keys everything is checked. With the public key alone, records of the
second form and the signatures are: that needs no secret, and somebody else can do it.
"""

import hmac
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

from apps.audit import chain, keys, personal
from apps.audit.chain import CONTENT_FIELDS, FIRST_FORM, Content
from apps.audit.checkpoints import Statement
from apps.audit.checks import CheckpointChecks, Erasures, head_problems
from apps.audit.models import AuditKey, AuditRecord, ChainHead
from apps.audit.personal import Part
from apps.audit.problems import Problem, Problems
from apps.core import canonical
from apps.core.scope import no_scope

_AT_ONCE = 2000
_ROWS = f"""
select {", ".join(f"r.{name}" for name in CONTENT_FIELDS)},
    r.digest, r.mac, p.record_id, p.salt, p.sealed, p.key_id
from audit_auditrecord r left join audit_personalpart p on p.record_id = r.number
where r.number <= %s order by r.number
"""  # noqa: S608 - the names are ours
_DATA = CONTENT_FIELDS.index("data")


class Row(NamedTuple):
    """A record as it was found. part: its personal part, None when it has none."""

    content: Content
    digest: bytes
    mac: bytes | None
    part: Part | None


@dataclass(slots=True)
class ChainReport:
    """records: how many were recomputed. erased: without a personal part. number: of the last."""

    records: int = 0
    erased: int = 0
    number: int = 0
    checkpoints: int = 0
    signed_up_to: int = 0
    found: Problems = field(default_factory=Problems)

    @property
    def problems(self) -> list[Problem]:
        return self.found.told

    @property
    def intact(self) -> bool:
        return not self.found.number


def verify(
    *, public_key: bytes | None = None, kept_elsewhere: tuple[Statement, ...] = ()
) -> ChainReport:
    """Recompute every record's digest, the order, the signatures and the end of the chain.

    public_key: check with this key (32 bytes) alone, without any secret of the installation.
    kept_elsewhere: checkpoints that were copied before; the trail must still agree with them.
    It may run beside the living product. Raises KeyProblem.
    """
    report = ChainReport()
    with no_scope("the audit trail is verified"), transaction.atomic():
        head = ChainHead.objects.filter(pk=1).first()
        if head is None:
            if AuditRecord.objects.exists():
                report.found.add("head", 1, "The end of the chain is missing.")
            return report
        key = keys.chain_key(head) if public_key is None else None
        if key is not None:
            head_problems(head, key, report.found)
        signed = CheckpointChecks.load(head, public_key, kept_elsewhere, report.found)
        _Walk(head, key, signed, report).go()
        _find_beyond(report)
    return report


class _Walk:
    """One pass over all records, in the order of their numbers."""

    def __init__(
        self, head: ChainHead, key: bytes | None, signed: CheckpointChecks, report: ChainReport
    ) -> None:
        self.head, self.key, self.signed, self.report = head, key, signed, report
        self.found = report.found
        self.own_keys: dict[UUID, AuditKey] = personal.own_keys()
        self.erasures = Erasures.load()
        self.expected, self.previous, self.form = 1, chain.NO_PREVIOUS, FIRST_FORM

    def go(self) -> None:
        for row in _rows(self.head.number):
            number = row.content.number
            if number < 1:
                self.found.add("inserted", number, f"Record {number} is before the beginning.")
                continue
            if number > self.expected:
                self.found.missing(self.expected, number - 1)
            self._check(row)
            self.expected, self.previous = number + 1, row.digest
            self.report.records += 1
        self._check_end()

    def _check(self, row: Row) -> None:
        content, number = row.content, row.content.number
        follows = number == self.expected and content.previous == self.previous
        if not follows and number == self.expected:
            self.found.add("order", number, f"Record {number} does not follow the one before it.")
        if content.form < self.form:
            self.found.add("inserted", number, f"Record {number} has a form that was given up.")
        self.form = max(self.form, content.form)
        self._check_digest(row)
        self._check_personal(row)
        self.signed.meet(number, row.digest)

    def _check_digest(self, row: Row) -> None:
        content, number = row.content, row.content.number
        if content.form == FIRST_FORM and self.key is None:
            return
        if not hmac.compare_digest(row.digest, chain.digest_of(content, self.key or b"")):
            self.found.add("edited", number, _edited_or_moved(row, self.key or b""))
        elif content.form != FIRST_FORM and self.key is not None:
            mac = chain.mac_of(row.digest, self.key)
            if row.mac is None or not hmac.compare_digest(row.mac, mac):
                words = f"Record {number} was not written by this installation."
                self.found.add("foreign", number, words)

    def _check_personal(self, row: Row) -> None:
        content, part = row.content, row.part
        if part is None:
            self.report.erased += 1
            if not self.erasures.cover(content):
                words = (
                    f"What record {content.number} said about persons is gone, "
                    "and no erasure was recorded."
                )
                self.found.add("personal", content.number, words)
        elif not self._is_committed(content, part):
            words = f"What record {content.number} says about persons was edited or exchanged."
            self.found.add("personal", content.number, words)

    def _is_committed(self, content: Content, part: Part) -> bool:
        if content.form != FIRST_FORM:
            return personal.commitment_to_sealed(part.sealed) == content.commitment
        if self.key is None:
            return True
        try:
            said = personal.open_part(content.tenant_id, part, self.own_keys)
        except personal.UNREADABLE:
            return False
        # Without the tenant's key there is nothing left to compare.
        return said is None or content.commitment == personal.commitment_to_content(part.salt, said)

    def _check_end(self) -> None:
        self.report.number = self.head.number
        self.report.checkpoints = self.signed.number
        self.report.signed_up_to = self.signed.up_to
        if self.expected <= self.head.number:
            self.found.missing(self.expected, self.head.number)
        elif self.previous != bytes(self.head.digest):
            words = "The end of the chain is not the last record."
            self.found.add("head", self.head.number, words)
        self.signed.ask_for_the_rest()


def _rows(up_to: int) -> Iterator[Row]:
    width = len(CONTENT_FIELDS)
    with connection.chunked_cursor() as cursor:
        cursor.execute(_ROWS, [up_to])
        while batch := cursor.fetchmany(_AT_ONCE):
            for values in batch:
                said = list(values[:width])
                said[_DATA] = canonical.loads(said[_DATA])
                digest, mac, record_id, salt, sealed, key_id = values[width:]
                part = None if record_id is None else Part(salt, sealed, key_id)
                yield Row(Content._make(said), digest, mac, part)


def _edited_or_moved(row: Row, key: bytes) -> str:
    """Whether the record is one that was written under another number; only asked when broken."""
    content = row.content
    before = AuditRecord.objects.filter(digest=content.previous).values_list("number", flat=True)
    for number in [*before[:5], content.number - 1, content.number + 1]:
        for place in (number, number + 1):
            if chain.digest_of(content._replace(number=place), key) == row.digest:
                return f"Record {content.number} was written as record {place} and moved."
    return f"Record {content.number} was edited."


def _find_beyond(report: ChainReport) -> None:
    """Records after the end of the chain as it is now, seen in one statement."""
    end = ChainHead.objects.filter(pk=1).values("number")[:1]
    beyond = AuditRecord.objects.annotate(head=end).filter(number__gt=F("head"))
    for number in beyond.order_by("number").values_list("number", flat=True)[:20]:
        report.found.add("inserted", number, f"Record {number} is after the end of the chain.")
