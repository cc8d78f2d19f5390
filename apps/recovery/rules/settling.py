"""The steps of a change that loosens: guarded updates of one row."""

from __future__ import annotations

from typing import Any

from apps.core import clock
from apps.core.actor import Actor
from apps.core.errors import Conflict
from apps.recovery.choices import RulesChangeState as State
from apps.recovery.models import RulesChange
from apps.recovery.rules.agreed import grace
from apps.tenants.sealed_text import sealed


def begin_grace(actor: Actor, change: RulesChange, reason: str) -> None:
    """A second person has agreed. Raises Conflict."""
    decided = _decided(actor, change, reason)
    _settle(change, State.WAITING, State.GRACE, **decided, takes_effect_at=clock.now() + grace())


def refuse(actor: Actor, change: RulesChange, reason: str) -> None:
    """A second person has said no. Raises Conflict."""
    decided = _decided(actor, change, reason)
    _settle(change, State.WAITING, State.REFUSED, **decided, ended_at=clock.now())


def cancel(actor: Actor, change: RulesChange) -> None:
    """It is taken back, before it was agreed to or afterwards. Raises Conflict."""
    was = State(change.state)
    if was not in State.open():
        raise _settled()
    state = State.WITHDRAWN if was == State.WAITING else State.CANCELLED
    _settle(change, was, state, ended_by_id=actor.user_id, ended_at=clock.now())


def take_effect(change: RulesChange) -> None:
    """Its grace period is over. Raises Conflict for one that was cancelled meanwhile."""
    _settle(change, State.GRACE, State.IN_FORCE, ended_at=clock.now())


def already_open() -> Conflict:
    """The error for a second change beside one that is not settled yet."""
    return Conflict(
        "Another change waits for its approval, or for the end of its grace period.",
        code="rules-change-open",
        safe="Nothing was changed.",
        todo="Cancel that one first, or wait.",
    )


def _decided(actor: Actor, change: RulesChange, reason: str) -> dict[str, Any]:
    return {
        "decided_by_id": actor.user_id,
        "decided_at": clock.now(),
        "decision_reason": sealed(change, "decision_reason", reason.strip()),
    }


def _settle(change: RulesChange, was: State, state: State, **values: Any) -> None:
    rows = RulesChange.objects.filter(pk=change.pk, state=was)
    if rows.update(state=state, **values) != 1:
        raise _settled()
    change.refresh_from_db()


def _settled() -> Conflict:
    return Conflict(
        "This change was settled before.",
        code="rules-change-settled",
        safe="The rules stay as they are.",
        todo="Look at it again.",
    )
