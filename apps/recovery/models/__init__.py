"""Plans and their steps; requests and decisions; runs, their results and their journal."""

from apps.recovery.drills.models import Drill, DrillSchedule
from apps.recovery.models.approval import Approval
from apps.recovery.models.comment import RequestComment
from apps.recovery.models.glass import GlassReview
from apps.recovery.models.handover import HandOver
from apps.recovery.models.native import NativeRun
from apps.recovery.models.plan import Plan, Step
from apps.recovery.models.playbook import Playbook
from apps.recovery.models.request import RecoveryRequest
from apps.recovery.models.rules_change import RulesChange
from apps.recovery.models.run import JournalEntry, Run, StepResult
from apps.recovery.models.skipping import SkippedStep
from apps.recovery.models.sweep import Sweep, SweepTenant
from apps.recovery.transfer.models import Counterpart, Transfer

__all__ = [
    "Approval",
    "Counterpart",
    "Drill",
    "DrillSchedule",
    "GlassReview",
    "HandOver",
    "JournalEntry",
    "NativeRun",
    "Plan",
    "Playbook",
    "RecoveryRequest",
    "RequestComment",
    "RulesChange",
    "Run",
    "SkippedStep",
    "Step",
    "StepResult",
    "Sweep",
    "SweepTenant",
    "Transfer",
]
