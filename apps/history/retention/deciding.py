"""Who may do what with retention, and the second person."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from apps.access import rights
from apps.access.signin.recovery_links import refuse_tied
from apps.audit import services as audit
from apps.core.actor import Actor
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.tenants.models import MSP, Tenant

On = Tenant | MSP
SHORTEST_REASON = 5
_SAFE = "Nothing was changed: every snapshot stays."


def require(actor: Actor, right: str, on: On) -> None:
    """Raise unless the actor has the right there. NotFound, NotAllowed."""
    if isinstance(on, Tenant):
        rights.require(actor, right, on)
    else:
        rights.require_on_msp(actor, right, on)


def require_manager(actor: Actor, on: On) -> UUID:
    """The person who sets retention there. Raises NotFound, NotAllowed."""
    require(actor, rights.MANAGE_RETENTION, on)
    return person(actor)


def require_second_person(actor: Actor, on: On, others: Iterable[UUID | None]) -> UUID:
    """The person who decides about what `others` did: an approver, and none of them.

    Raises NotFound, NotAllowed.
    """
    require(actor, rights.APPROVE_RECOVERY, on)
    user_id = person(actor)
    todo = "Ask somebody else who may approve."
    for other in others:
        if other == user_id:
            raise NotAllowed(
                "Shorter retention takes two people, and you are the first.",
                code="second-person",
                safe=_SAFE,
                todo=todo,
            )
        if other is not None:
            refuse_tied(actor, other, safe=_SAFE, todo=todo)
    return user_id


def require_either(actor: Actor, on: On) -> UUID:
    """A person who sets retention there, or who may approve. Raises NotFound, NotAllowed."""
    try:
        require(actor, rights.APPROVE_RECOVERY, on)
    except NotAllowed:
        require(actor, rights.MANAGE_RETENTION, on)
    return person(actor)


def person(actor: Actor) -> UUID:
    """The person behind an act. Raises NotAllowed for the system."""
    if actor.user_id is None:
        raise NotAllowed("Only a person can decide about retention.", code="needs-a-person")
    return actor.user_id


def good_reason(reason: str) -> str:
    """The reason without blanks around it. Raises Invalid for none to speak of."""
    reason = " ".join(reason.split())
    if len(reason) < SHORTEST_REASON:
        raise Invalid(
            "Say why, in a few words: whoever looks at it later reads them.",
            code="retention-reason",
            safe=_SAFE,
        )
    return reason


def settled(what: str) -> Conflict:
    """The error for something that was decided before."""
    return Conflict(
        f"{what} was settled before.",
        code="retention-settled",
        safe=_SAFE,
        todo="Look at it again.",
    )


def record(actor: Actor, event: str, on: On, *, reason: str = "", **said: Any) -> None:
    """Record an act on the retention of a tenant, or of an MSP's templates.

    said: the event's fields; `before` and `after` are the values that a change touched.
    """
    before, after = said.pop("before", None), said.pop("after", None)
    of_tenant = isinstance(on, Tenant)
    audit.record(
        actor=actor,
        event=event,
        tenant_id=on.pk if of_tenant else None,
        msp_id=on.msp_id if isinstance(on, Tenant) else on.pk,
        subject=on.name,
        reason=reason,
        data=said,
        before=before,
        after=after,
    )
