"""Reading the audit trail in tests, whoever was in scope."""

from __future__ import annotations

from typing import Any

from apps.audit import selectors
from apps.audit.models import AuditRecord
from apps.core.scope import no_scope


def entries(**wanted: Any) -> list[selectors.Entry]:
    """apps.audit.selectors.entries, with the whole trail in reach."""
    with no_scope("a test reads the trail"):
        return selectors.entries(**wanted)


def events() -> list[str]:
    """The names of all events so far, oldest first."""
    with no_scope("a test reads the trail"):
        return list(AuditRecord.objects.order_by("number").values_list("event", flat=True))
