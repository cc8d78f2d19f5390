"""Writing what the guards found into a plan that is being made."""

from __future__ import annotations

from collections.abc import Sequence

from apps.recovery.guards.everything import look
from apps.recovery.guards.looking import look_at_placed
from apps.recovery.guards.risks import highest
from apps.recovery.guards.words import words_of
from apps.recovery.models import Plan
from apps.recovery.planning.ordering import Placed


def note_risks(plan: Plan, placed: Sequence[Placed]) -> None:
    """Set `risks` and `risk` of a plan that is not saved yet, and add to its `blockers` what must
    not be done at all."""
    found = look(look_at_placed(plan.tenant, plan.assumed_seq, placed, (plan.created_by_id,)))
    plan.risks = [risk.as_json() for risk in found]
    plan.risk = highest(found)
    plan.blockers = [
        *plan.blockers,
        *(
            {
                "step": risk.steps[0] if risk.steps else 1,
                "text": words_of(risk.code, risk.data).what,
                "code": risk.code,
            }
            for risk in found
            if risk.blocks
        ),
    ]
