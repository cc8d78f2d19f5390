"""What is agreed about a tenant's approvals: the rules, and what the customer insists on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.conf import settings

from apps.tenants.approval_rules import LOOSEST, ApprovalRules, LevelRule, rules_from
from apps.tenants.choices import ApprovalsFrom
from apps.tenants.models import BackupPolicy, Tenant


@dataclass(frozen=True, slots=True)
class Agreed:
    """floor: what the customer's side set, below which the MSP cannot go; None for nothing."""

    rules: ApprovalRules
    floor: ApprovalRules | None = None

    def with_own(self, rules: ApprovalRules, *, forbids_glass: bool) -> Agreed:
        """What the customer's own side sets: it is the floor too, if it asks for anything."""
        asks = forbids_glass or any(rule != LevelRule() for rule in rules.levels.values())
        return Agreed(rules, replace(rules, break_glass=not forbids_glass) if asks else None)

    def loosens(self, before: Agreed) -> bool:
        """Whether something that was asked for before is not asked for any more."""
        floor, had = self.floor or LOOSEST, before.floor or LOOSEST
        return not (self.rules.reaches(before.rules) and floor.reaches(had))

    @property
    def forbids_glass(self) -> bool:
        """Whether the customer does not let the MSP switch break-glass approval on."""
        return self.floor is not None and not self.floor.break_glass

    def plain(self) -> dict[str, Any]:
        """As a change keeps it."""
        return {
            "rules": self.rules.plain(),
            "floor": self.floor.plain() if self.floor else {},
        }

    @classmethod
    def from_plain(cls, values: Mapping[str, Any]) -> Agreed:
        """The same again."""
        floor = values["floor"]
        return cls(rules_from(values["rules"]), rules_from(floor) if floor else None)


def agreed(policy: BackupPolicy) -> Agreed:
    """What is in force."""
    demands = policy.approval_floor or policy.approvals_demanded != ApprovalsFrom.ANY
    return Agreed(policy.rules, policy.floor if demands else None)


def held_policy(tenant: Tenant) -> BackupPolicy:
    """The tenant's backup policy, locked until the commit. Needs a scope that has the tenant."""
    return BackupPolicy.objects.select_for_update().get(tenant=tenant)


def put_in_force(policy: BackupPolicy, after: Agreed) -> None:
    """Make it what is in force. Whether that may be is asked by who calls."""
    plain = after.plain()
    policy.approval_rules = plain["rules"]
    policy.approval_floor = plain["floor"]
    policy.approvals_from = after.rules.sides
    policy.approvals_demanded = after.floor.sides if after.floor else ApprovalsFrom.ANY
    policy.save(
        update_fields=[
            "approval_rules",
            "approval_floor",
            "approvals_from",
            "approvals_demanded",
        ]
    )


def grace() -> timedelta:
    """Between the second person's yes and the looser rules."""
    return timedelta(days=settings.HOLDFAST_APPROVAL_GRACE_DAYS)
