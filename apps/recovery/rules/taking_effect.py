"""Looser rules count when their grace period is over."""

from __future__ import annotations

from django.db import transaction

from apps.access.services import guards
from apps.core import clock
from apps.core.actor import SYSTEM
from apps.core.errors import Conflict
from apps.core.scope import no_scope, tenant_scope
from apps.recovery.choices import RulesChangeState as State
from apps.recovery.models import RulesChange
from apps.recovery.rules import settling
from apps.recovery.rules.agreed import Agreed, agreed, held_policy, put_in_force
from apps.recovery.rules.changing import record, require_met, sides_of


def take_effect_where_due() -> int:
    """Put every change in force whose grace period is over; how many. One query for none."""
    with no_scope("approval rules of every tenant count when their time has come"):
        due = RulesChange.objects.filter(state=State.GRACE, takes_effect_at__lte=clock.now())
        found = list(due.select_related("tenant"))
    return sum(_take_effect(change) for change in found)


def _take_effect(change: RulesChange) -> bool:
    try:
        with tenant_scope(change.tenant_id), transaction.atomic():
            guards.hold_people_of(change.tenant)
            policy = held_policy(change.tenant)
            after = Agreed.from_plain(change.after)
            if agreed(policy) != Agreed.from_plain(change.before) or not _is_met(change, after):
                # Other rules than those that two people looked at, or nobody to meet these.
                settling.cancel(SYSTEM, change)
                record(SYSTEM, "approval_rules.loosening_cancelled", change)
                return False
            settling.take_effect(change)
            put_in_force(policy, after)
            record(SYSTEM, "approval_rules.changed", change, **sides_of(change))
    except Conflict:
        return False
    return True


def _is_met(change: RulesChange, after: Agreed) -> bool:
    try:
        require_met(change.tenant, after.rules)
    except Conflict:
        return False
    return True
