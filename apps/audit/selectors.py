"""Reading the audit trail."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from apps.audit import personal
from apps.audit.choices import Category, Severity
from apps.audit.models import AuditKey, AuditRecord, PersonalPart, Verification
from apps.audit.registry import EventType, known_or_bare
from apps.audit.veils import NO_VEILS, WITHHELD, Veil, Veils, hides_actor, over, veiled
from apps.core.errors import NotFound

ERASED = "(erased)"


@dataclass(frozen=True, slots=True)
class Entry:
    """One record as a person reads it. `text` is a sentence; `data` holds its values.

    before, after: the values a change touched, None where the event has none. digest: the
    record's own in hexadecimal, which covers every record before it too.
    """

    number: int
    at: datetime
    event: str
    text: str
    category: Category
    severity: Severity
    tenant_id: UUID | None
    msp_id: UUID | None
    actor_kind: str
    actor_user_id: UUID | None
    actor_name: str
    os_user: str
    address: str
    on_behalf_of: str
    via: str
    request_id: str
    subject: str
    reason: str
    data: dict[str, Any] = field(default_factory=dict)
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    digest: str = ""


def entries(
    *,
    tenant_id: UUID | None = None,
    msp_id: UUID | None = None,
    events: Iterable[str] = (),
    before: int | None = None,
    limit: int = 100,
) -> list[Entry]:
    """The newest records first, of a tenant or an MSP (an MSP's include its tenants').

    before: a record's number to page on from. limit: at most 1,000. Three queries.
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
    return read(list(rows[: min(limit, 1000)]))


def read(
    rows: Sequence[AuditRecord], *, with_persons: bool = True, veils: Veils = NO_VEILS
) -> list[Entry]:
    """Records as people read them. with_persons False: what identifies persons is left out.

    veils: of which records the reader is not told who did it. Two queries. Raises KeyProblem.
    """
    if not with_persons:
        return [_entry(row, None, WITHHELD) for row in rows]
    parts = PersonalPart.objects.in_bulk([row.number for row in rows])
    own = personal.own_keys() if any(part.key_id for part in parts.values()) else {}
    return [_opened(row, parts.get(row.number), own, veils) for row in rows]


def latest_verification() -> Verification | None:
    """How the last verification of the whole trail ended."""
    return Verification.objects.order_by("-started_at").first()


def access_record(rows: QuerySet[AuditRecord], number: int) -> AuditRecord:
    """One of the records that somebody may see. Raises NotFound."""
    found = rows.filter(number=number).first()
    if found is None:
        raise NotFound("There is no such record.", code="no-such-record")
    return found


def _opened(
    row: AuditRecord, part: PersonalPart | None, own: dict[UUID, AuditKey], veils: Veils
) -> Entry:
    said = personal.open_part(row.tenant_id, part, own)
    return _entry(row, said, ERASED, over(row, veils))


def _entry(
    row: AuditRecord, said: dict[str, Any] | None, missing: str, veil: Veil | None = None
) -> Entry:
    """said: the opened personal part, None where there is `missing` to read instead."""
    kind = known_or_bare(row.event)
    if veil is not None and said is not None:
        said = veiled(row, kind, said, veil)
    blank = missing if said is None else ""
    opened = said or {}
    data = _data(row, kind, said, missing)
    words = {key: data.get(key, "") for key in kind.fields | kind.personal}
    for key in ("subject", "reason", "on_behalf_of"):
        words[key] = opened.get(key, blank)
    name, os_user = str(opened.get("name", blank)), str(opened.get("os_user", ""))
    words["actor"] = f"{name} (console, {os_user})" if os_user else name
    return Entry(
        number=row.number,
        at=row.at,
        event=row.event,
        # "{actor} approved it: {reason}", and no reason was given.
        text=kind.text.format(**words).removesuffix(": "),
        category=kind.category,
        severity=kind.severity,
        tenant_id=row.tenant_id,
        msp_id=row.msp_id,
        actor_kind=row.actor_kind,
        actor_user_id=None if veil and hides_actor(row, veil) else row.actor_user_id,
        actor_name=name,
        os_user=os_user,
        address=str(opened.get("address", "")),
        on_behalf_of=str(opened.get("on_behalf_of", "")),
        via=row.via,
        request_id=row.request_id,
        subject=str(words["subject"]),
        reason=str(words["reason"]),
        data=data,
        before=opened.get("before"),
        after=opened.get("after"),
        digest=bytes(row.digest).hex(),
    )


def _data(
    row: AuditRecord, kind: EventType, said: dict[str, Any] | None, missing: str
) -> dict[str, Any]:
    data = dict(row.data)
    for name in kind.personal:
        if said is None:
            data[name] = missing
        elif f"data.{name}" in said:
            data[name] = said[f"data.{name}"]
    return data
