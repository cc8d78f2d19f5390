"""What is agreed with a tenant about its backups and recoveries."""

from datetime import timedelta
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from apps.core.scope import ScopedManager
from apps.tenants.choices import (
    ApprovalsFrom,
)
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
    approvals_demanded: what the customer's own side insists on; the MSP cannot go below it.
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

    def __str__(self) -> str:
        return f"backup policy of {self.tenant_id}"
