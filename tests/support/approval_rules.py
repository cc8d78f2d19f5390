"""Setting whose approval a tenant's recoveries need, the same for every level of risk."""

from __future__ import annotations

from typing import Any

from apps.access.models import User
from apps.recovery import rules
from apps.recovery.models import RulesChange
from apps.tenants.approval_rules import LevelRule, same_for_all
from apps.tenants.choices import ApprovalsFrom
from apps.tenants.models import Tenant
from tests.factories import actor_of


def demand(user: User, tenant: Tenant, approvals_from: str, **more: Any) -> RulesChange:
    """In force at once unless it loosens; then it waits."""
    rule = LevelRule(approvals_from=ApprovalsFrom(approvals_from), **more)
    return rules.change_rules(
        actor=actor_of(user), tenant=tenant, rules=same_for_all(rule), reason="a test says so"
    )
