"""First passwords and new client secrets: read once, by whom it is his business."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from apps.access import rights
from apps.audit import services as audit
from apps.core import clock
from apps.core.actor import Actor
from apps.core.errors import Conflict
from apps.recovery.models import HandOver

# Whoever has not asked by then gives the account another password.
KEPT_FOR = timedelta(days=3)


@transaction.atomic
def read_once(*, actor: Actor, hand_over: HandOver) -> str:
    """The secret, which is forgotten with this.

    Needs the right to request recoveries. Raises NotFound, NotAllowed, Conflict when somebody has
    read it before or its time is over.
    """
    rights.require(actor, rights.REQUEST_RECOVERY, hand_over.tenant)
    unread = HandOver.objects.select_for_update().filter(pk=hand_over.pk, read_at=None).first()
    if unread is None or not unread.sealed:
        raise Conflict(
            "This has been read before, or was not asked for in time.",
            code="hand-over-read",
            safe="The account or application is there. Nobody can read its secret any more.",
            todo="Give it another one in Entra.",
        )
    secret = unread.unseal()
    HandOver.objects.filter(pk=unread.pk).update(
        sealed=b"", read_at=clock.now(), read_by=actor.user_id
    )
    audit.record(
        actor=actor,
        event="recovery.password_read",
        tenant_id=unread.tenant_id,
        subject=unread.tenant.name,
        data={"run_id": str(unread.run_id), "object_id": unread.step.object_id},
    )
    return secret


def forget_old() -> int:
    """Forget what nobody asked for in time; how many. For the system's own schedule."""
    late = HandOver.objects.filter(read_at=None, made_at__lte=clock.now() - KEPT_FOR)
    return late.exclude(sealed=b"").update(sealed=b"")
