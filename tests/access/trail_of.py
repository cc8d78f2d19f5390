"""What the audit trail holds, for tests that look at all of it."""

from __future__ import annotations

from apps.audit.models import AuditRecord
from apps.core.scope import no_scope


def records(event: str = "") -> list[AuditRecord]:
    """All records, or those of one event, in their order."""
    with no_scope("a test reads the trail"):
        rows = AuditRecord.objects.order_by("number")
        return list(rows.filter(event=event) if event else rows)


def events() -> list[str]:
    """The names of everything that was recorded, in order."""
    return [record.event for record in records()]
