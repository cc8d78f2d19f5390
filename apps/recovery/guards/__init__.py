"""What could go wrong if a plan were run: looked for when it is made, when somebody approves it,
and once more right before its first write.

A guard reads the tenant's history and the plan's steps, and gives risks; it writes nothing. What
could shut everybody out of the tenant blocks the plan.
"""

from apps.recovery.guards.again import look_again, require_no_new_risks
from apps.recovery.guards.everything import look
from apps.recovery.guards.looking import PlanLook, Write
from apps.recovery.guards.noting import note_risks
from apps.recovery.guards.risks import PlanRisk, highest

__all__ = [
    "PlanLook",
    "PlanRisk",
    "Write",
    "highest",
    "look",
    "look_again",
    "note_risks",
    "require_no_new_risks",
]
