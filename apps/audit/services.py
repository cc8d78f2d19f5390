"""Writing to the audit trail."""

from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from django.db import connection, transaction
from django.db.transaction import TransactionManagementError

from apps.audit import personal, refusals
from apps.audit.appending import append, locked_head
from apps.audit.models import AuditRecord, PersonalPart
from apps.audit.personal import Sealed
from apps.audit.registry import EventType, event_type
from apps.core import clock
from apps.core.actor import Actor, ActorKind
from apps.core.scope import no_scope

# The same person looking at the same thing again within this time is one look.
ONE_LOOK = timedelta(minutes=1)
VIEWED = "personal_data.viewed"
REFUSED = "access.refused"
REFUSED_OFTEN = "access.refused_often"
ERASED = "trail.erased"
EXPORTED = "trail.exported"


def record(
    *,
    actor: Actor,
    event: str,
    tenant_id: UUID | None = None,
    msp_id: UUID | None = None,
    subject: str = "",
    reason: str = "",
    data: dict[str, Any] | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> AuditRecord:
    """Append one record inside the caller's transaction: it stands if the act itself stands.

    event: a registered name. subject: what it was done to, as a person would call it.
    data: JSON values that the event declares. before, after: the values that a change touched, by
    name; they count as personal. Call it last in the transaction: the end of the chain stays
    locked until the transaction ends.

    Raises UnknownEventError, and TransactionManagementError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("an audit record belongs in the transaction of the act")
    kind = event_type(event)
    values = dict(data or {})
    kind.check(values)
    said = _personal(actor, kind, values, subject, reason)
    said |= {name: sides for name, sides in (("before", before), ("after", after)) if sides}
    return append(
        actor=actor,
        event=event,
        tenant_id=tenant_id,
        msp_id=msp_id,
        data={name: value for name, value in values.items() if name in kind.fields},
        sealed=personal.seal(tenant_id, said),
    )


def record_view(
    *,
    actor: Actor,
    tenant_id: UUID | None,
    what: str,
    subject: str = "",
    thing: str = "",
    msp_id: UUID | None = None,
) -> AuditRecord | None:
    """Record that somebody is shown personal data; None when he saw the same a moment ago.

    what: the sort of page ("report", "plan"). thing: its id; neither may identify a person.
    subject: whose data, or of which customer. tenant_id: None for what is an MSP's own. Call it
    before anything is shown.
    """
    data = {"what": what, "thing": thing}
    looks = AuditRecord.objects.filter(
        event=VIEWED,
        actor_user_id=actor.user_id,
        tenant_id=tenant_id,
        msp_id=msp_id,
        via=actor.via,
        at__gt=clock.now() - ONE_LOOK,
        data=data,
    )
    with no_scope("a look at personal data is compared with the one before"):
        if actor.is_person and looks.exists():
            return None
    with transaction.atomic():
        return record(
            actor=actor,
            event=VIEWED,
            tenant_id=tenant_id,
            msp_id=msp_id,
            subject=subject,
            data=data,
        )


@transaction.atomic
def record_denied(
    *,
    actor: Actor,
    tenant_id: UUID | None = None,
    msp_id: UUID | None = None,
    route: str,
    code: str,
    target: str = "",
) -> AuditRecord | None:
    """Record that somebody was refused. To be called after the act's transaction was undone.

    tenant_id, msp_id: in whose trail it stands; only where the actor has a place there. route: the
    name of the page or operation, without ids. code: the error's. target: the id that was asked
    for, where it is not the actor's to see. Of a flood only the first attempts of a minute become
    records, the rest is counted and told when the minute is over; None for those.
    """
    said = _personal(actor, event_type(REFUSED), {}, "", "")
    sealed = personal.seal(tenant_id, said)
    with no_scope("a refusal is counted"):
        attempt = refusals.count(actor=actor, tenant_id=tenant_id, msp_id=msp_id, sealed=sealed)
    if attempt == 1:
        tell_refusals()
    if attempt > refusals.RECORDED:
        return None
    return append(
        actor=actor,
        event=REFUSED,
        tenant_id=tenant_id,
        msp_id=msp_id,
        data={"route": route[:100], "code": code[:100], "target": target[:100]},
        sealed=sealed,
    )


@transaction.atomic
def tell_refusals() -> int:
    """Record how many attempts of minutes that are over were only counted; how many records."""
    told = 0
    with no_scope("refusals that were only counted are told"):
        ended = refusals.take_ended()
    for window in ended:
        uncounted = window.attempts - refusals.RECORDED
        if uncounted <= 0:
            continue
        append(
            actor=Actor(
                kind=cast(ActorKind, window.actor_kind),
                user_id=window.actor_user_id,
                via=window.via,
            ),
            event=REFUSED_OFTEN,
            tenant_id=window.tenant_id,
            msp_id=window.msp_id,
            data={"attempts": uncounted},
            sealed=Sealed(bytes(window.sealed), window.key_id),
        )
        told += 1
    return told


@transaction.atomic
def record_export(
    *,
    actor: Actor,
    form: str,
    narrowed_to: dict[str, str],
    tenants: dict[UUID, UUID],
    msp_ids: frozenset[UUID] = frozenset(),
) -> int:
    """Record that somebody takes records out as a file; the number of the last record of his.

    narrowed_to: the filters, by name. tenants: whose records they may be, with the MSP of each:
    each of them reads it in its own trail, and each MSP in its own.
    """
    data = {"form": form, "narrowed_by": sorted(narrowed_to), "narrowed_to": narrowed_to}
    where: list[tuple[UUID | None, UUID | None]] = [(None, msp_id) for msp_id in sorted(msp_ids)]
    where += list(tenants.items())
    number = 0
    for tenant_id, msp_id in where or [(None, None)]:
        number = record(
            actor=actor, event=EXPORTED, tenant_id=tenant_id, msp_id=msp_id, data=data
        ).number
    return number


@transaction.atomic
def erase_personal(
    *, actor: Actor, reason: str, tenant_id: UUID | None = None, user_id: UUID | None = None
) -> int:
    """Erase what the trail says about persons so far; returns how many records it concerned.

    Of one tenant's records, or of those that one person made. The chain stays whole, and the
    erasure itself is recorded with how far it reached. Whether the actor may is the caller's to
    ask. Raises ValueError unless exactly one of the two is named.
    """
    if (tenant_id is None) == (user_id is None):
        raise ValueError("erase the personal parts of a tenant, or of a person")
    head = locked_head()
    whose = {"record__tenant_id": tenant_id} if tenant_id else {"record__actor_user_id": user_id}
    with no_scope("what the trail says about persons is erased"):
        parts = PersonalPart.objects.filter(**whose, record__number__lte=head.number)
        erased, _ = parts.delete()
    record(
        actor=actor,
        event=ERASED,
        tenant_id=tenant_id,
        reason=reason,
        data={
            "of_tenant": str(tenant_id or ""),
            "of_user": str(user_id or ""),
            "up_to": head.number,
            "records": erased,
        },
    )
    return erased


def _personal(
    actor: Actor, kind: EventType, values: dict[str, Any], subject: str, reason: str
) -> dict[str, Any]:
    said = {
        "name": actor.name,
        "os_user": actor.os_user,
        "address": actor.address,
        "on_behalf_of": actor.on_behalf_of,
        "subject": str(subject),
        "reason": str(reason),
    }
    said |= {f"data.{name}": value for name, value in values.items() if name in kind.personal}
    return {name: value for name, value in said.items() if value not in ("", None)}
