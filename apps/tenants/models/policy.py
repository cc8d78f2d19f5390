"""What is agreed with a tenant about its backups and recoveries."""

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q

from apps.core.scope import ScopedManager
from apps.tenants.choices import (
    ApprovalsFrom,
)
from apps.tenants.models.tenant import Tenant


class BackupPolicy(models.Model):
    """How often a tenant is captured, and whose approval every recovery needs.

    approvals_demanded: what the customer's own side insists on; the MSP cannot go below it.
    """

    tenant = models.OneToOneField(
        Tenant, on_delete=models.CASCADE, primary_key=True, related_name="backup_policy"
    )
    enabled = models.BooleanField(default=True)
    full_every = models.DurationField(default=timedelta(days=1))
    delta_every = models.DurationField(default=timedelta(minutes=15))
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
                condition=Q(delta_every__gte=timedelta(minutes=1))
                & Q(full_every__gte=models.F("delta_every")),
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

    def __str__(self) -> str:
        return f"backup policy of {self.tenant_id}"
