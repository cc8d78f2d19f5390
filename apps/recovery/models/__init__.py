"""Plans and their steps; requests and decisions; runs, their results and their journal."""

from apps.recovery.models.approval import Approval
from apps.recovery.models.handover import HandOver
from apps.recovery.models.plan import Plan, Step
from apps.recovery.models.request import RecoveryRequest
from apps.recovery.models.run import JournalEntry, Run, StepResult

__all__ = [
    "Approval",
    "HandOver",
    "JournalEntry",
    "Plan",
    "RecoveryRequest",
    "Run",
    "Step",
    "StepResult",
]
