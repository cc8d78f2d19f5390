"""Changing whose approval recoveries need. What is stricter counts at once; what loosens waits for
a second person, and then out its grace period."""

from apps.recovery.rules.agreed import Agreed, agreed, grace
from apps.recovery.rules.changing import approve, cancel, change_rules, refuse
from apps.recovery.rules.selectors import access_change, changes, waiting_changes
from apps.recovery.rules.taking_effect import take_effect_where_due

__all__ = [
    "Agreed",
    "access_change",
    "agreed",
    "approve",
    "cancel",
    "change_rules",
    "changes",
    "grace",
    "refuse",
    "take_effect_where_due",
    "waiting_changes",
]
