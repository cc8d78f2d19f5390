"""Adding a record to the end of the chain, in as few statements as possible.

Between the first statement and the commit nobody else can append, so whatever can be prepared is
prepared before it: two statements are left, one that locks and reads the end of the chain and one
that writes.
"""

from typing import Any
from uuid import UUID

from django.db import connection
from psycopg.types.json import Jsonb

from apps.audit import chain, keys
from apps.audit.chain import Content
from apps.audit.models import AuditRecord, ChainHead
from apps.audit.personal import Sealed
from apps.core import canonical, clock, envelope, locks
from apps.core.actor import Actor
from apps.core.scope import no_scope

_APPEND = """
with appended as (
    insert into audit_auditrecord (number, at, event, tenant_id, msp_id, actor_kind, actor_user_id,
        via, request_id, data, commitment, previous, form, digest, mac)
    values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
), said as (
    insert into audit_personalpart (record_id, salt, sealed, key_id) values (%s, ''::bytea, %s, %s)
)
update audit_chainhead set number = %s, digest = %s, mac = %s where id = 1
"""


def append(
    *,
    actor: Actor,
    event: str,
    tenant_id: UUID | None,
    msp_id: UUID | None,
    data: dict[str, Any],
    sealed: Sealed,
) -> AuditRecord:
    """Append a record inside the caller's transaction, whatever its scope. Raises KeyProblem."""
    # What PostgreSQL gives back must be what was digested.
    plain = canonical.loads(canonical.dumps(data))
    with no_scope("a record is appended to the trail that all tenants share"):
        head = locked_head()
        content = Content(
            number=head.number + 1,
            at=clock.now(),
            event=event,
            tenant_id=tenant_id,
            msp_id=msp_id,
            actor_kind=actor.kind,
            actor_user_id=actor.user_id,
            via=actor.via[:100],
            request_id=actor.request_id[:64],
            data=plain,
            commitment=sealed.commitment,
            previous=bytes(head.digest),
        )
        return _write(content, head, sealed)


def _write(content: Content, head: ChainHead, sealed: Sealed) -> AuditRecord:
    key = keys.chain_key(head)
    digest = chain.digest_of(content, key)
    values = content._asdict()
    row_mac = chain.mac_of(digest, key)
    row = AuditRecord(**values, digest=digest, mac=row_mac)
    columns: list[Any] = [
        Jsonb(value) if isinstance(value, dict) else value for value in values.values()
    ]
    mac = chain.head_mac(content.number, digest, head.checkpoints, key)
    with connection.cursor() as cursor:
        part: list[Any] = [content.number, sealed.sealed, sealed.key_id]
        end: list[Any] = [content.number, digest, mac]
        cursor.execute(_APPEND, [*columns, digest, row_mac, *part, *end])
    row._state.adding = False
    return row


def locked_head() -> ChainHead:
    """The end of the chain, locked until the transaction ends."""
    return _head() or _first_head()


def _head() -> ChainHead | None:
    return ChainHead.objects.select_for_update().filter(pk=1).first()


def _first_head() -> ChainHead:
    # Only here the row that is locked does not exist yet.
    locks.hold_in_transaction(locks.audit_chain())
    head = _head()
    if head is None:
        wrapped = envelope.wrap(envelope.new_data_key(), keys.CHAIN_CONTEXT)
        head = ChainHead(number=0, digest=chain.NO_PREVIOUS, wrapped_key=wrapped)
        head.save(force_insert=True)
    return head
