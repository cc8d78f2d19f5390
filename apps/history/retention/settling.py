"""The steps of a change of keep rules, a tenant's or a template's: guarded updates of one row."""

from typing import Any

from django.db.models import QuerySet

from apps.core import clock
from apps.core.actor import Actor
from apps.core.errors import Conflict
from apps.history.choices import KeepChangeState as State
from apps.history.models import KeepChange
from apps.history.retention import deciding
from apps.history.retention.agreed import grace
from apps.tenants.sealed_text import sealed


def begin_grace(actor: Actor, change: KeepChange, reason: str) -> None:
    """A second person has agreed. Raises Conflict."""
    now = clock.now()
    _settle(
        change,
        (State.WAITING,),
        state=State.GRACE,
        decided_by_id=actor.user_id,
        decided_at=now,
        decision_reason=sealed(change, "decision_reason", reason.strip()),
        takes_effect_at=now + grace(),
    )


def refuse(actor: Actor, change: KeepChange, reason: str) -> None:
    """A second person has said no. Raises Conflict."""
    now = clock.now()
    _settle(
        change,
        (State.WAITING,),
        state=State.REFUSED,
        decided_by_id=actor.user_id,
        decided_at=now,
        decision_reason=sealed(change, "decision_reason", reason.strip()),
        ended_at=now,
    )


def cancel(actor: Actor, change: KeepChange) -> None:
    """Somebody takes it back, before it was agreed to or afterwards. Raises Conflict."""
    state = State.WITHDRAWN if change.state == State.WAITING else State.CANCELLED
    ended = {"ended_by_id": actor.user_id, "ended_at": clock.now()}
    _settle(change, (State(change.state),), state=state, **ended)


def take_effect(change: KeepChange) -> None:
    """Its grace period is over. Raises Conflict for one that was cancelled meanwhile."""
    now = clock.now()
    rows = _rows(change).filter(state=State.GRACE, takes_effect_at__lte=now)
    if rows.update(state=State.IN_FORCE, ended_at=now) != 1:
        raise deciding.settled("This change")
    change.refresh_from_db()


def already_open() -> Conflict:
    """The error for a second change beside one that is not settled yet."""
    return Conflict(
        "Another change waits for its approval, or for the end of its grace period.",
        code="retention-change-open",
        safe="Nothing was changed.",
        todo="Cancel that one first, or wait.",
    )


def _settle(change: KeepChange, before: tuple[State, ...], **values: Any) -> None:
    allowed = [state for state in before if state in State.open()]
    if _rows(change).filter(state__in=allowed).update(**values) != 1:
        raise deciding.settled("This change")
    change.refresh_from_db()


def _rows(change: KeepChange) -> QuerySet[Any]:
    return type(change)._default_manager.filter(pk=change.pk)
