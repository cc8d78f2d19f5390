"""Recomputing the chain, to find what was edited or removed in spite of everything."""

import hmac
from dataclasses import dataclass, field

from django.db import transaction

from apps.audit import chain
from apps.audit.models import AuditRecord, ChainHead, PersonalPart


@dataclass(slots=True)
class ChainReport:
    """records: how many were recomputed. erased: without a personal part. problems: sentences."""

    records: int = 0
    erased: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def intact(self) -> bool:
        return not self.problems


def verify() -> ChainReport:
    """Recompute every record's digest, the order, and the end of the chain."""
    report = ChainReport()
    with transaction.atomic():
        head = ChainHead.objects.filter(pk=1).first()
        if head is None:
            if AuditRecord.objects.exists():
                report.problems.append("The end of the chain is missing.")
            return report
        _walk(head, report)
    return report


def _walk(head: ChainHead, report: ChainReport) -> None:
    key, expected, previous = chain.key_of(head), 1, chain.NO_PREVIOUS
    rows = AuditRecord.objects.filter(number__lte=head.number).order_by("number")
    for row in rows.select_related("personal").iterator(chunk_size=2000):
        if row.number != expected:
            report.problems.append(f"Records {expected} to {row.number - 1} are missing.")
        elif bytes(row.previous) != previous:
            report.problems.append(f"Record {row.number} does not follow the one before it.")
        if not hmac.compare_digest(bytes(row.digest), chain.digest_of(row, key)):
            report.problems.append(f"Record {row.number} was edited.")
        _check_personal(row, report)
        expected, previous = row.number + 1, bytes(row.digest)
        report.records += 1
    if expected != head.number + 1:
        report.problems.append(f"Records {expected} to {head.number} are missing.")
    elif previous != bytes(head.digest):
        report.problems.append("The end of the chain is not the last record.")


def _check_personal(row: AuditRecord, report: ChainReport) -> None:
    personal: PersonalPart | None = getattr(row, "personal", None)
    if personal is None:
        report.erased += 1
    elif chain.commitment(bytes(personal.salt), personal.content) != bytes(row.commitment):
        report.problems.append(f"What record {row.number} says about persons was edited.")
