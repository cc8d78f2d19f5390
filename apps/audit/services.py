"""Writing to the audit trail."""

from typing import Any
from uuid import UUID

from django.db import connection
from django.db.transaction import TransactionManagementError

from apps.audit import chain
from apps.audit.models import AuditRecord, ChainHead, PersonalPart
from apps.audit.registry import EventType, event_type
from apps.core import clock, locks
from apps.core.actor import Actor


def record(
    *,
    actor: Actor,
    event: str,
    tenant_id: UUID | None = None,
    msp_id: UUID | None = None,
    subject: str = "",
    reason: str = "",
    data: dict[str, Any] | None = None,
) -> AuditRecord:
    """Append one record inside the caller's transaction: it stands if the act itself stands.

    event: a registered name. subject: what it was done to, as a person would call it.
    data: JSON values that the event declares. Call it last in the transaction: the end of the
    chain stays locked until the transaction ends.

    Raises UnknownEventError, and TransactionManagementError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("an audit record belongs in the transaction of the act")
    kind = event_type(event)
    values = dict(data or {})
    kind.check(values)
    content = _personal(actor, kind, values, subject, reason)
    salt, commitment = chain.commit_to(content)
    head = _locked_head()
    row = AuditRecord(
        number=head.number + 1,
        at=clock.now(),
        event=event,
        tenant_id=tenant_id,
        msp_id=msp_id,
        actor_kind=actor.kind,
        actor_user_id=actor.user_id,
        request_id=actor.request_id,
        data={name: value for name, value in values.items() if name in kind.fields},
        commitment=commitment,
        previous=bytes(head.digest),
    )
    row.digest = chain.digest_of(row, chain.key_of(head))
    row.save(force_insert=True)
    PersonalPart.objects.create(record=row, salt=salt, content=content)
    ChainHead.objects.filter(pk=head.pk).update(number=row.number, digest=row.digest)
    return row


def _personal(
    actor: Actor, kind: EventType, values: dict[str, Any], subject: str, reason: str
) -> dict[str, Any]:
    said = {
        "name": actor.name,
        "os_user": actor.os_user,
        "address": actor.address,
        "subject": subject,
        "reason": reason,
    }
    said |= {f"data.{name}": value for name, value in values.items() if name in kind.personal}
    return {name: value for name, value in said.items() if value not in ("", None)}


def _locked_head() -> ChainHead:
    locks.hold_in_transaction(locks.audit_chain())
    head = ChainHead.objects.filter(pk=1).first()
    if head is None:
        head = chain.new_head()
        head.save(force_insert=True)
    return head
