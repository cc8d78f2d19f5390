"""Who may steer a run that is under way, and what stands in the way of it."""

from __future__ import annotations

from contextlib import suppress

from apps.access import rights
from apps.audit import services as audit
from apps.core.actor import Actor
from apps.core.errors import Conflict, NotAllowed
from apps.recovery.models import Run


def require_may_steer(actor: Actor, run: Run) -> None:
    """Whoever may ask for recoveries or approve them may. Raises NotFound, NotAllowed."""
    rights.require(actor, rights.VIEW_BACKUPS, run.tenant)
    with suppress(NotAllowed):
        rights.require(actor, rights.APPROVE_RECOVERY, run.tenant)
        return
    rights.require(actor, rights.REQUEST_RECOVERY, run.tenant)


def record(actor: Actor, event: str, run: Run, reason: str = "", **data: object) -> None:
    """What somebody did with a run, in the trail."""
    audit.record(
        actor=actor,
        event=event,
        tenant_id=run.tenant_id,
        subject=run.tenant.name,
        reason=reason,
        data={"run_id": str(run.pk), **data},
    )


def ended() -> Conflict:
    return Conflict("The run has ended already.", code="run-ended")


def native_whole() -> Conflict:
    """Microsoft's engine takes what it was given as a whole, at its own pace."""
    return Conflict(
        "Microsoft's own recovery can neither rest nor leave a step out.",
        code="native-whole",
        safe="Nothing was changed.",
        todo="Let it end, or cancel it.",
    )
