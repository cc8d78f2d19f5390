"""Sign-in's entries in the audit trail: they go to the side that the person is on."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest

from apps.access.models import Membership, User
from apps.access.signin.requests import actor_of, stranger
from apps.audit import services as audit
from apps.core.actor import Actor
from apps.core.scope import no_scope


def side_of(user: User) -> tuple[UUID | None, UUID | None]:
    """The tenant and MSP whose trail tells of the person; an MSP's staff has no tenant."""
    with no_scope("a person's side is looked up at sign-in"):
        mine = Membership.objects.filter(user=user).select_related("tenant")
        found = mine.order_by("tenant_id").first()
    if found is None:
        return None, None
    return found.tenant_id, found.tenant.msp_id if found.tenant else found.msp_id


def record(request: HttpRequest, user: User, event: str, **data: Any) -> None:
    """Record what a person did to his own account, or what was done with it."""
    record_by(actor_of(request, user), user, event, **data)


def record_failure(request: HttpRequest, user: User | None, event: str, **data: Any) -> None:
    """Record a try that failed, by somebody who has not proved to be the account's owner.

    It stands by itself: there is no act whose transaction it could be in.
    """
    if user is not None:
        record_by(stranger(request), user, event, **data)
        return
    with transaction.atomic():
        audit.record(actor=stranger(request), event=event, data=dict(data))


@transaction.atomic
def record_by(actor: Actor, user: User, event: str, *, reason: str = "", **data: Any) -> None:
    """Record an act on a person's account, in the trail of the side that he is on."""
    tenant_id, msp_id = side_of(user)
    audit.record(
        actor=actor,
        event=event,
        tenant_id=tenant_id,
        msp_id=msp_id,
        subject=user.name,
        reason=reason,
        data={"user_id": str(user.pk), **data},
    )
