"""What is agreed with a tenant about its backups and recoveries."""

from datetime import timedelta
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from apps.core.scope import ScopedManager
from apps.tenants.approval_rules import (
    LONGEST_EXPIRY_HOURS,
    ApprovalRules,
    LevelRule,
    rules_from,
    same_for_all,
)
from apps.tenants.choices import ApprovalsFrom
from apps.tenants.models.tenant import Tenant
from apps.tenants.schedules import CaptureSchedule, blackout_of


def every_day() -> list[int]:
    """The weekdays, of which Monday is 0."""
    return list(range(7))


class BackupPolicy(models.Model):
    """When a tenant is captured (apps.tenants.schedules.CaptureSchedule), and whose approval every
    recovery needs.

    delta_every: None for no captures between the full ones. objective: how old the newest recovery
    point may be.
    approval_rules, approval_floor: apps.tenants.approval_rules.ApprovalRules as plain values, by
    level of risk; the floor is what the customer's own side insists on, and the MSP cannot go below
    it. Where they are empty, approvals_from and approvals_demanded hold for every level; where they
    are not, those are the sides that some level asks for.
    """

    tenant = models.OneToOneField(
        Tenant, on_delete=models.CASCADE, primary_key=True, related_name="backup_policy"
    )
    enabled = models.BooleanField(default=True)
    time_zone = models.CharField(max_length=64, default="UTC")
    full_hour = models.PositiveSmallIntegerField(default=2)
    full_weekdays = ArrayField(models.PositiveSmallIntegerField(), default=every_day)
    delta_every = models.DurationField(default=timedelta(minutes=15), null=True)
    objective = models.DurationField(default=timedelta(hours=24))
    blackouts = models.JSONField(default=list)
    approvals_from = models.CharField(
        max_length=10, choices=ApprovalsFrom, default=ApprovalsFrom.ANY
    )
    approvals_demanded = models.CharField(
        max_length=10, choices=ApprovalsFrom, default=ApprovalsFrom.ANY
    )
    approval_rules = models.JSONField(default=dict)
    approval_floor = models.JSONField(default=dict)

    objects = ScopedManager["BackupPolicy"]()

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=(Q(delta_every__isnull=True) | Q(delta_every__gte=timedelta(minutes=1)))
                & Q(full_hour__lt=24)
                & Q(objective__gt=timedelta()),
                name="backup_policy_sensible",
            ),
            models.CheckConstraint(
                condition=Q(approvals_from__in=ApprovalsFrom.values)
                & (
                    Q(approvals_demanded=ApprovalsFrom.ANY)
                    | Q(approvals_from=ApprovalsFrom.BOTH)
                    | Q(approvals_from=models.F("approvals_demanded"))
                ),
                name="backup_policy_meets_demand",
            ),
        ]

    @property
    def schedule(self) -> CaptureSchedule:
        """When the tenant is captured."""
        return CaptureSchedule(
            enabled=self.enabled,
            time_zone=self.time_zone,
            full_hour=self.full_hour,
            full_weekdays=tuple(self.full_weekdays),
            delta_every=self.delta_every,
            objective=self.objective,
            blackouts=tuple(blackout_of(one) for one in self.blackouts),
        )

    @property
    def rules(self) -> ApprovalRules:
        """Whose approval recoveries need, by level of risk."""
        if self.approval_rules:
            return rules_from(self.approval_rules)
        rule = LevelRule(approvals_from=ApprovalsFrom(self.approvals_from))
        return same_for_all(rule, time_zone=self.time_zone)

    @property
    def floor(self) -> ApprovalRules:
        """What the customer insists on: `rules` always reach it."""
        if self.approval_floor:
            return rules_from(self.approval_floor)
        demanded = ApprovalsFrom(self.approvals_demanded)
        rule = LevelRule(approvals_from=demanded, expiry_hours=LONGEST_EXPIRY_HOURS)
        return same_for_all(rule, time_zone=self.time_zone, break_glass=True)

    @property
    def is_demanding(self) -> bool:
        """Whether the customer itself insists on a say in recoveries."""
        return self.approvals_demanded != ApprovalsFrom.ANY or bool(self.approval_floor)

    def __str__(self) -> str:
        return f"backup policy of {self.tenant_id}"
