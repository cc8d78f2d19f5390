"""Who did it: the tenant's directory audit log, as copied."""

from collections.abc import Collection, Iterator
from datetime import datetime

from apps.core import canonical, envelope
from apps.history.audit_sealing import audit_aad
from apps.history.database import TenantRef, rows, scoped_id, stream
from apps.history.records import CopiedAuditEvent
from apps.tenants import keys

_EVENTS = """
select event_id, at, target_ids, body from history_auditevent
where tenant_id = %(tenant)s and at >= %(since)s and at <= %(until)s {filters}
order by at, event_id
"""
# By way of a function, which can use the index of target_ids; a query under the wall can not.
_NAMING = """and event_id = any (array(
    select holdfast_events_naming(%(tenant)s, %(targets)s::text[], %(since)s, %(until)s)
))"""
_ANY = (
    "select exists (select from history_auditevent where tenant_id = %s and at between %s and %s)"
)


def has_audit_events(tenant: TenantRef, since: datetime, until: datetime) -> bool:
    """Whether any copied audit entry is of this time. One query."""
    ((found,),) = rows(_ANY, [scoped_id(tenant), since, until])
    return bool(found)


def audit_events(
    tenant: TenantRef, target_ids: Collection[str] | None, since: datetime, until: datetime
) -> Iterator[CopiedAuditEvent]:
    """The copied audit entries that name one of these objects (None: any), oldest first.

    Not every change has one: Microsoft drops entries after 7 to 30 days, and they arrive minutes
    after the act.
    """
    tenant_id = scoped_id(tenant)
    key = keys.data_key(tenant_id)
    filters = "" if target_ids is None else _NAMING
    params = {
        "tenant": tenant_id,
        "since": since,
        "until": until,
        "targets": list(target_ids or ()),
    }
    for event_id, at, targets, sealed in stream(_EVENTS.format(filters=filters), params):
        said = canonical.loads(envelope.open_sealed(key, sealed, audit_aad(tenant_id, event_id)))
        yield CopiedAuditEvent(event_id=event_id, at=at, target_ids=tuple(targets), **said)
