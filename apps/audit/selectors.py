"""Reading the audit trail."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from apps.audit.models import AuditRecord, PersonalPart
from apps.audit.registry import event_type

ERASED = "(erased)"


@dataclass(frozen=True, slots=True)
class Entry:
    """One record as a person reads it. `text` is a sentence; `data` holds its values."""

    number: int
    at: datetime
    event: str
    text: str
    actor_kind: str
    actor_user_id: UUID | None
    actor_name: str
    os_user: str
    address: str
    subject: str
    reason: str
    data: dict[str, Any]


def entries(
    *,
    tenant_id: UUID | None = None,
    msp_id: UUID | None = None,
    events: Iterable[str] = (),
    before: int | None = None,
    limit: int = 100,
) -> list[Entry]:
    """The newest records first, of a tenant or an MSP (an MSP's include its tenants').

    before: a record's number to page on from. limit: at most 1,000. Two queries.
    Raises ValueError without a tenant or an MSP: the trail of everybody is nobody's to read.
    """
    if tenant_id is None and msp_id is None:
        raise ValueError("entries() needs a tenant or an MSP")
    rows = AuditRecord.objects.order_by("-number")
    if tenant_id is not None:
        rows = rows.filter(tenant_id=tenant_id)
    if msp_id is not None:
        rows = rows.filter(msp_id=msp_id)
    if names := list(events):
        rows = rows.filter(event__in=names)
    if before is not None:
        rows = rows.filter(number__lt=before)
    found = list(rows[: min(limit, 1000)])
    personal = PersonalPart.objects.in_bulk([row.number for row in found])
    return [_entry(row, personal.get(row.number)) for row in found]


def _entry(row: AuditRecord, personal: PersonalPart | None) -> Entry:
    kind = event_type(row.event)
    said: dict[str, Any] = personal.content if personal else {}
    data = dict(row.data)
    for name in kind.personal:
        if personal is None:
            data[name] = ERASED
        elif f"data.{name}" in said:
            data[name] = said[f"data.{name}"]
    blank = ERASED if personal is None else ""
    name = str(said.get("name", blank))
    os_user = str(said.get("os_user", ""))
    words = {key: data.get(key, "") for key in kind.fields | kind.personal}
    words |= {"subject": said.get("subject", blank), "reason": said.get("reason", blank)}
    words["actor"] = f"{name} (console, {os_user})" if os_user else name
    return Entry(
        number=row.number,
        at=row.at,
        event=row.event,
        text=kind.text.format(**words),
        actor_kind=row.actor_kind,
        actor_user_id=row.actor_user_id,
        actor_name=name,
        os_user=os_user,
        address=str(said.get("address", "")),
        subject=str(words["subject"]),
        reason=str(words["reason"]),
        data=data,
    )
